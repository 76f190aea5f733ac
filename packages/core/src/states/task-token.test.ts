import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@baton/contracts';
import { TestRun } from '../../test/test-run.ts';

const asking = (more: JsonObject = {}, integration = '.waitForTaskToken') =>
  new TestRun({ StartAt: 'Ask', States: { Ask: { Type: 'Task', Resource: `s/ask${integration}`, Parameters: { 'token.$': '$$.Task.Token' }, End: true, ...more } } }).start();
const answer = (run: TestRun, body: object) => run.send({ type: 'result', body: { ...attemptOf(run), worker: 'someone', callback: true, ...body } });
const attemptOf = (run: TestRun) => ({ stepId: run.lastCommand().stepId, attempt: run.lastCommand().attempt });

describe('a Task that waits for its task token', () => {
  it('gives the token to the step, and goes on waiting when the worker has answered', () => {
    const run = asking();
    expect(run.lastCommand()).toMatchObject({ step: 'ask', input: { token: 'token of run-1/Ask.1/1' } });
    run.succeed('passed on');
    expect(run.current).toMatchObject({ status: 'running', branches: { 0: { open: { awaitsToken: true, worker: 'w' } } }, steps: [{ status: 'waiting' }] });
    expect(run.current.branches['0']!.open!.heartbeatTimeoutMs).toBeUndefined();
    expect(answer(run, { outcome: 'succeeded', output: 'approved' }).current).toMatchObject({ status: 'completed', output: 'approved' });
  });

  it('takes the answer that comes before the worker’s, and none after it', () => {
    const run = asking();
    const late = attemptOf(run);
    expect(answer(run, { outcome: 'succeeded', output: 1 }).current.status).toBe('completed');
    expect(run.send({ type: 'result', body: { ...late, outcome: 'succeeded', output: 2, worker: 'w' } }).last).toEqual({ kind: 'ignored', why: 'late' });
  });

  it('has no ear for the worker any more once that has answered', () => {
    const run = asking().succeed('passed on');
    expect(run.succeed('again').last).toEqual({ kind: 'ignored', why: 'late' });
    expect(run.fail({}).last).toEqual({ kind: 'ignored', why: 'late' });
    expect(run.heartbeat().last).toEqual({ kind: 'ignored', why: 'late' });
  });

  it('fails when the worker fails, or when the answer is a failure, by Retry and Catch as any other', () => {
    expect(asking().fail({ name: 'NotSent' }).current).toMatchObject({ status: 'failed', error: { name: 'NotSent' } });
    const run = asking({ Retry: [{ ErrorEquals: ['Declined'], MaxAttempts: 1 }] }).succeed('sent');
    answer(run, { outcome: 'failed', error: { name: 'Declined', message: 'no', kind: 'technical' } });
    expect(run.fireNext().lastCommand()).toMatchObject({ attempt: 2, input: { token: 'token of run-1/Ask.1/2' } });
  });

  it('waits to its deadline, and counts silence only where HeartbeatSeconds says so: as a time-out, as AWS reports it', () => {
    const run = asking({ TimeoutSeconds: 600 }).succeed('sent');
    expect(run.current.timers).toMatchObject({ 'a.Ask.1': { dueMs: run.nowMs + 600_000 } });
    expect(run.fireNext().current).toMatchObject({ status: 'failed', error: { name: 'States.Timeout' } });
    const silent = asking({ TimeoutSeconds: 600, HeartbeatSeconds: 5 }).succeed('sent');
    const begunMs = silent.nowMs;
    expect(silent.fireNext().current).toMatchObject({ status: 'failed', error: { name: 'States.Timeout', message: expect.stringContaining('task token') } });
    expect(silent.nowMs - begunMs).toBe(5_000);
  });

  it('lets Catch take the silence by either name', () => {
    for (const name of ['States.HeartbeatTimeout', 'States.Timeout']) {
      const states = { Ask: { Type: 'Task', Resource: 's/ask.waitForTaskToken', HeartbeatSeconds: 5, Catch: [{ ErrorEquals: [name], Next: 'After' }], Next: 'After' }, After: { Type: 'Succeed' } };
      expect(new TestRun({ StartAt: 'Ask', States: states }).start().succeed('sent').fireNext().current.status).toBe('completed');
    }
  });

  it('is kept alive by heartbeats of whoever holds the token', () => {
    const run = asking({ TimeoutSeconds: 600, HeartbeatSeconds: 5 }).succeed('sent');
    run.nowMs += 4_000;
    run.send({ type: 'heartbeat', body: { ...attemptOf(run), worker: 'someone', callback: true } });
    expect(run.current.timers).toMatchObject({ 'a.Ask.1': { dueMs: run.nowMs + 5_000 } });
  });

  it('is abandoned by a cancel like any other', () => {
    const run = asking().succeed('sent').cancel();
    expect(run.current).toMatchObject({ status: 'cancelled', timers: {} });
    expect(answer(run, { outcome: 'succeeded' }).last).toEqual({ kind: 'ignored', why: 'late' });
  });
});

describe('a Task whose job is waited for', () => {
  it('has a token too, and ends with the worker’s answer or with the token’s', () => {
    expect(asking({}, '.sync').succeed('done').current).toMatchObject({ status: 'completed', output: 'done' });
    expect(answer(asking({}, '.sync:2'), { outcome: 'succeeded', output: 'by token' }).current).toMatchObject({ status: 'completed', output: 'by token' });
  });
});

describe('a Task that waits for nothing but its step', () => {
  it('has no token', () => {
    expect(asking({}, '').current).toMatchObject({ status: 'failed', error: { name: 'States.Runtime' } });
  });
});
