import { describe, expect, it } from '@jest/globals';
import { errorsOf, machineOf, warningsOf } from '../testing/problems.ts';

const processor = { StartAt: 'I', States: { I: { Type: 'Succeed' } }, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
const writing = (writer: object, more?: Readonly<Record<string, unknown>>): unknown => machineOf({ Type: 'Map', ItemProcessor: processor, ResultWriter: writer }, more);
const s3 = { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'b' } };

describe('a ResultWriter', () => {
  it('is sound where a step writes and knows where to', () => {
    expect(errorsOf(writing(s3))).toEqual([]);
    expect(errorsOf(writing({ ...s3, Parameters: { 'Bucket.$': '$.bucket', Prefix: 'results/2026/' }, WriterConfig: { Transformation: 'NONE', OutputType: 'JSONL' } }))).toEqual([]);
    expect(errorsOf(writing({ Resource: s3.Resource, Arguments: { Bucket: 'b', Prefix: '{% $states.input.a & "/../" %}' } }, { QueryLanguage: 'JSONata' }))).toEqual([]);
    expect(errorsOf(writing({ Resource: 'shop/keep' }))).toEqual([]);
  });

  it.each([
    [{ Resource: s3.Resource }, '$.States.A.ResultWriter: Expected Parameters with Bucket, but Bucket is missing'],
    [{ ...s3, Parameters: { Prefix: 'x' } }, '$.States.A.ResultWriter.Parameters: Expected Parameters with Bucket, but Bucket is missing'],
    [{ ...s3, Parameters: { Bucket: 'b', Prefix: '../x' } }, '$.States.A.ResultWriter.Parameters.Prefix: Expected a prefix that leads downwards'],
    [{ ...s3, Parameters: { Bucket: 'b', Prefix: '/x' } }, '$.States.A.ResultWriter.Parameters.Prefix: Expected a prefix that leads downwards'],
    [{ ...s3, Resource: 'arn:aws:states:::s3:getObject' }, 'Expected what writes, such as arn:aws:states:::s3:putObject, but arn:aws:states:::s3:getObject reads'],
    [{ ...s3, Resource: 'nowhere' }, '$.States.A.ResultWriter.Resource: Expected "<service>/<step>"'],
  ])('is refused by what is wrong with %j', (writer, message) => {
    expect(errorsOf(writing(writer)).join('\n')).toContain(message);
  });

  it('is warned of what says nothing without a Resource', () => {
    expect(warningsOf(writing({ WriterConfig: { Transformation: 'FLATTEN' }, Parameters: { Bucket: 'b' } }))).toEqual([expect.stringContaining('Parameters say nothing without a Resource')]);
  });

  it('does not read: an ItemReader with its Resource is refused', () => {
    expect(errorsOf(machineOf({ Type: 'Map', ItemProcessor: processor, ItemReader: { ...s3, ReaderConfig: { InputType: 'JSON' } } })).join('\n')).toContain('arn:aws:states:::s3:putObject writes');
  });
});
