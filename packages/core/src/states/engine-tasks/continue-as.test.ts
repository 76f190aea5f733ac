import { describe, expect, it } from '@jest/globals';
import { continuedRunId, readInboxMessage, type JsonObject, type RunId, type StartMessage } from '@baton/contracts';
import { TestRun } from '../../../test/test-run.ts';

const NEXT = continuedRunId('run-1' as RunId);
const asl = (more: JsonObject = {}): JsonObject => ({ StartAt: 'Wait', States: { Wait: { Type: 'Task', Resource: 'baton:waitForEvent', Parameters: { Name: 'go' }, ResultPath: '$.told', Next: 'On' }, On: { Type: 'Task', Resource: 'baton:continueAs', Parameters: { Input: { 'n.$': 'States.MathAdd($.n, 1)' } }, End: true, ...more } } });
const tell = (run: TestRun, id: string, name = 'go'): TestRun => run.send({ type: 'signal', body: { signalId: id, name, data: id } });
const start = (run: TestRun) => run.messages.at(-1) as StartMessage;

describe('a Task with baton:continueAs', () => {
  it('ends the run, and starts the one that goes on with what it gives and nothing else', () => {
    const run = tell(new TestRun(asl()).start({ n: 1, more: 'x'.repeat(1_000) }), 's1');
    expect(run.current).toMatchObject({ status: 'completed', output: { RunId: NEXT, Workflow: 'test' }, continuedAs: NEXT, timers: {} });
    expect(start(run)).toMatchObject({ type: 'start', runId: NEXT, by: 'run-1', body: { def: { name: 'test' }, input: { n: 2 }, via: 'run', continues: { runId: 'run-1', first: 'run-1', number: 2 } } });
    expect(run.published.at(-1)).toBe('baton.run.completed');
  });

  it('takes along the signals that nobody has taken, and the ids of those that somebody has', () => {
    const run = new TestRun(asl()).start({ n: 1 });
    tell(run, 'early', 'later');
    tell(run, 's1');
    const next = new TestRun(asl());
    next.send({ ...(readInboxMessage(JSON.stringify(start(run))) as StartMessage), id: 'm' });
    expect(next.current).toMatchObject({ continues: { runId: 'run-1', first: 'run-1', number: 2 }, signals: { buffered: [{ id: 'early', name: 'later' }] } });
    expect(tell(next, 's1').last).toEqual({ kind: 'ignored', why: 'duplicate' });
    expect(tell(next, 's2').current.continuedAs).toBeDefined();
    expect(start(next).body.continues).toMatchObject({ first: 'run-1', number: 3 });
  });

  it('leaves no signal and no cancel unanswered that comes for the run that has gone on', () => {
    const run = tell(new TestRun(asl()).start({ n: 1 }), 's1');
    expect(tell(run, 's2').last).toMatchObject({ kind: 'rejected', code: 'run_ended', reason: expect.stringContaining(NEXT) });
    expect(run.cancel().last).toMatchObject({ kind: 'rejected', code: 'run_ended' });
    expect(run.send({ type: 'timer', body: { timerId: 'd.Wait.1', ver: 1, by: 'lane' } }).last).toEqual({ kind: 'ignored', why: 'late' });
  });

  it('fails where there is no such workflow, and where another run waits for the end of this one', () => {
    expect(tell(new TestRun(asl({ Parameters: { Workflow: 'unknown' } })).start({ n: 1 }), 's1').current).toMatchObject({ status: 'failed', error: { name: 'Baton.UnknownWorkflow' } });
    const child = new TestRun(asl()).send({ type: 'start', body: { def: { name: 'test', ver: 1, hash: '0'.repeat(32) }, input: { n: 1 }, inputHash: 'h', via: 'run', parent: { runId: 'run-p', stepId: 'Go.1', attempt: 1, depth: 1, waits: true } } });
    expect(tell(child, 's1').current).toMatchObject({ status: 'failed', error: { name: 'Baton.CannotContinue' } });
    expect(child.current.continuedAs).toBeUndefined();
  });
});
