import { describe, expect, it } from '@jest/globals';
import { errorsOf, machineOf, warningsOf } from '../testing/problems.ts';
import { validate } from '../validate.ts';

const processor = { StartAt: 'I', States: { I: { Type: 'Succeed' } }, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
const reading = (reader: object, more?: Readonly<Record<string, unknown>>): unknown => machineOf({ Type: 'Map', ItemProcessor: processor, ItemReader: reader }, more);
const object = { Resource: 'arn:aws:states:::s3:getObject', Parameters: { Bucket: 'b', 'Key.$': '$.key' }, ReaderConfig: { InputType: 'JSONL' } };

describe('an ItemReader', () => {
  it('is sound where a step reads it and knows what', () => {
    expect(errorsOf(reading(object))).toEqual([]);
    expect(errorsOf(reading({ Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: { Bucket: 'b' } }))).toEqual([]);
    expect(errorsOf(reading({ Resource: 'shop/orders', ReaderConfig: { MaxItems: 3 } }))).toEqual([]);
    expect(errorsOf(reading({ Resource: 'arn:aws:states:::s3:getObject', Arguments: '{% $states.input.from %}', ReaderConfig: { InputType: 'JSON' } }, { QueryLanguage: 'JSONata' }))).toEqual([]);
  });

  it.each([
    [{ ...object, Parameters: { Bucket: 'b' } }, '$.States.A.ItemReader.Parameters: Expected Parameters with Bucket and Key, but Key is missing'],
    [{ Resource: object.Resource, ReaderConfig: object.ReaderConfig }, '$.States.A.ItemReader: Expected Parameters with Bucket and Key, but Bucket is missing'],
    [{ ...object, ReaderConfig: {} }, '$.States.A.ItemReader.ReaderConfig: Expected InputType'],
    [{ Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: { Bucket: 'b' }, ReaderConfig: { Transformation: 'LOAD_AND_FLATTEN' } }, '$.States.A.ItemReader.ReaderConfig: Expected InputType'],
    [{ ...object, Resource: 'arn:aws:states:::s3:getObjekt' }, '$.States.A.ItemReader.Resource: Expected "<service>/<step>"'],
  ])('is refused where it cannot be read: %j', (reader, message) => {
    expect(errorsOf(reading(reader))[0]).toContain(message);
  });

  it.each([[{ InputType: 'PARQUET' }], [{ InputType: 'MANIFEST' }], [{ ManifestType: 'S3_INVENTORY' }], [{ InputType: 'CSV', ManifestType: 'S3_INVENTORY' }], [{ InputType: 'JSONL', ManifestType: 'ATHENA_DATA' }]])('reads what a manifest names, and Parquet: %j', (config) => {
    expect(validate(reading({ ...object, ReaderConfig: config })).problems).toEqual([]);
  });

  it.each([[{ ManifestType: 'ATHENA_DATA' }], [{ InputType: 'MANIFEST', ManifestType: 'ATHENA_DATA' }]])('is refused where nothing says what the files are: %j', (config) => {
    expect(errorsOf(reading({ ...object, ReaderConfig: config })).join('\n')).toContain('what the files are that Athena has written');
  });

  it('is warned of what says nothing for what is read', () => {
    expect(warningsOf(reading({ ...object, ReaderConfig: { InputType: 'JSONL', ItemsPointer: '/a' } }))).toEqual([expect.stringContaining('ReaderConfig.ItemsPointer: ItemsPointer says nothing where InputType is JSONL')]);
    expect(warningsOf(reading({ ...object, ReaderConfig: { InputType: 'JSONL', Transformation: 'LOAD_AND_FLATTEN' } }))).toEqual([expect.stringContaining('ReaderConfig.Transformation: Transformation says nothing of a single object')]);
    expect(warningsOf(reading({ ...object, ReaderConfig: { InputType: 'JSONL', ManifestType: 'S3_INVENTORY' } }))).toEqual([expect.stringContaining('InputType says nothing of an inventory')]);
  });
});
