import { describe, expect, it } from '@jest/globals';
import { LIMITS, type InboxMessage, type RunId, type StepId } from '@baton/contracts';
import { TestRun } from '../test/test-run.ts';
import { failOversized, resultTooLarge } from './oversize.ts';

const KIB = 1_024;
const text = (kib: number): string => 'x'.repeat(kib * KIB);
const tooLarge = { name: 'States.DataLimitExceeded', kind: 'technical', message: expect.stringMatching(/^payload_too_large: .* bytes, at most \d+ are allowed/), details: { code: 'payload_too_large', bytes: expect.any(Number), limitBytes: expect.any(Number) } };
const machine = (more: object = {}, baton: object = { Baton: { Defaults: { max_retries: 1 } } }) => ({ StartAt: 'A', States: { A: { Type: 'Task', Resource: 's/a', End: true, ...more } }, ...baton });

describe('a result that is too large', () => {
  it('fails its attempt as the step SDK would have, wherever the definition would have put it', () => {
    const run = new TestRun(machine({ ResultPath: null })).start().succeed({ y: text(257) });
    expect(run.current.branches['0']).toMatchObject({ phase: 'backoff' });
    expect(run.fireNext().succeed({ y: text(257) }).current).toMatchObject({ status: 'failed', error: tooLarge });
  });

  it('is caught by its name', () => {
    const { States } = machine({ Catch: [{ ErrorEquals: ['States.DataLimitExceeded'], ResultPath: '$.error', Next: 'B' }] });
    const run = new TestRun({ StartAt: 'A', States: { ...States, B: { Type: 'Task', Resource: 's/b', End: true } } });
    expect(run.start({}).succeed({ y: text(257) }).lastCommand()).toMatchObject({ step: 'b', input: { error: { Error: 'States.DataLimitExceeded', Details: { code: 'payload_too_large' } } } });
  });

  it('is taken up to the limit', () => {
    expect(new TestRun(machine()).start().succeed('y'.repeat(LIMITS.payloadBytes - 2)).current.status).toBe('completed');
    expect(new TestRun(machine()).start().succeed('y'.repeat(LIMITS.payloadBytes - 1)).current.status).toBe('running');
  });
});

describe('what one decision writes', () => {
  /** States that put the same text into the data again and again. */
  const passes = (count: number, kib: number) => ({
    StartAt: 'P1',
    States: Object.fromEntries(Array.from({ length: count }, (_, i) => [`P${i + 1}`, { Type: 'Pass', Result: text(kib), ResultPath: '$.text', ...(i + 1 < count ? { Next: `P${i + 2}` } : { End: true }) }])),
  });

  it('is bounded over all its states, and the one that goes beyond fails the run (F17)', () => {
    expect(new TestRun(passes(6, 100)).start().current.status).toBe('completed');
    expect(new TestRun(passes(8, 100)).start().current).toMatchObject({ status: 'failed', error: { name: 'States.DataLimitExceeded', step: 'P7', message: expect.stringContaining('since the run last waited') } });
  });

  it('counts the input of the start, and what a state adds rather than all that is there', () => {
    expect(new TestRun(passes(5, 100)).start({ a: text(128) }).current.status).toBe('completed');
    expect(new TestRun(passes(6, 100)).start({ a: text(128) }).current.error).toMatchObject({ step: 'P6' });
    expect(new TestRun(passes(50, 1)).start({ a: text(200) }).current.status).toBe('completed');
  });

  it('begins anew when the run has waited', () => {
    const first = passes(6, 100);
    const run = new TestRun({ StartAt: 'P1', States: { ...first.States, P6: { Type: 'Task', Resource: 's/a', ResultPath: null, Next: 'Q1' }, Q1: { Type: 'Pass', Result: text(100), ResultPath: '$.text', Next: 'Q2' }, Q2: { Type: 'Pass', Result: text(100), ResultPath: '$.text', End: true } } });
    expect(run.start().succeed({}).current.status).toBe('completed');
  });

  it('includes what errors leave in the data: a loop of caught errors ends when it is full', () => {
    const run = new TestRun({
      StartAt: 'A',
      States: { A: { Type: 'Task', Resource: 's/a', Next: 'Again' }, Again: { Type: 'Choice', Choices: [{ Variable: '$.enough', IsPresent: true, Next: 'Done' }], Default: 'A' }, Done: { Type: 'Succeed' } },
      Baton: { Defaults: { max_retries: 0, default_error_handler: 'continue' } },
    }).start({});
    for (let i = 0; i < 1_000 && run.current.status === 'running'; i++) run.fail({ message: 'm'.repeat(4_096) });
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'States.DataLimitExceeded', step: 'A' } });
    expect(JSON.stringify(run.data).length).toBeLessThan(LIMITS.payloadBytes);
  });
});

describe('errors that are caught in one decision', () => {
  it('count too, so that what follows is left to the next decision, and a loop of them ends (F54)', () => {
    const message = 'x'.repeat(4_000);
    const loop = { StartAt: 'A', States: { A: { Type: 'Parallel', Branches: [{ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Oops', Cause: message } } }], Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'A' }], End: true } } };
    const run = new TestRun(loop).start().settle();
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'States.Runtime', message: expect.stringContaining('loops') } });
    for (const { events } of run.decisions) expect(JSON.stringify(events).length).toBeLessThan(LIMITS.recordBytes);
  });
});

describe('a transition that fits no record', () => {
  const oversize = { bytes: 2_000_000, limitBytes: 1_000_000 };
  const facts = (run: TestRun) => ({ nowMs: run.nowMs, machine: run.machine, policy: run.policy, eventSource: '/baton/test' });
  const message = (type: InboxMessage['type'], body: object): InboxMessage => ({ v: 1, id: 'm', runId: 'run-1' as RunId, ts: 0, type, body }) as InboxMessage;

  it('ends a run that has begun: its answered attempt is closed once, and what else is open is told', () => {
    const run = new TestRun(machine()).start();
    const { stepId, attempt } = run.lastCommand();
    const result = message('result', { stepId, attempt, outcome: 'succeeded', output: {}, worker: 'w' });
    const decision = failOversized(run.state, result, oversize, facts(run));
    expect(decision).toMatchObject({ kind: 'accepted', state: { status: 'failed', error: { ...tooLarge, step: 'A' }, timers: {} } });
    expect(decision?.kind === 'accepted' && decision.events.map(({ type }) => type)).toEqual(['attempt-closed', 'run-failed']);
    const cancelled = failOversized(run.state, message('cancel', { reason: 'x' }), oversize, facts(run));
    expect(cancelled?.kind === 'accepted' && cancelled.effects.filter((effect) => effect.kind === 'send-command')).toMatchObject([{ command: { t: 'abandon-step', key: run.lastCommand().key } }]);
  });

  it('undoes what the run has done first, and parks it where that is what does not fit', () => {
    const run = new TestRun({ StartAt: 'A', States: { A: { Type: 'Task', Resource: 's/a', Compensate: { Resource: 's/undo' }, Next: 'B' }, B: { Type: 'Task', Resource: 's/b', End: true } } }).start().succeed(1);
    const result = (): InboxMessage => message('result', { stepId: run.lastCommand().stepId, attempt: run.lastCommand().attempt, outcome: 'succeeded', output: {}, worker: 'w' });
    const decision = failOversized(run.state, result(), oversize, facts(run));
    expect(decision?.kind === 'accepted' && decision.events.map(({ type }) => type)).toEqual(['attempt-closed', 'compensation-begun', 'compensation-started', 'attempt-opened']);
    expect(decision).toMatchObject({ state: { status: 'running', ending: { as: 'failed', error: { ...tooLarge, step: 'B' } } } });
    run.fail();
    const parked = failOversized(run.state, result(), oversize, facts(run));
    expect(parked).toMatchObject({ kind: 'accepted', state: { status: 'blocked', error: { name: 'Baton.CompensationFailed' }, timers: {} } });
  });

  it('begins and ends a run whose start it was', () => {
    const run = new TestRun(machine());
    const decision = failOversized(undefined, message('start', { def: { name: 'test', ver: 1, hash: '0'.repeat(32) }, input: { a: 1 }, inputHash: 'h', via: 'api' }), oversize, facts(run));
    expect(decision).toMatchObject({ kind: 'accepted', state: { status: 'failed', inputHash: 'h', error: tooLarge } });
    expect(failOversized(undefined, message('cancel', { reason: 'x' }), oversize, facts(run))).toBeUndefined();
  });

  it('makes of a result the error of its step, and of nothing else', () => {
    const result = message('result', { stepId: 'A.1' as StepId, attempt: 1, outcome: 'succeeded', output: { a: 1 }, worker: 'w' });
    expect(resultTooLarge(result, oversize)).toEqual({ ...result, body: { stepId: 'A.1', attempt: 1, outcome: 'failed', error: tooLarge, worker: 'w' } });
    expect(resultTooLarge(message('result', { stepId: 'A.1', attempt: 1, outcome: 'released', worker: 'w' }), oversize)).toBeUndefined();
    expect(resultTooLarge(message('timer', { timerId: 't', ver: 1, by: 'lane' }), oversize)).toBeUndefined();
  });
});
