import { describe, expect, it } from '@jest/globals';
import { imageVersion, txnVersion, type Json, type JsonObject, type Policy } from '@baton/contracts';
import { TestRun } from '../../test/test-run.ts';

const machine = (writer: JsonObject): JsonObject => ({
  StartAt: 'M',
  States: { M: { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'T', States: { T: { Type: 'Task', Resource: 's/t', End: true } } }, MaxConcurrency: 1, ToleratedFailureCount: 1, ResultWriter: { WriterConfig: writer }, End: true } },
});

describe('a Map with a ResultWriter that writes nowhere', () => {
  it('makes one list of the results that are lists, with FLATTEN', () => {
    const run = new TestRun(machine({ Transformation: 'FLATTEN', OutputType: 'JSON' })).start([1, 2, 3]).succeed([1, [2]]).succeed({ a: 1 }).succeed([]);
    expect(run.current.output).toEqual([1, [2], { a: 1 }]);
  });

  it('leaves an item that failed as it is', () => {
    const run = new TestRun(machine({ Transformation: 'FLATTEN' })).start([1, 2]).succeed([1]).fail({ name: 'No', message: 'not that' });
    expect(run.current.output).toEqual([1, { Error: 'No', Cause: 'not that' }]);
  });

  it('makes one list of them also where that is an artifact', () => {
    const run = new TestRun(machine({ Transformation: 'FLATTEN' }));
    run.files = new Map();
    const large = (letter: string): Json => [letter.repeat(200_000), { of: letter }];
    run.start([1, 2, 3, 4]);
    for (const output of [large('a'), [], { b: 1 }, large('c')]) run.succeed(output).settle();
    const { hash } = run.current.output as { readonly hash: string };
    expect(JSON.parse(run.files.get(hash)!)).toEqual(['a'.repeat(200_000), { of: 'a' }, { b: 1 }, 'c'.repeat(200_000), { of: 'c' }]);
  });

  it('gives the results as they are, with COMPACT', () => {
    expect(new TestRun(machine({ Transformation: 'COMPACT' })).start([1]).succeed([1]).current.output).toEqual([[1]]);
  });
});

const WRITER: JsonObject = { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'results', 'Prefix.$': '$.prefix' } };
const once: JsonObject = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'T', States: { T: { Type: 'Task', Resource: 's/t', Retry: [{ ErrorEquals: ['Never'] }], End: true } } };
const writing = (more: JsonObject = {}, states: JsonObject = {}): JsonObject => ({
  StartAt: 'M',
  States: { M: { Type: 'Map', ItemsPath: '$.items', ItemProcessor: once, MaxConcurrency: 2, ResultWriter: WRITER, End: true, ...more }, ...states },
});
const given = (items: Json): JsonObject => ({ prefix: 'out', items });
const DETAILS = { MapRunArn: 'arn', ResultWriterDetails: { Bucket: 'results', Key: 'out/id/manifest.json' } };

function started(asl: JsonObject, input: Json, policy: Partial<Policy> = {}): TestRun {
  const run = new TestRun(asl, policy);
  run.files = new Map();
  return run.start(input);
}

interface Told {
  readonly Records: readonly string[];
  readonly Pending?: string;
  readonly BatchInput?: string;
  readonly MapRun: { readonly Id: string };
}
const told = (run: TestRun): Told => run.lastCommand().input as unknown as Told;
const linesIn = (run: TestRun, hash: string | undefined): readonly Json[] => (hash === undefined ? [] : run.files!.get(hash)!.split('\n').map((line) => [Number(line.split(' ', 1)[0]), JSON.parse(line.slice(line.indexOf(' ') + 1)) as Json]));
const records = (run: TestRun): readonly Json[] => told(run).Records.flatMap((hash) => linesIn(run, hash));

describe('a Map whose results are written out (I4)', () => {
  it('has a step write them, which is told where the records stand, and has its answer for its result', () => {
    const run = started(writing(), given(['a', 'b']));
    const [first, second] = run.open();
    const begunMs = run.nowMs;
    run.nowMs += 1_000;
    run.succeed({ n: 2 }, { stepId: second! }).succeed([1], { stepId: first! });
    expect(run.lastCommand()).toMatchObject({ service: 'map-data', step: 'write-results', input: { Bucket: 'results', Prefix: 'out', WriterConfig: { Transformation: 'NONE', OutputType: 'JSON' }, MapRun: { Arn: expect.stringMatching(/^arn:aws:states:::mapRun:test\/M:[0-9a-f-]{36}$/), StateMachineArn: 'arn:aws:states:::stateMachine:test/M' } } });
    expect(records(run)).toEqual([
      [0, { status: 'SUCCEEDED', startMs: begunMs, stopMs: begunMs + 1_000, input: 'a', output: [1] }],
      [1, { status: 'SUCCEEDED', startMs: begunMs, stopMs: begunMs + 1_000, input: 'b', output: { n: 2 } }],
    ]);
    expect(told(run)).not.toHaveProperty('Pending');
    run.succeed(DETAILS);
    expect(run.current).toMatchObject({ status: 'completed', output: DETAILS });
    expect(run.current.parts).toBeUndefined();
  });

  it('records what each was given, by an ItemSelector or as a batch, and failures that are tolerated', () => {
    const selected = started(writing({ ItemSelector: { 'id.$': '$$.Map.Item.Value' }, ToleratedFailureCount: 1 }), given([7]));
    selected.fail({ name: 'No', message: 'not that' });
    expect(records(selected)).toEqual([[0, { status: 'FAILED', startMs: selected.nowMs, stopMs: selected.nowMs, input: { id: 7 }, error: 'No', cause: 'not that' }]]);
    const batched = started(writing({ ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { of: 'may' } } }), given([1, 2, 3]));
    for (const stepId of batched.open()) batched.succeed(null, { stepId });
    expect(records(batched)).toMatchObject([[0, { input: { BatchInput: { of: 'may' }, Items: [1, 2] } }], [1, { input: { BatchInput: { of: 'may' }, Items: [3] } }]]);
  });

  it('has what became of the items of one that fails written as well, those that were open and those that had not begun, and fails then', () => {
    const run = started(writing({ ItemBatcher: { MaxItemsPerBatch: 1, BatchInput: 'all' }, ToleratedFailureCount: 1 }), given([1, 2, 3, 4, 5]));
    const [first, second] = run.open();
    run.fail({ name: 'No' }, { stepId: first! }).fail({ name: 'No', message: 'again' }, { stepId: second! });
    expect(records(run)).toMatchObject([[0, { status: 'FAILED', input: { Items: [1] } }], [1, { status: 'FAILED', cause: 'again' }], [2, { status: 'ABORTED', input: { BatchInput: 'all', Items: [3] } }]]);
    expect(linesIn(run, told(run).Pending)).toEqual([[3, { Items: [4] }], [4, { Items: [5] }]]);
    expect(linesIn(run, told(run).BatchInput)).toEqual([[0, 'all']]);
    expect(run.commands.filter(({ t }) => t === 'abandon-step')).toHaveLength(1);
    expect(run.current.status).toBe('running');
    run.succeed(DETAILS);
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'States.ExceedToleratedFailureThreshold', message: 'More items failed than are tolerated. What came of the items is listed in out/id/manifest.json of the bucket results. The last: No: again' } });
    expect(run.current.parts).toBeUndefined();
  });

  it('ends with its branches those that are open below them', () => {
    const inner: JsonObject = { Type: 'Map', ItemsPath: '$.all', ItemProcessor: once, End: true };
    const run = started(writing({ ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'In', States: { In: inner } } }), given([{ all: [1] }, { all: [2, 3] }]));
    run.fail({ name: 'No' }, { stepId: run.open()[0]! });
    expect(run.open()).toEqual(['M.1']);
    expect(records(run)).toMatchObject([[0, { status: 'FAILED' }], [1, { status: 'ABORTED', input: { all: [2, 3] } }]]);
    expect(run.succeed(DETAILS).current.status).toBe('failed');
  });

  it('is written again by the rules of the platform, the same, and without running an iteration again', () => {
    const run = started(writing({ Retry: [{ ErrorEquals: ['Odd'], MaxAttempts: 1, IntervalSeconds: 1 }] }), given([1]), { max_retries: 1 }).succeed('done');
    const before = told(run);
    run.fail({ name: 'unavailable' }).fireNext();
    expect(run.lastCommand()).toMatchObject({ step: 'write-results', input: before });
    expect(run.release().lastCommand()).toMatchObject({ step: 'write-results', input: before });
    run.fail({ name: 'Odd', message: 'no disk' }).fireNext();
    // The machine's own Retry means the whole Map, which is another one then.
    expect(run.lastCommand()).toMatchObject({ step: 't', input: 1 });
    expect(told(run.succeed('again')).MapRun.Id).not.toBe(before.MapRun.Id);
    run.fail({ name: 'Odd' });
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'States.ResultWriterFailed', message: 'Odd: it broke' } });
  });

  it('fails at once where the step says that writing again would say the same, and is caught by the name of the language', () => {
    const run = started(writing({ Catch: [{ ErrorEquals: ['States.ResultWriterFailed'], Next: 'C' }] }, { C: { Type: 'Pass', Parameters: { 'name.$': '$.Error' }, End: true } }), given([1])).succeed('done');
    run.fail({ name: 'States.ResultWriterFailed', message: 'There is no bucket', details: { retry: 'no' } });
    expect(run.current.output).toEqual({ name: 'States.ResultWriterFailed' });
  });

  it('fails as it would have where what became of the items cannot be written', () => {
    const run = started(writing(), given([1]), { max_retries: 0 }).fail({ name: 'No' }).fail({ name: 'unavailable', message: 'no disk' });
    expect(run.current.error).toMatchObject({ name: 'States.ExceedToleratedFailureThreshold', message: 'More items failed than are tolerated. What came of the items could not be written: unavailable: no disk. The last: No: it broke' });
  });

  it('has it written that there were no items', () => {
    const run = started(writing(), given([]));
    expect(told(run)).toMatchObject({ Records: [] });
    expect(run.succeed(DETAILS).current).toMatchObject({ status: 'completed', output: DETAILS });
  });

  it('keeps records that are more than data may be in files, more of them than a list may have', () => {
    const run = started(writing({ MaxConcurrency: 40 }), given(Array.from({ length: 90 }, (_, n) => n)));
    for (let i = 0; i < 90; i++) {
      run.succeed({ n: i, text: 'x'.repeat(200_000) }, { stepId: run.open()[0]! }).settle();
      // Those of the last two are not moved by themselves: they go with the writing.
      expect(run.current.branches['0']!.fanOut?.bytes ?? 0).toBeLessThan(450_000);
    }
    expect(told(run).Records.length).toBeGreaterThan(40);
    expect(records(run).map((record) => (record as unknown as [number, { readonly input: number }])[1].input).sort((a, b) => a - b)).toEqual(Array.from({ length: 90 }, (_, n) => n));
    expect(run.succeed(DETAILS).current.status).toBe('completed');
  });

  it('begins nothing where there is no place for results, or it cannot be told where to', () => {
    const nowhere = new TestRun(writing()).start(given([1]));
    expect(nowhere.current.error).toMatchObject({ name: 'States.ResultWriterFailed', message: expect.stringContaining('BATON_BLOB_DIR') });
    const untold = started(writing({ ResultWriter: { ...WRITER, Parameters: { 'Bucket.$': '$.none' } } }), given([1]));
    expect(untold.current.error).toMatchObject({ name: 'States.Runtime' });
    expect(untold.commands).toEqual([]);
  });

  it('takes the writing back when the run is cancelled', () => {
    const run = started(writing(), given([1])).succeed('done').cancel();
    expect(run.current.status).toBe('cancelled');
    expect(run.commands.at(-1)).toMatchObject({ t: 'abandon-step', step: 'write-results' });
  });

  it('is told where to by Arguments in JSONata, and may be written by a step of somebody else', () => {
    const machine = { QueryLanguage: 'JSONata', ...writing({ ItemsPath: undefined as unknown as Json, Items: '{% $states.input.items %}', ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: '{% $states.input.prefix %}' }, WriterConfig: { Transformation: 'FLATTEN', OutputType: 'JSONL' } } }), Baton: { Resources: { 'arn:aws:states:::s3:putObject': 'shop/keep' } } };
    delete (((machine as unknown as JsonObject)['States'] as JsonObject)['M'] as Record<string, unknown>)['ItemsPath'];
    const run = started(machine as JsonObject, given([1])).succeed('done');
    expect(run.lastCommand()).toMatchObject({ service: 'shop', step: 'keep', input: { Bucket: 'out', WriterConfig: { Transformation: 'FLATTEN', OutputType: 'JSONL' } } });
    expect(run.succeed('anything').current.output).toBe('anything');
  });

  it('is of version 6 of the history', () => {
    const run = started(writing(), given([1, 2]));
    expect(run.decisions.map(({ events }) => txnVersion(events))).toEqual([6]);
    expect(imageVersion(run.current)).toBe(6);
    run.fail({ name: 'No' });
    expect(txnVersion(run.decisions.at(-1)!.events)).toBe(6);
    expect(imageVersion(run.succeed(DETAILS).current)).toBeLessThan(6);
  });
});
