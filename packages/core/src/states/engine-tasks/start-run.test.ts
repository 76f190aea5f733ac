import { describe, expect, it } from '@jest/globals';
import { childRunId, LIMITS, type Json, type JsonObject, type RunId, type StartMessage, type StepId } from '@baton/contracts';
import { TestRun } from '../../../test/test-run.ts';

const CHILD = childRunId({ runId: 'run-1' as RunId, stepId: 'Go.1' as StepId, attempt: 1 });
const starts = (more: JsonObject = {}, resource = 'baton:startRun.sync'): JsonObject => ({ Type: 'Task', Resource: resource, Parameters: { Workflow: 'ship', 'Input.$': '$.order' }, End: true, ...more });
const parent = (more: JsonObject = {}, resource?: string): TestRun => new TestRun({ StartAt: 'Go', States: { Go: starts(more, resource) } }).start({ order: { id: 7 } });
const ended = (run: TestRun, body: JsonObject, { child = CHILD, stepId = 'Go.1', attempt = 1 } = {}): TestRun => run.send({ type: 'child-ended', body: { childRunId: child, stepId, attempt, ...body } });
const failing = (error: JsonObject): JsonObject => ({ outcome: 'failed', error: { kind: 'technical', message: 'no', ...error } });

describe('a Task with baton:startRun', () => {
  it('starts a run under an id of its state entry and goes on; nobody waits for it', () => {
    const run = parent({ ResultPath: '$.started' }, 'baton:startRun');
    expect(run.current).toMatchObject({ status: 'completed', output: { order: { id: 7 }, started: { RunId: CHILD, Workflow: 'ship' } } });
    expect(run.messages).toMatchObject([{ type: 'start', runId: CHILD, by: 'run-1', body: { def: { name: 'ship' }, input: { id: 7 }, via: 'run', parent: { runId: 'run-1', stepId: 'Go.1', attempt: 1, depth: 1, waits: false } } }]);
    expect(run.current.steps).toMatchObject([{ child: { runId: CHILD, workflow: 'ship' } }]);
  });

  it('gives an empty object where no Input is said', () => {
    expect((parent({ Parameters: { Workflow: 'ship' } }).messages[0] as StartMessage).body.input).toEqual({});
  });

  it('fails where nobody has published the workflow, where the input is too large, and where runs have started each other too often', () => {
    expect(parent({ Parameters: { Workflow: 'unknown' } }).current).toMatchObject({ status: 'failed', error: { name: 'Baton.UnknownWorkflow' } });
    const large = new TestRun({ StartAt: 'Go', States: { Go: starts({ Parameters: { Workflow: 'ship', Input: { 'all.$': '$' } } }) } }).start('x'.repeat(LIMITS.payloadBytes - 5));
    expect(large.current).toMatchObject({ status: 'failed', error: { name: 'States.DataLimitExceeded' } });
    const deep = (depth: number): TestRun => new TestRun({ StartAt: 'Go', States: { Go: starts() } }).send({ type: 'start', body: { def: { name: 'test', ver: 1, hash: '0'.repeat(32) }, input: { order: 1 }, inputHash: 'h', via: 'run', parent: { runId: 'above', stepId: 'S.1', attempt: 1, depth, waits: true } } });
    expect((deep(LIMITS.runDepth - 1).messages[0] as StartMessage).body.parent).toMatchObject({ depth: LIMITS.runDepth });
    expect(deep(LIMITS.runDepth).current).toMatchObject({ status: 'failed', error: { name: 'Baton.DepthLimitExceeded' } });
  });
});

describe('a Task with baton:startRun.sync', () => {
  it('rests until the run has ended, and has its output', () => {
    const run = parent();
    expect(run.current).toMatchObject({ status: 'running', branches: { 0: { phase: 'awaits', awaits: { kind: 'run', runId: CHILD, name: 'ship' } } }, steps: [{ status: 'waiting', child: { runId: CHILD } }] });
    expect(ended(run, { outcome: 'completed', output: 'x' }, { child: 'run-other' as RunId }).last).toEqual({ kind: 'ignored', why: 'late' });
    expect(ended(run, { outcome: 'completed', output: { parcel: 9 } }).current).toMatchObject({ status: 'completed', output: { RunId: CHILD, Workflow: 'ship', Output: { parcel: 9 } }, timers: {} });
    expect(ended(run, { outcome: 'completed', output: 'again' }).last).toEqual({ kind: 'ignored', why: 'late' });
  });

  it('fails with the error of the run, under its name; the engine’s own names are those of its own run', () => {
    expect(ended(parent(), failing({ name: 'Declined', step: 'Charge' })).current).toMatchObject({ status: 'failed', error: { name: 'Declined', message: `The run ${CHILD} of ship failed: no`, step: 'Go', details: { runId: CHILD, error: { name: 'Declined', step: 'Charge' } } } });
    expect(ended(parent(), failing({ name: 'States.Runtime' })).current).toMatchObject({ error: { name: 'States.TaskFailed', message: `The run ${CHILD} of ship failed: States.Runtime: no` } });
    expect(ended(parent(), { outcome: 'cancelled', reason: 'enough' }).current).toMatchObject({ error: { name: 'Baton.RunCancelled', message: expect.stringContaining('it was cancelled: enough') } });
  });

  it('starts another run where Retry says so, and none for a business error', () => {
    const Retry = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }];
    const run = ended(parent({ Retry }), failing({ name: 'Busy' })).fireNext();
    const second = childRunId({ runId: 'run-1' as RunId, stepId: 'Go.1' as StepId, attempt: 2 });
    expect(run.messages.map(({ runId }) => runId)).toEqual([CHILD, second]);
    expect(ended(run, { outcome: 'completed', output: 1 }).last).toEqual({ kind: 'ignored', why: 'late' });
    expect(ended(run, { outcome: 'completed', output: 2 }, { child: second, attempt: 2 }).current).toMatchObject({ status: 'completed', output: { Output: 2 } });
    expect(ended(parent({ Retry }), failing({ name: 'BadOrder', kind: 'business' })).current).toMatchObject({ status: 'failed', error: { name: 'BadOrder', kind: 'business' } });
  });

  it('gives up at its deadline and asks the run to stop', () => {
    const run = parent({ TimeoutSeconds: 60 }).fireNext();
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'States.Timeout', message: `The run ${CHILD} of ship has not ended within 60 s` } });
    expect(run.messages.slice(1)).toMatchObject([{ type: 'cancel', runId: CHILD, by: 'run-1', body: { reason: expect.stringContaining('States.Timeout') } }]);
  });

  it('asks the run to stop where its own run is cancelled, or times out, or another branch has failed the whole', () => {
    const cancels = ({ messages }: TestRun) => messages.flatMap(({ type, runId }) => (type === 'cancel' ? [runId] : []));
    expect(cancels(parent().cancel())).toEqual([CHILD]);
    expect(cancels(new TestRun({ StartAt: 'Go', States: { Go: starts() }, TimeoutSeconds: 5 }).start({ order: 1 }).fireNext())).toEqual([CHILD]);
    const fan = new TestRun({ StartAt: 'Fan', States: { Fan: { Type: 'Parallel', Branches: [{ StartAt: 'Go', States: { Go: starts() } }, { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: 's/work', End: true } } }], End: true } } }).start({ order: 1 });
    expect(fan.current.status).toBe('running');
    const [start] = fan.messages;
    expect(cancels(fan.fail())).toEqual([start!.runId]);
    expect(fan.eventTypes()).toContain('child-abandoned');
  });
});

describe('a run that another has started', () => {
  const child = (waits = true, states: JsonObject = { Work: { Type: 'Task', Resource: 's/work', End: true } }): TestRun =>
    new TestRun({ StartAt: Object.keys(states)[0]!, States: states }).send({ type: 'start', body: { def: { name: 'test', ver: 1, hash: '0'.repeat(32) }, input: {} as Json, inputHash: 'h', via: 'run', parent: { runId: 'run-p', stepId: 'Go.1', attempt: 3, depth: 1, waits } } });

  it('knows who, and tells it how it has ended', () => {
    expect(child().current.parent).toMatchObject({ runId: 'run-p', stepId: 'Go.1' });
    const told = (run: TestRun) => run.messages;
    const about = { type: 'child-ended', runId: 'run-p', by: 'run-1' };
    expect(told(child().succeed({ done: 1 }))).toMatchObject([{ ...about, body: { childRunId: 'run-1', stepId: 'Go.1', attempt: 3, outcome: 'completed', output: { done: 1 } } }]);
    expect(told(child().fail({ name: 'Declined' }))).toMatchObject([{ ...about, body: { outcome: 'failed', error: { name: 'Declined' } } }]);
    expect(told(child().cancel('enough'))).toMatchObject([{ ...about, body: { outcome: 'cancelled', reason: 'enough' } }]);
    expect(told(child(true, { P: { Type: 'Pass', End: true } }))).toMatchObject([about]);
  });

  it('tells nothing where nobody waits', () => {
    expect(child(false).succeed({}).messages).toEqual([]);
  });
});
