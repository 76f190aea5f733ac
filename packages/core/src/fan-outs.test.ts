import { describe, expect, it } from '@jest/globals';
import { LIMITS, type JsonObject } from '@baton/contracts';
import { TestRun } from '../test/test-run.ts';

const task = (step: string, more: JsonObject = {}): JsonObject => ({ Type: 'Task', Resource: `s/${step}`, End: true, ...more });
const branch = (name: string, state: JsonObject = task(name.toLowerCase())): JsonObject => ({ StartAt: name, States: { [name]: state } });
const parallel = (branches: readonly JsonObject[], more: JsonObject = {}, states: JsonObject = {}, name = 'Fan'): JsonObject => ({ StartAt: name, States: { [name]: { Type: 'Parallel', Branches: branches, End: true, ...more }, ...states } });
const map = (processor: JsonObject, more: JsonObject = {}, states: JsonObject = {}): JsonObject => ({ StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor: processor, End: true, ...more }, ...states } });
const distributed = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };

describe('Parallel', () => {
  it('runs its branches side by side on its input and gives their outputs in the order of the branches', () => {
    const run = new TestRun(parallel([branch('A'), branch('B')])).start({ x: 1 });
    expect(run.open()).toEqual(['A.2', 'B.3']);
    expect(run.commands.map((command) => command.t === 'run-step' && command.input)).toEqual([{ x: 1 }, { x: 1 }]);
    run.succeed('b', { stepId: 'B.3' });
    expect(run.current.status).toBe('running');
    expect(run.succeed('a', { stepId: 'A.2' }).current).toMatchObject({ status: 'completed', output: ['a', 'b'], branches: { 0: expect.anything() } });
    expect(run.current.parts).toBeUndefined();
    expect(Object.keys(run.current.branches)).toEqual(['0']);
  });

  it('gives its branches what Parameters say, and puts the list where ResultPath says', () => {
    const run = new TestRun(parallel([branch('A')], { Parameters: { 'y.$': '$.x' }, ResultPath: '$.all', ResultSelector: { 'first.$': '$[0]' } })).start({ x: 1 });
    expect(run.lastCommand().input).toEqual({ y: 1 });
    expect(run.succeed('a').current.output).toEqual({ x: 1, all: { first: 'a' } });
  });

  it('fails as a whole when a branch fails: the other attempts are taken back, their timers too', () => {
    const run = new TestRun(parallel([branch('A'), branch('B'), branch('W', { Type: 'Wait', Seconds: 60, End: true })])).start();
    run.fail({ name: 'Oops' }, { stepId: 'A.2' });
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'Oops', step: 'A' }, timers: {} });
    expect(run.commands.at(-1)).toMatchObject({ t: 'abandon-step', stepId: 'B.3', why: 'cancelled' });
    expect(run.succeed('late', { stepId: 'B.3', attempt: 1 }).last).toEqual({ kind: 'ignored', why: 'late' });
    expect(run.current.steps.map(({ state, status }) => [state, status])).toEqual([['Fan', 'failed'], ['A', 'failed'], ['B', 'cancelled'], ['W', 'cancelled']]);
  });

  it('lets the state inside retry and catch first, then its own Catch take the error by its name or as States.BranchFailed', () => {
    const inner = task('a', { Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1, MaxAttempts: 1 }], Catch: [{ ErrorEquals: ['Known'], Next: 'Mend', ResultPath: null }] });
    const asl = (name: string) => parallel([{ StartAt: 'A', States: { A: inner, Mend: { Type: 'Pass', Result: 'mended', End: true } } }], { Catch: [{ ErrorEquals: [name], Next: 'After', ResultPath: '$.error' }] }, { After: { Type: 'Succeed' } });
    const start = (name = 'Odd') => new TestRun(asl(name)).start({ x: 1 });
    expect(start().fail({ name: 'Busy' }).fireNext().fail({ name: 'Known' }).current).toMatchObject({ status: 'completed', output: ['mended'] });
    expect(start().fail({ name: 'Odd', message: 'so odd' }).current).toMatchObject({ status: 'completed', output: { x: 1, error: { Error: 'Odd', Cause: 'so odd' } } });
    expect(start('States.BranchFailed').fail({ name: 'Odd' }).current).toMatchObject({ status: 'completed', output: { error: { Error: 'Odd' } } });
    expect(start('Other').fail({ name: 'Odd' }).current).toMatchObject({ status: 'failed', error: { name: 'Odd' } });
  });

  it('begins all branches again when its Retry says so, and counts the attempts', () => {
    const run = new TestRun(parallel([branch('A', task('a', { Parameters: { 'n.$': '$$.State.RetryCount' } })), branch('B')], { Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 1 }] })).start();
    run.fail({}, { stepId: 'A.2' });
    expect(run.current).toMatchObject({ status: 'running', branches: { 0: { phase: 'backoff', retries: { 0: 1 } } } });
    expect(Object.keys(run.current.branches)).toEqual(['0']);
    run.fireNext();
    expect(run.open()).toEqual(['A.4', 'B.5']);
    expect(run.succeed(1, { stepId: 'A.4' }).succeed(2, { stepId: 'B.5' }).current).toMatchObject({ status: 'completed', output: [1, 2] });
    expect(run.current.steps[0]).toMatchObject({ state: 'Fan', attempts: 2, status: 'completed' });
  });

  it('ends with the run: a cancel takes back what is open in every branch', () => {
    const run = new TestRun(parallel([branch('A'), parallel([branch('B')], {}, {}, 'Inner')])).start().cancel();
    expect(run.commands.flatMap((command) => (command.t === 'abandon-step' ? [command.stepId] : []))).toEqual(['A.2', 'B.4']);
    expect(run.current).toMatchObject({ status: 'cancelled', timers: {} });
    expect(Object.keys(run.current.branches)).toEqual(['0']);
    expect(run.current.steps.every(({ status }) => status === 'cancelled')).toBe(true);
  });

  it('ends with the run: at the machine’s own time-out', () => {
    const run = new TestRun({ ...parallel([branch('A'), branch('B')]), TimeoutSeconds: 5 }).start().fireNext();
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'States.Timeout' }, timers: {} });
    expect(run.commands.filter(({ t }) => t === 'abandon-step')).toHaveLength(2);
  });
});

describe('Map', () => {
  it('runs its processor for each item and gives the outputs in the order of the items', () => {
    const run = new TestRun(map(branch('A'), { ItemsPath: '$.list', ResultPath: '$.done' })).start({ list: ['x', 'y', 'z'] });
    expect(run.commands.map((command) => command.t === 'run-step' && command.input)).toEqual(['x', 'y', 'z']);
    for (const stepId of ['A.4', 'A.2', 'A.3']) run.succeed(`of ${stepId}`, { stepId });
    expect(run.current).toMatchObject({ status: 'completed', output: { list: ['x', 'y', 'z'], done: ['of A.2', 'of A.3', 'of A.4'] } });
  });

  it('gives each iteration what ItemSelector says, with its item and index', () => {
    const run = new TestRun(map(branch('A'), { ItemsPath: '$.list', ItemSelector: { 'value.$': '$$.Map.Item.Value', 'at.$': '$$.Map.Item.Index', 'of.$': '$.name' } })).start({ list: ['x', 'y'], name: 'n' });
    expect(run.commands.map((command) => command.t === 'run-step' && command.input)).toEqual([{ value: 'x', at: 0, of: 'n' }, { value: 'y', at: 1, of: 'n' }]);
  });

  it('has no more iterations open than MaxConcurrency says, the platform’s number where it says none', () => {
    const run = new TestRun(map(branch('A'), { MaxConcurrency: 2 })).start([1, 2, 3]);
    expect(run.open()).toEqual(['A.2', 'A.3']);
    run.succeed(0, { stepId: 'A.3' });
    expect(run.open()).toEqual(['A.2', 'A.4']);
    expect(new TestRun(map(branch('A'))).start(Array.from({ length: 100 }, (_, i) => i)).settle().open()).toHaveLength(LIMITS.openBranches);
  });

  it('of no items gives an empty list at once', () => {
    expect(new TestRun(map(branch('A'))).start([]).current).toMatchObject({ status: 'completed', output: [] });
  });

  it('refuses what is no list', () => {
    expect(new TestRun(map(branch('A'))).start({ a: 1 }).current.error).toMatchObject({ name: 'States.Runtime', message: expect.stringContaining('ItemsPath') });
  });

  it('is tried again from its first item, and fails by the name of what failed inside', () => {
    const run = new TestRun(map(branch('F', { Type: 'Fail', Error: 'Broken', Cause: 'always' }), { Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 2 }] })).start([1, 2]);
    run.fireNext().fireNext();
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'Broken', step: 'F' } });
    expect(run.path()).toEqual(['Each', 'F', 'F', 'F']);
  });

  it('in a Map sees the innermost item, in a Parallel that of the Map around it', () => {
    const inner = { StartAt: 'Inner', States: { Inner: { Type: 'Map', ItemProcessor: branch('P', { Type: 'Pass', Parameters: { 'v.$': '$$.Map.Item.Value' }, End: true }), End: true } } };
    expect(new TestRun(map(inner)).start([[1, 2], [3]]).current.output).toEqual([[{ v: 1 }, { v: 2 }], [{ v: 3 }]]);
    const fan = parallel([branch('P', { Type: 'Pass', Parameters: { 'v.$': '$$.Map.Item.Value' }, End: true })]);
    expect(new TestRun(map(fan)).start(['a']).current.output).toEqual([[{ v: 'a' }]]);
  });

  it('takes the older names Iterator and Parameters', () => {
    const asl = { StartAt: 'Each', States: { Each: { Type: 'Map', Iterator: branch('P', { Type: 'Pass', End: true }), Parameters: { 'v.$': '$$.Map.Item.Value' }, End: true } } };
    expect(new TestRun(asl).start([7]).current.output).toEqual([{ v: 7 }]);
  });
});

describe('a DISTRIBUTED Map', () => {
  const failOn = (bad: number) => ({
    ...distributed,
    StartAt: 'C',
    States: { C: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: bad, Next: 'F' }], Default: 'P' }, F: { Type: 'Fail', Error: 'Bad', Cause: 'this one' }, P: { Type: 'Pass', End: true } },
  });

  it('fails by its own name where more items fail than are tolerated', () => {
    expect(new TestRun(map(failOn(2))).start([1, 2, 3]).current).toMatchObject({ status: 'failed', error: { name: 'States.ExceedToleratedFailureThreshold', message: expect.stringContaining('Bad: this one') } });
    expect(new TestRun(map(failOn(2), { ToleratedFailureCount: 1 })).start([2, 2, 3]).current).toMatchObject({ status: 'failed' });
  });

  it('goes on with failures that are tolerated, by number or by share, and keeps their place', () => {
    const failed = { Error: 'Bad', Cause: 'this one' };
    expect(new TestRun(map(failOn(2), { ToleratedFailureCount: 1 })).start([1, 2, 3]).current.output).toEqual([1, failed, 3]);
    expect(new TestRun(map(failOn(2), { ToleratedFailurePercentage: 34 })).start([1, 2, 3]).current.output).toEqual([1, failed, 3]);
    expect(new TestRun(map(failOn(2), { ToleratedFailurePercentage: 33 })).start([1, 2, 3]).current.status).toBe('failed');
    expect(new TestRun(map(failOn(2), { ToleratedFailureCountPath: '$.most', ItemsPath: '$.list' })).start({ most: '1', list: [1, 2] }).current.output).toEqual([1, failed]);
  });

  it('refuses numbers that are none', () => {
    for (const most of [-1, 'x', {}]) {
      expect(new TestRun(map(failOn(2), { ToleratedFailureCountPath: '$.most', ItemsPath: '$.list' })).start({ most, list: [1] }).current.error?.name).toBe('States.Runtime');
    }
  });

  it('gives batches by number and by bytes, each with the input of all', () => {
    const items = ['aaaa', 'b', 'c', 'd', 'e'];
    const batcher = (more: JsonObject) => map({ ...distributed, ...branch('P', { Type: 'Pass', End: true }) }, { ItemBatcher: more, ItemsPath: '$.list' });
    expect(new TestRun(batcher({ MaxItemsPerBatch: 2 })).start({ list: items }).current.output).toEqual([{ Items: ['aaaa', 'b'] }, { Items: ['c', 'd'] }, { Items: ['e'] }]);
    expect(new TestRun(batcher({ MaxItemsPerBatch: 3, BatchInput: { 'n.$': '$.n' } })).start({ list: items, n: 1 }).current.output).toEqual([{ BatchInput: { n: 1 }, Items: ['aaaa', 'b', 'c'] }, { BatchInput: { n: 1 }, Items: ['d', 'e'] }]);
    expect(new TestRun(batcher({ MaxInputBytesPerBatch: 22 })).start({ list: items }).current.output).toEqual([{ Items: ['aaaa'] }, { Items: ['b', 'c'] }, { Items: ['d', 'e'] }]);
    expect(new TestRun(batcher({ MaxInputBytesPerBatch: 15 })).start({ list: items }).current.error?.name).toBe('States.DataLimitExceeded');
  });

  it('counts all items of a batch that fails', () => {
    const asl = (tolerated: number) => map({ ...distributed, ...branch('F', { Type: 'Fail', Error: 'Bad' }) }, { ItemBatcher: { MaxItemsPerBatch: 2 }, ToleratedFailureCount: tolerated });
    expect(new TestRun(asl(1)).start([1, 2]).current.status).toBe('failed');
    expect(new TestRun(asl(2)).start([1, 2]).current.status).toBe('completed');
  });
});

describe('what one decision holds', () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => i);

  it('is bounded: a wide Map goes on by timers that are due at once', () => {
    const run = new TestRun(map(branch('P', { Type: 'Pass', End: true }))).start(many(2_000));
    expect(run.current).toMatchObject({ status: 'running', timers: { 'c.Each.1': { kind: 'continue', dueMs: run.nowMs } } });
    run.settle();
    expect(run.current).toMatchObject({ status: 'completed', output: many(2_000), timers: {} });
    expect(run.current.parts).toBeUndefined();
    expect(run.decisions.length).toBeGreaterThan(3);
    for (const { events } of run.decisions.slice(0, -1)) expect(JSON.stringify(events).length).toBeLessThan(2 * LIMITS.fanOutDecisionBytes);
  });

  it('is bounded by the inputs of commands too', () => {
    const big = { text: 'x'.repeat(100_000) };
    const run = new TestRun(map(branch('A'))).start([1, 2, 3]);
    expect(run.open()).toHaveLength(3);
    const wide = new TestRun(parallel([branch('A'), branch('B'), branch('C'), branch('D')])).start(big);
    expect(wide.open().length).toBeLessThan(4);
    expect(wide.settle().open()).toHaveLength(4);
  });

  it('leaves an armed timer to nobody when the Map is over before it fires', () => {
    const run = new TestRun(parallel([branch('A'), branch('B'), branch('C'), branch('D')])).start({ text: 'x'.repeat(100_000) });
    expect(run.current.timers['c.Fan.1']).toBeDefined();
    run.fail({ name: 'Oops' });
    expect(run.current).toMatchObject({ status: 'failed', timers: {} });
  });

  it('fails a loop inside a branch that waits for nothing (F54)', () => {
    const loop = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Choice', Choices: [{ Variable: '$', IsPresent: true, Next: 'A' }], Default: 'E' }, E: { Type: 'Succeed' } } };
    expect(new TestRun(map(loop)).start([1]).settle().current).toMatchObject({ status: 'failed', error: { name: 'States.Runtime', message: expect.stringContaining('loops') } });
  });
});

describe('a loop through fan-outs', () => {
  /** Forty states to a turn. */
  const loop = (inside: JsonObject): JsonObject => {
    const passes = Object.fromEntries(Array.from({ length: 38 }, (_, i) => [`P${i}`, { Type: 'Pass', Next: i === 37 ? 'Each' : `P${i + 1}` }]));
    return { StartAt: 'Each', States: { Each: { Type: 'Map', ItemsPath: '$.list', ItemProcessor: branch('In', inside), ResultPath: null, Next: 'More' }, More: { Type: 'Choice', Choices: [{ Variable: '$.list', IsPresent: true, Next: 'P0' }], Default: 'Done' }, ...passes, Done: { Type: 'Succeed' } } };
  };

  it('ends where nothing in it waits for anything outside, however many decisions it takes (F54)', () => {
    expect(new TestRun(loop({ Type: 'Pass', End: true })).start({ list: [1, 2] }).settle().current).toMatchObject({ status: 'failed', error: { name: 'States.Runtime', message: expect.stringContaining('loops') } });
  });

  it('goes on where something does', () => {
    const run = new TestRun(loop(task('a'))).start({ list: [1] });
    for (let i = 0; i < 30; i++) run.succeed({});
    expect(run.current.status).toBe('running');
    const inner = new TestRun(loop({ Type: 'Parallel', Branches: [branch('W', { Type: 'Wait', Seconds: 1, End: true })], End: true })).start({ list: [1] });
    for (let i = 0; i < 30; i++) inner.fireNext();
    expect(inner.current.status).toBe('running');
  });
});

describe('what a run holds', () => {
  it('is bounded: a fan-out for whose branches there is no room fails', () => {
    const growing = (i: number) => ({ StartAt: `G${i}`, States: { [`G${i}`]: { Type: 'Pass', Result: 'x'.repeat(200_000), Next: `W${i}` }, [`W${i}`]: { Type: 'Wait', Seconds: 10, End: true } } });
    const run = new TestRun(parallel([0, 1, 2, 3, 4].map(growing))).start().settle();
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'States.DataLimitExceeded', message: expect.stringContaining('All data of the run') } });
  });

  it('waits for room before it opens another iteration', () => {
    const run = new TestRun(map(branch('A'), { ItemSelector: { 'text.$': '$[0]', 'i.$': '$$.Map.Item.Index' }, ItemsPath: '$[1]' })).start(['x'.repeat(100_000), [0, 1, 2, 3, 4, 5, 6, 7]]);
    run.settle();
    const first = run.open().length;
    expect(first).toBeLessThan(8);
    for (let i = 0; i < 8; i++) {
      const [stepId] = run.open();
      run.succeed('done', { stepId: stepId! }).settle();
    }
    expect(run.current).toMatchObject({ status: 'completed', output: Array.from({ length: 8 }, () => 'done') });
  });
});
