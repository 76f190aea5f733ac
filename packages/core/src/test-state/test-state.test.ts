import { describe, expect, it } from '@jest/globals';
import type { State } from '@baton/workflow';
import { testState, type StateTest, type StateTested } from './test-state.ts';

const NOW_MS = Date.parse('2026-01-31T12:00:00Z');

function tried(state: object, test: Partial<StateTest> = {}): StateTested {
  const result = testState({ state: state as State, input: {}, nowMs: NOW_MS, ...test });
  if ('refused' in result) throw new Error(`Refused: ${result.refused}`);
  return result;
}
const refusal = (state: object, test: Partial<StateTest> = {}): string | undefined => {
  const result = testState({ state: state as State, input: {}, nowMs: NOW_MS, ...test });
  return 'refused' in result ? result.refused : undefined;
};
const task = (more: object = {}): object => ({ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', End: true, ...more });
const each = (more: object = {}): object => ({ Type: 'Map', ItemProcessor: { StartAt: 'Never', States: { Never: { Type: 'Fail' } } }, Next: 'After', ...more });

describe('a state tried out alone', () => {
  it('gives what it gives in a run, and where it leads to', () => {
    expect(tried({ Type: 'Pass', Result: 1, ResultPath: '$.a', Next: 'After' }, { input: { b: 2 } })).toMatchObject({ status: 'SUCCEEDED', output: { b: 2, a: 1 }, next: 'After' });
    expect(tried({ Type: 'Pass', End: true }, { input: 5 })).toEqual({ status: 'SUCCEEDED', output: 5, variables: {}, inspection: expect.anything() });
  });

  it('leads where its Choice goes, also back to itself', () => {
    const choice = { Type: 'Choice', Choices: [{ Variable: '$.n', NumericLessThan: 3, Next: 'Again' }], Default: 'Done' };
    expect(tried(choice, { input: { n: 1 }, name: 'Again' })).toMatchObject({ status: 'SUCCEEDED', output: { n: 1 }, next: 'Again' });
    expect(tried(choice, { input: { n: 3 } }).next).toBe('Done');
  });

  it('waits for nothing (T1)', () => {
    expect(tried({ Type: 'Wait', Seconds: 86_400, Next: 'After' }, { input: { a: 1 } })).toMatchObject({ status: 'SUCCEEDED', output: { a: 1 }, next: 'After' });
  });

  it('has failed where it cannot do its work (T2)', () => {
    expect(tried({ Type: 'Pass', InputPath: '$.absent', End: true })).toMatchObject({ status: 'FAILED', error: { name: 'States.Runtime' } });
    expect(tried({ Type: 'Fail', Error: 'Order.Refused', Cause: 'no stock' })).toMatchObject({ status: 'FAILED', error: { name: 'Order.Refused', message: 'no stock' } });
  });

  it('reads variables that are given, and tells those that it sets', () => {
    const state = { Type: 'Pass', Parameters: { 'b.$': '$a' }, Assign: { 'c.$': '$.b' }, End: true };
    expect(tried(state, { variables: { a: 1 } })).toMatchObject({ output: { b: 1 }, variables: { c: 1 } });
  });

  it('sees the context object that is given, and its own where nothing is', () => {
    const state = { Type: 'Pass', Parameters: { 'input.$': '$$.Execution.Input', 'name.$': '$$.State.Name' }, End: true };
    expect(tried(state, { input: { n: 1 }, name: 'Look' }).output).toEqual({ input: { n: 1 }, name: 'Look' });
    expect(tried(state, { context: { Execution: { Input: 'other' } } }).output).toEqual({ input: 'other', name: 'State' });
  });
});

describe('a Task tried out', () => {
  it('takes what its step would answer, whether anything is bound to its Resource or not', () => {
    const state = task({ Parameters: { 'Body.$': '$.text' }, ResultSelector: { 'id.$': '$.MessageId' }, ResultPath: '$.sent' });
    expect(tried(state, { input: { text: 'hi' }, mock: { result: { MessageId: 'm-1', More: 0 } } })).toMatchObject({
      status: 'SUCCEEDED',
      output: { text: 'hi', sent: { id: 'm-1' } },
      inspection: {
        input: { text: 'hi' },
        afterInputPath: { text: 'hi' },
        afterParameters: { Body: 'hi' },
        result: { MessageId: 'm-1', More: 0 },
        afterResultSelector: { id: 'm-1' },
        afterResultPath: { text: 'hi', sent: { id: 'm-1' } },
      },
    });
  });

  it('takes what the engine would come to where it does the work itself, without an attempt', () => {
    const waits = { Type: 'Task', Resource: 'baton:waitForEvent', Parameters: { Name: 'go' }, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Late' }], Next: 'After' };
    expect(tried(waits, { mock: { result: { Name: 'go', Data: 1 } } })).toMatchObject({ status: 'SUCCEEDED', output: { Name: 'go', Data: 1 }, next: 'After' });
    expect(tried(waits, { mock: { error: { name: 'States.Timeout' } } })).toMatchObject({ status: 'CAUGHT_ERROR', next: 'Late' });
    const asks = { Type: 'Task', Resource: 'baton:askPerson', Parameters: { Title: 'Ok?', Form: { type: 'object', properties: { ok: { type: 'boolean' } } } }, ResultSelector: { 'ok.$': '$.Answer.ok' }, End: true };
    expect(tried(asks, { mock: { result: { Answer: { ok: true }, By: 'ada' } } })).toMatchObject({ status: 'SUCCEEDED', output: { ok: true } });
    const child = { Type: 'Task', Resource: 'baton:startRun.sync', Parameters: { Workflow: 'other', Input: {} }, ResultPath: '$.child', End: true };
    expect(tried(child, { input: { a: 1 }, mock: { result: { Output: 2 } } })).toMatchObject({ status: 'SUCCEEDED', output: { a: 1, child: { Output: 2 } } });
  });

  it('would be tried again as often as its Retry says, after its backoff', () => {
    const state = task({ Retry: [{ ErrorEquals: ['Other'] }, { ErrorEquals: ['Busy'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 2 }] });
    const busy = { mock: { error: { name: 'Busy', cause: 'later' } } };
    expect(tried(state, busy)).toMatchObject({ status: 'RETRIABLE', error: { name: 'Busy', message: 'later' }, errorDetails: { retryIndex: 1, retryBackoffIntervalSeconds: 2 } });
    expect(tried(state, { ...busy, retries: 1 })).toMatchObject({ status: 'RETRIABLE', errorDetails: { retryIndex: 1, retryBackoffIntervalSeconds: 6 } });
    expect(tried(state, { ...busy, retries: 2 })).toMatchObject({ status: 'FAILED', error: { name: 'Busy' }, errorDetails: { retryIndex: 1 } });
  });

  it('goes where its Catch says, with the error', () => {
    const state = task({ Catch: [{ ErrorEquals: ['Other'], Next: 'A' }, { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'B' }] });
    expect(tried(state, { input: { n: 1 }, mock: { error: { name: 'Busy', cause: 'later' } } })).toMatchObject({
      status: 'CAUGHT_ERROR',
      output: { n: 1, error: { Error: 'Busy', Cause: 'later' } },
      error: { name: 'Busy' },
      errorDetails: { catchIndex: 1 },
      next: 'B',
    });
  });
});

describe('a fan-out tried out', () => {
  it('comes to what its branches are said to come to; none of them runs (T1)', () => {
    expect(tried(each({ ResultPath: '$.all' }), { input: [1, 2], mock: { result: ['a', 'b'] } }).status).toBe('FAILED');
    expect(tried(each({ ItemsPath: '$.list', ResultPath: '$.all' }), { input: { list: [1, 2] }, mock: { result: ['a', 'b'] } })).toMatchObject({ status: 'SUCCEEDED', output: { list: [1, 2], all: ['a', 'b'] }, next: 'After' });
    const parallel = { Type: 'Parallel', Branches: [{ StartAt: 'Never', States: { Never: { Type: 'Fail' } } }], End: true };
    expect(tried(parallel, { mock: { result: [7] } })).toMatchObject({ status: 'SUCCEEDED', output: [7] });
  });

  it('fails by more items than it tolerates, and is tried again by the name that this error has', () => {
    const distributed = { ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'Never', States: { Never: { Type: 'Fail' } } }, ToleratedFailureCount: 1 };
    const state = each({ ...distributed, Retry: [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], MaxAttempts: 1 }] });
    const mock = { result: [0, 0, 1] };
    expect(tried(state, { input: [1, 2, 3], mock, failedItems: 1 })).toMatchObject({ status: 'SUCCEEDED', output: [0, 0, 1], inspection: { toleratedFailureCount: 1, maxConcurrency: 0 } });
    expect(tried(state, { input: [1, 2, 3], mock, failedItems: 2 })).toMatchObject({ status: 'RETRIABLE', error: { name: 'States.ExceedToleratedFailureThreshold' } });
    expect(tried(state, { input: [1, 2, 3], mock, failedItems: 2, retries: 1 }).status).toBe('FAILED');
  });

  it('is not reached for where it already fails at its items', () => {
    expect(tried(each({ ItemsPath: '$.none' }), { mock: { result: [] } })).toMatchObject({ status: 'FAILED', error: { name: 'States.Runtime' } });
  });
});

it('a Task says what would undo it, once it is done', () => {
  const state = task({ Compensate: { Resource: 'hotel/release', Parameters: { 'id.$': '$.Result.id', 'who.$': '$.Input.who' } }, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'After' }] });
  expect(tried(state, { input: { who: 'Ann' }, mock: { result: { id: 7 } } })).toMatchObject({ status: 'SUCCEEDED', compensation: { resource: 'hotel/release', input: { id: 7, who: 'Ann' } } });
  expect(tried(state, { mock: { error: { name: 'Full' } } })).not.toHaveProperty('compensation');
  expect(tried(state, { input: { who: 'Ann' }, mock: { result: {} } })).toMatchObject({ status: 'FAILED', error: { name: 'States.Runtime' } });
  expect(tried(task(), { mock: { result: 1 } })).not.toHaveProperty('compensation');
});

describe('what cannot be tried out (T2)', () => {
  it.each([
    ['a mock for a state that reaches for nothing', { Type: 'Pass', End: true }, { mock: { result: 1 } }, /leave the mock out/],
    ['no mock for a Task', task(), {}, /what the step answers/],
    ['no mock for a Map', each(), {}, /what the branches come to/],
    ['no list for a Map', each(), { mock: { result: {} } }, /Give a list/],
    ['no object for a Map that writes its results', each({ ResultWriter: {} }), { mock: { result: [] } }, /Give an object/],
    ['a list of another length for a Parallel', { Type: 'Parallel', Branches: [{ StartAt: 'A', States: {} }], End: true }, { mock: { result: [] } }, /list of 1/],
  ])('%s', (_, state, test, words) => {
    expect(refusal(state, test as Partial<StateTest>)).toMatch(words);
  });
});
