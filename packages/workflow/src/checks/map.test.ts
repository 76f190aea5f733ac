import { describe, expect, it } from '@jest/globals';
import { errorsOf, machineOf, warningsOf } from '../testing/problems.ts';

const processor = { StartAt: 'I', States: { I: { Type: 'Succeed' } } };
const distributed = { ...processor, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
const map = (fields: Readonly<Record<string, unknown>>, more?: Readonly<Record<string, unknown>>): unknown => machineOf({ Type: 'Map', ItemProcessor: distributed, ...fields }, more);
const first = (definition: unknown): string | undefined => errorsOf(definition)[0];

describe('a Map', () => {
  it('runs one machine', () => {
    expect(first(map({ ItemProcessor: undefined }))).toContain('exactly one of ItemProcessor, Iterator, but found none');
    expect(first(map({ Iterator: processor }))).toContain('but found ItemProcessor and Iterator');
    expect(errorsOf(machineOf({ Type: 'Map', Iterator: processor }))).toEqual([]);
  });

  it('gives each iteration one input', () => {
    expect(first(map({ ItemSelector: {}, Parameters: {} }))).toContain('but found ItemSelector and Parameters');
  });

  it.each([' ', ']', ':', '\\', '\u0000', '\u009f', 'ä"', '*'])('has no label with %j in it', (wrong) => {
    expect(first(map({ Label: `label${wrong}` }))).toContain('$.States.A.Label: Expected a label without');
  });
  it('has a label of at most 40 characters', () => {
    expect(errorsOf(map({ Label: 'l'.repeat(40) }))).toEqual([]);
    expect(first(map({ Label: 'l'.repeat(41) }))).toContain('Expected at most 40 characters, but found 41');
  });

  it.each([
    [{ MaxItemsPerBatch: 1, MaxItemsPerBatchPath: '$.n' }, 'but found MaxItemsPerBatch and MaxItemsPerBatchPath'],
    [{ BatchInput: {} }, 'Expected one of MaxItemsPerBatch, MaxInputBytesPerBatch or both'],
    [{ MaxInputBytesPerBatch: 262_145 }, 'Expected at most 262144'],
  ])('has batches of a bounded size: %j', (batcher, message) => {
    expect(first(map({ ItemBatcher: batcher }))).toContain(message);
  });

  it.each([
    [{ MaxItems: 1, MaxItemsPath: '$.n' }, 'but found MaxItems and MaxItemsPath'],
    [{ InputType: 'CSV' }, 'Expected CSVHeaderLocation'],
    [{ InputType: 'CSV', CSVHeaderLocation: 'GIVEN' }, 'Expected CSVHeaders, since'],
    [{ InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', CSVHeaders: ['a'] }, 'Expected no CSVHeaders, since'],
    [{ InputType: 'CVS' }, 'did you mean "CSV"'],
  ])('reads what can be read: %j', (config, message) => {
    expect(first(map({ ItemReader: { Resource: 'arn:aws:states:::s3:getObject', Parameters: { Bucket: 'b', Key: 'k' }, ReaderConfig: config } }))).toContain(message);
  });

  it('writes results somewhere or in some form', () => {
    expect(first(map({ ResultWriter: {} }))).toContain('Expected Resource, WriterConfig or both');
    expect(errorsOf(map({ ResultWriter: { WriterConfig: { Transformation: 'COMPACT' } } }))).toEqual([]);
  });

  it('is warned of what only DISTRIBUTED has, where it is INLINE', () => {
    expect(warningsOf(map({ ItemProcessor: processor, ToleratedFailureCount: 1 }))).toEqual([expect.stringContaining('$.States.A.ToleratedFailureCount: AWS knows ToleratedFailureCount only in a Map whose ProcessorConfig')]);
    expect(warningsOf(map({ ToleratedFailureCount: 1 }))).toEqual([]);
  });

  it('tolerates a count in one way', () => {
    expect(first(map({ ToleratedFailureCount: 1, ToleratedFailureCountPath: '$.n' }))).toContain('Expected at most one of ToleratedFailureCount, ToleratedFailureCountPath');
    expect(first(map({ ToleratedFailurePercentage: 101 }))).toContain('Expected at most 100');
  });
});
