import { describe, expect, it } from '@jest/globals';
import { ROOT_BRANCH } from '@baton/contracts';
import { shortForm } from '@baton/workflow';
import { TestRun } from '../test/test-run.ts';

const twoSteps = { StartAt: 'A', States: { A: { Type: 'Task', Resource: 's/a', Baton: { Result: 'merge' }, Next: 'B' }, B: { Type: 'Task', Resource: 's/b', Baton: { Result: 'merge' }, End: true } }, Baton: { Defaults: {} } };
const oneStep = (more: object = {}, machine: object = {}) => ({ StartAt: 'A', States: { A: { Type: 'Task', Resource: 's/a', End: true, ...more } }, ...machine });

describe('starting', () => {
  it('sends the first command with the run’s data, an idempotency key and a deadline', () => {
    const run = new TestRun(twoSteps).start({ x: 1 });
    expect(run.commands).toEqual([expect.objectContaining({ t: 'run-step', key: 'run-1/A.1/1', idem: 'run-1/A.1', service: 's', step: 'a', input: { x: 1 }, deadlineMs: run.nowMs + 300_000 })]);
    expect(run.published).toEqual(['baton.run.started']);
  });

  it('ignores a second start with the same input, rejects one with another (F60)', () => {
    const run = new TestRun(twoSteps).start({ x: 1 });
    expect(run.start({ x: 1 }).last).toEqual({ kind: 'ignored', why: 'duplicate' });
    expect(run.start({ x: 2 }).last).toMatchObject({ kind: 'rejected', code: 'idempotency_conflict' });
    expect(run.commands).toHaveLength(1);
  });

  it('rejects an input over the payload limit', () => {
    expect(new TestRun(twoSteps).start({ x: 'y'.repeat(300_000) }).last).toMatchObject({ kind: 'rejected', code: 'payload_too_large' });
  });

  it('goes on in the trace that the request brought', () => {
    const run = new TestRun(twoSteps);
    run.send({ type: 'start', trace: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }, body: { def: { name: 'test', ver: 1, hash: '0'.repeat(32) }, input: {}, inputHash: 'h', via: 'api' } } as never);
    expect(run.lastCommand().trace?.traceparent).toMatch(new RegExp(`^00-${'a'.repeat(32)}-(?!${'b'.repeat(16)})[0-9a-f]{16}-01$`));
  });
});

describe('results', () => {
  it('merges each output into the data and ends with all of it', () => {
    const run = new TestRun(twoSteps).start({ x: 1 }).succeed({ y: 2 }).succeed({ z: 3 });
    expect(run.current).toMatchObject({ status: 'completed', output: { x: 1, y: 2, z: 3 }, timers: {} });
    expect(run.published).toEqual(['baton.run.started', 'baton.step.completed', 'baton.step.completed', 'baton.run.completed']);
  });

  it('ignores a second result for a completed step (F11)', () => {
    const run = new TestRun(twoSteps).start().succeed({ y: 1 });
    expect(run.succeed({ y: 2 }, { attempt: 1, stepId: 'A.1' }).last).toEqual({ kind: 'ignored', why: 'late' });
    expect(run.data).toEqual({ y: 1 });
  });

  it('keeps to the first of two results with different outcomes, whichever that is (F11)', () => {
    const failed = { stepId: 'A.1', attempt: 1, outcome: 'failed', error: { name: 'Oops', message: 'it broke', kind: 'technical' }, worker: 'w' };
    const run = new TestRun(twoSteps).start().succeed({ y: 1 });
    expect(run.send({ type: 'result', body: failed }).last).toEqual({ kind: 'ignored', why: 'late' });
    expect(run.current).toMatchObject({ status: 'running', branches: { 0: { stepId: 'B.2' } } });
    const other = new TestRun(twoSteps).start().fail();
    expect(other.succeed({ y: 1 }, { attempt: 1 }).last).toEqual({ kind: 'ignored', why: 'late' });
    expect(other.fireNext().lastCommand()).toMatchObject({ stepId: 'A.1', attempt: 2 });
  });

  it('takes no result of a step or an attempt that is not open, in whatever order they come (F9)', () => {
    const run = new TestRun(twoSteps).start();
    expect(run.succeed({ z: 1 }, { stepId: 'B.2' }).last).toEqual({ kind: 'ignored', why: 'late' });
    expect(run.succeed({ y: 1 }, { attempt: 2 }).last).toEqual({ kind: 'ignored', why: 'late' });
    expect(run.data).toEqual({});
    run.fail().fireNext();
    expect(run.succeed({ y: 'of the first' }, { attempt: 1 }).last).toEqual({ kind: 'ignored', why: 'late' });
    expect(run.succeed({ y: 'of the second' }).succeed({ z: 1 }).current).toMatchObject({ status: 'completed', output: { y: 'of the second', z: 1 } });
  });

  it('ignores a result of an attempt that has timed out (F10)', () => {
    const run = new TestRun(twoSteps).start();
    run.fireNext();
    expect(run.succeed({ y: 1 }, { attempt: 1 }).last).toEqual({ kind: 'ignored', why: 'late' });
  });

  it('rejects a result for a run that nobody knows (F12)', () => {
    const run = new TestRun(twoSteps);
    run.send({ type: 'result', body: { stepId: 'A.1', attempt: 1, outcome: 'succeeded', worker: 'w' } });
    expect(run.last).toMatchObject({ kind: 'rejected', code: 'unknown_run' });
  });

  it('fails the step whose output makes the data too large (F17)', () => {
    const run = new TestRun(twoSteps).start({ x: 'a'.repeat(1_000) }).succeed({ y: 'z'.repeat(262_000) });
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'States.DataLimitExceeded', step: 'A' } });
  });

  it('opens the next attempt at once, at no cost, for a released one', () => {
    const run = new TestRun(oneStep({}, { Baton: { Defaults: { max_retries: 0 } } })).start().release();
    expect(run.lastCommand().attempt).toBe(2);
    expect(run.succeed({ ok: true }).current.status).toBe('completed');
  });
});

describe('retries', () => {
  it('backs off exponentially by the platform’s defaults, then fails the run (F55)', () => {
    const run = new TestRun(twoSteps).start();
    const waits: number[] = [];
    for (let i = 0; i < 3; i++) {
      run.fail();
      const before = run.nowMs;
      run.fireNext();
      waits.push(run.nowMs - before);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000]);
    expect(run.lastCommand()).toMatchObject({ attempt: 4, idem: 'run-1/A.1' });
    run.fail();
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'Oops', step: 'A' }, timers: {} });
    expect(run.published).toEqual(['baton.run.started', 'baton.step.failed', 'baton.run.failed']);
  });

  it('lets the workflow override the platform, and the step the workflow', () => {
    const run = new TestRun(oneStep({ Baton: { max_retries: 1 } }, { Baton: { Defaults: { max_retries: 5, timeout_seconds: 7 } } })).start();
    expect(run.lastCommand().deadlineMs).toBe(run.nowMs + 7_000);
    run.fail().fireNext().fail();
    expect(run.current.status).toBe('failed');
  });

  it('never retries a business error', () => {
    const run = new TestRun(twoSteps, { default_error_handler: 'continue' }).start().fail({ name: 'BusinessValidationError', kind: 'business' });
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'BusinessValidationError' } });
  });

  it('does not fire a backoff before its time, and fires it at its time (F22)', () => {
    const run = new TestRun(twoSteps).start().fail();
    const [timerId, timer] = Object.entries(run.current.timers)[0]!;
    run.nowMs = timer.dueMs - 1;
    expect(run.send({ type: 'timer', body: { timerId, ver: timer.ver, by: 'wake-up' } }).last).toEqual({ kind: 'ignored', why: 'early' });
    run.nowMs = timer.dueMs;
    expect(run.send({ type: 'timer', body: { timerId, ver: timer.ver, by: 'wake-up' } }).last?.kind).toBe('accepted');
    expect(run.send({ type: 'timer', body: { timerId, ver: timer.ver, by: 'sweeper' } }).last).toEqual({ kind: 'ignored', why: 'late' });
    expect(run.lastCommand().attempt).toBe(2);
  });

  it('keeps to the Retry array where there is one', () => {
    const run = new TestRun(oneStep({ Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 5, MaxAttempts: 1, BackoffRate: 1 }] }, { Baton: { Defaults: {} } })).start();
    run.fail({ name: 'Busy' });
    const before = run.nowMs;
    run.fireNext();
    expect(run.nowMs - before).toBe(5_000);
    run.fail({ name: 'Other' });
    expect(run.current.status).toBe('failed');
  });

  it('means what AWS means without platform defaults: no Retry, no retry', () => {
    expect(new TestRun(oneStep()).start().fail().current.status).toBe('failed');
  });
});

describe('when a step fails for good', () => {
  const caught = oneStep({ Next: 'Mend', End: undefined, Catch: [{ ErrorEquals: ['BusinessValidationError'], ResultPath: '$.problem', Next: 'Mend' }] });
  const states = JSON.parse(JSON.stringify({ ...caught, States: { ...caught.States, Mend: { Type: 'Pass', End: true } } }));

  it('goes where Catch says, with the error in the data', () => {
    const run = new TestRun(states).start({ x: 1 }).fail({ name: 'BusinessValidationError', kind: 'business', message: 'no ISIN' });
    expect(run.current).toMatchObject({ status: 'completed', output: { x: 1, problem: { Error: 'BusinessValidationError', Cause: 'no ISIN' } } });
  });

  it('goes on under `continue` and records the error', () => {
    const run = new TestRun(twoSteps, { max_retries: 0, default_error_handler: 'continue' }).start({ x: 1 }).fail().succeed({ z: 3 });
    expect(run.current).toMatchObject({ status: 'completed', output: { x: 1, z: 3, errors: [{ step: 'A', name: 'Oops', message: 'it broke', attempts: 1 }] } });
    expect(run.current.steps.map((step) => step.status)).toEqual(['continued', 'completed']);
  });
});

describe('time-outs and heartbeats', () => {
  it('closes an attempt at its deadline, tells the worker, and retries', () => {
    const run = new TestRun(twoSteps).start().fireNext();
    expect(run.commands.at(-1)).toMatchObject({ t: 'abandon-step', attempt: 1, why: 'timed-out' });
    expect(run.fireNext().lastCommand().attempt).toBe(2);
  });

  it('counts silence only from the first heartbeat on (F46)', () => {
    const run = new TestRun(oneStep({ HeartbeatSeconds: 10, TimeoutSeconds: 100 })).start();
    const opened = run.nowMs;
    expect(Object.values(run.current.timers)[0]!.dueMs).toBe(opened + 100_000);
    run.nowMs += 3_000;
    run.heartbeat({ percent: 5, message: 'reading' });
    expect(run.current.branches[ROOT_BRANCH]!.open).toMatchObject({ progress: { percent: 5 }, worker: 'w' });
    expect(Object.values(run.current.timers)[0]!.dueMs).toBe(opened + 13_000);
    run.fireNext();
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'States.HeartbeatTimeout' } });
  });

  it('never waits for a heartbeat beyond the deadline (F47)', () => {
    const run = new TestRun(oneStep({ HeartbeatSeconds: 10, TimeoutSeconds: 15 })).start();
    run.nowMs += 9_000;
    run.heartbeat();
    expect(Object.values(run.current.timers)[0]!.dueMs).toBe(run.current.startedMs + 15_000);
  });

  it('fails the run when the machine’s own time is up, and abandons what is open', () => {
    const run = new TestRun(oneStep({ TimeoutSeconds: 100 }, { TimeoutSeconds: 20 })).start().fireNext();
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'States.Timeout' }, timers: {} });
    expect(run.commands.at(-1)).toMatchObject({ t: 'abandon-step' });
  });
});

describe('cancelling', () => {
  it('abandons the open attempt and ends the run; a late result changes nothing (F58)', () => {
    const run = new TestRun(twoSteps).start().cancel();
    expect(run.commands.at(-1)).toMatchObject({ t: 'abandon-step', why: 'cancelled' });
    expect(run.current).toMatchObject({ status: 'cancelled', timers: {} });
    expect(run.succeed({}, { attempt: 1 }).last).toEqual({ kind: 'ignored', why: 'late' });
    expect(run.cancel().last).toEqual({ kind: 'ignored', why: 'late' });
  });

  it('works during a retry wait: the timer that comes later does nothing (F58)', () => {
    const run = new TestRun(twoSteps).start().fail();
    const [timerId, timer] = Object.entries(run.current.timers)[0]!;
    run.cancel();
    run.nowMs = timer.dueMs;
    expect(run.send({ type: 'timer', body: { timerId, ver: timer.ver, by: 'wake-up' } }).last).toEqual({ kind: 'ignored', why: 'late' });
    expect(run.commands).toHaveLength(1);
  });
});

describe('states without a service', () => {
  it('waits for its seconds, chooses, passes and succeeds', () => {
    const run = new TestRun({
      StartAt: 'W',
      States: {
        W: { Type: 'Wait', Seconds: 60, Next: 'C' },
        C: { Type: 'Choice', Choices: [{ And: [{ Variable: '$.n', NumericGreaterThan: 3 }, { Not: { Variable: '$.skip', IsPresent: true } }], Next: 'P' }], Default: 'F' },
        P: { Type: 'Pass', Parameters: { 'n.$': '$.n', run: { 'id.$': '$$.Execution.Id' } }, ResultPath: '$.picked', Next: 'S' },
        S: { Type: 'Succeed', OutputPath: '$.picked' },
        F: { Type: 'Fail', Error: 'TooSmall', Cause: 'n must be over 3' },
      },
    });
    const started = run.nowMs;
    run.start({ n: 5 }).fireNext();
    expect(run.nowMs).toBe(started + 60_000);
    expect(run.current).toMatchObject({ status: 'completed', output: { n: 5, run: { id: 'run-1' } } });
  });

  it('waits for no longer than AWS lets a state wait, and for no day that does not exist', () => {
    const until = (time: string) => new TestRun({ StartAt: 'W', States: { W: { Type: 'Wait', TimestampPath: '$.at', End: true } } }).start({ at: time }).current;
    expect(until('2024-03-01T00:00:00Z').timers).toMatchObject({ 'w.W.1': { dueMs: Date.UTC(2024, 2, 1) } });
    for (const time of ['2094-12-12T16:33:10.000Z', '2024-02-30T00:00:00Z', '2024-02-01 00:00:00Z', '2024-02-01T00:00:00']) expect(until(time).error?.name).toBe('States.Runtime');
  });

  it('fails by a Fail state with its error and cause', () => {
    const run = new TestRun({ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'TooSmall', CausePath: '$.why' } } }).start({ why: 'because' });
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'TooSmall', message: 'because' } });
  });

  it('fails with the reserved name where no rule fits or a path finds nothing', () => {
    const choice = { StartAt: 'C', States: { C: { Type: 'Choice', Choices: [{ Variable: '$.n', NumericEquals: 1, Next: 'S' }] }, S: { Type: 'Succeed' } } };
    expect(new TestRun(choice).start({ n: 2 }).current.error?.name).toBe('States.NoChoiceMatched');
    const path = { StartAt: 'P', States: { P: { Type: 'Pass', Parameters: { 'x.$': '$.missing' }, End: true } } };
    expect(new TestRun(path).start({}).current.error?.name).toBe('States.Runtime');
  });

  it('ends a loop that waits for nothing instead of holding the lane (F54)', () => {
    const run = new TestRun({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Choice', Choices: [{ Variable: '$', IsPresent: true, Next: 'A' }], Default: 'E' }, E: { Type: 'Succeed' } } }).start();
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'States.Runtime' } });
    expect(run.current.steps.length).toBeLessThanOrEqual(200);
  });
});

describe('time', () => {
  it('never goes back within a run, whatever the producers’ clocks say (F21, F22)', () => {
    const run = new TestRun(twoSteps).start();
    const started = run.nowMs;
    run.nowMs = started - 60_000;
    run.succeed({});
    expect(run.current.updatedMs).toBe(started);
    expect(run.lastCommand().deadlineMs).toBe(started + 300_000);
  });
});

describe('the short form', () => {
  it('gives every step the rules of the definition, whatever the start brings', () => {
    const { asl } = shortForm({ w: { steps: ['a', 'b'], business_rules: { required_fields: ['x'] } } }, { service: 's' });
    const run = new TestRun(asl).start({ business_rules: 'mine', n: 1 });
    expect(run.lastCommand().input).toEqual({ n: 1, business_rules: { required_fields: ['x'] } });
  });
});
