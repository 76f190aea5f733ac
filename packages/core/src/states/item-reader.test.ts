import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@baton/contracts';
import { TestRun } from '../../test/test-run.ts';

const reader = { Resource: 'arn:aws:states:::s3:getObject', Parameters: { Bucket: 'orders', 'Key.$': '$.file' }, ReaderConfig: { InputType: 'JSONL', MaxItemsPath: '$.most' } };
const machine = (fields: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  StartAt: 'M',
  States: {
    M: { Type: 'Map', ItemReader: reader, ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'I', States: { I: { Type: 'Pass', End: true } } }, End: true, ...fields },
    ...more,
  },
});
const input = { file: 'a.jsonl', most: 2 };

describe('a Map with an ItemReader (I4)', () => {
  it('has its items read by a step, and goes over what that gives', () => {
    const run = new TestRun(machine()).start(input);
    expect(run.lastCommand()).toMatchObject({ service: 'map-data', step: 'get-object', attempt: 1, input: { Bucket: 'orders', Key: 'a.jsonl', ReaderConfig: { InputType: 'JSONL', MaxItems: 2 } } });
    run.succeed([1, 2]);
    expect(run.current).toMatchObject({ status: 'completed', output: [1, 2] });
  });

  it('does not look at ItemsPath, which the list does not come from', () => {
    expect(new TestRun(machine({ ItemsPath: '$.none' })).start(input).succeed([7]).current.output).toEqual([7]);
  });

  it.each([
    [0, undefined],
    [100_000_001, 100_000_000],
  ])('takes MaxItems %j for %j', (most, expected) => {
    expect((new TestRun(machine()).start({ ...input, most }).lastCommand().input as { ReaderConfig: JsonObject }).ReaderConfig['MaxItems']).toBe(expected);
  });

  it('fails with States.ItemReaderFailed where MaxItems is negative, and where the step gives no list', () => {
    expect(new TestRun(machine()).start({ ...input, most: -1 }).current.error).toMatchObject({ name: 'States.ItemReaderFailed' });
    expect(new TestRun(machine()).start(input).succeed({ a: 1 }).current.error).toMatchObject({ name: 'States.ItemReaderFailed' });
  });

  it('reads again by the rules of the platform, without a word about it in the definition', () => {
    const run = new TestRun(machine(), { max_retries: 1 }).start(input).fail({ name: 'unavailable' }).fireNext();
    expect(run.lastCommand()).toMatchObject({ attempt: 2 });
    run.fail({ name: 'unavailable', message: 'no disk' });
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'States.ItemReaderFailed', message: 'unavailable: no disk' } });
  });

  it('fails at once where the step says that reading again would say the same, but for a Retry of its own', () => {
    const gone = { name: 'States.ItemReaderFailed', message: 'There is no object', details: { retry: 'no' } };
    expect(new TestRun(machine()).start(input).fail(gone).current).toMatchObject({ status: 'failed', error: { name: 'States.ItemReaderFailed' } });
    const waiting = new TestRun(machine({ Retry: [{ ErrorEquals: ['States.ItemReaderFailed'], IntervalSeconds: 60, MaxAttempts: 1 }] })).start(input).fail(gone).fireNext();
    expect(waiting.succeed([1]).current.output).toEqual([1]);
  });

  it('reads again at once where a worker hands the reading back, and after a silence by the rules', () => {
    const run = new TestRun(machine()).start(input).release();
    expect(run.lastCommand()).toMatchObject({ attempt: 2 });
    run.heartbeat().fireNext().fireNext();
    expect(run.lastCommand()).toMatchObject({ attempt: 3 });
    expect(run.succeed([]).current).toMatchObject({ status: 'completed', output: [] });
  });

  it('is retried and caught by the name of the language and by that of the error', () => {
    const caught = machine({ Retry: [{ ErrorEquals: ['States.ItemReaderFailed'], MaxAttempts: 1 }], Catch: [{ ErrorEquals: ['Odd'], Next: 'C' }] }, { C: { Type: 'Pass', Parameters: { 'name.$': '$.Error' }, End: true } });
    const run = new TestRun(caught).start(input).fail({ name: 'Odd' }).fireNext().fail({ name: 'Odd' });
    expect(run.current.output).toEqual({ name: 'States.ItemReaderFailed' });
  });

  it('reads again when the whole Map is tried again, and takes the reading back when the run is cancelled', () => {
    const failing = machine({ Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }], ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'I', States: { I: { Type: 'Fail', Error: 'No' } } } });
    const run = new TestRun(failing).start(input).succeed([1]).fireNext();
    expect(run.open()).toEqual(['M.1']);
    run.cancel();
    expect(run.current.status).toBe('cancelled');
    expect(run.commands.at(-1)).toMatchObject({ t: 'abandon-step', step: 'get-object' });
  });

  it('gives what Arguments say in JSONata', () => {
    const run = new TestRun({ QueryLanguage: 'JSONata', ...machine({ ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2', Arguments: { Bucket: 'orders', Prefix: '{% $states.input.file %}' }, ReaderConfig: { MaxItems: '{% $states.input.most %}' } } }) }).start(input);
    expect(run.lastCommand()).toMatchObject({ step: 'list-objects', input: { Bucket: 'orders', Prefix: 'a.jsonl', ReaderConfig: { MaxItems: 2 } } });
    expect(run.succeed([{ Key: 'a' }]).current.output).toEqual([{ Key: 'a' }]);
  });

  it('says of a number of items that is no whole one what was expected, without a bound that nobody meant', () => {
    expect(new TestRun(machine()).start({ ...input, most: 1.5 }).current.error?.message).toBe('MaxItemsPath: $.most: expected a whole number, but found 1.5');
  });

  it('may be read by a step of somebody else', () => {
    const run = new TestRun({ ...machine(), Baton: { Resources: { 'arn:aws:states:::s3:getObject': 'shop/read' } } }).start(input);
    expect(run.lastCommand()).toMatchObject({ service: 'shop', step: 'read' });
  });
});
