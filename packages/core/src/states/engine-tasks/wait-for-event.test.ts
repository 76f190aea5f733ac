import { describe, expect, it } from '@jest/globals';
import { LIMITS, type Json, type JsonObject } from '@baton/contracts';
import { decide } from '../../decide.ts';
import { signalKey } from '../../evolve/signals.ts';
import { TestRun } from '../../../test/test-run.ts';

const waits = (more: JsonObject = {}, next: JsonObject = { End: true }): JsonObject => ({ Type: 'Task', Resource: 'baton:waitForEvent', Parameters: { Name: 'approved' }, ...next, ...more });
const waiting = (more: JsonObject = {}): TestRun => new TestRun({ StartAt: 'Wait', States: { Wait: waits(more) } }).start({ order: 7 });
/** A run that is at a step, and waits for the signal after it. */
const busy = (): TestRun => new TestRun({ StartAt: 'Work', States: { Work: { Type: 'Task', Resource: 's/work', Next: 'Wait' }, Wait: waits() } }).start({});
const tell = (run: TestRun, id: string, data: Json = null, name = 'approved'): TestRun => run.send({ type: 'signal', body: { signalId: id, name, data } });

describe('a Task with baton:waitForEvent', () => {
  it('rests until a signal of its name comes, and has its data, name, id and time as result', () => {
    const run = waiting({ ResultPath: '$.told' });
    expect(run.current).toMatchObject({ status: 'running', branches: { 0: { phase: 'awaits', awaits: { kind: 'signal', name: 'approved' } } }, steps: [{ status: 'waiting', attempts: 1 }] });
    expect(run.commands).toEqual([]);
    tell(run, 'other', 1, 'refused');
    expect(run.current.status).toBe('running');
    run.nowMs += 1_000;
    tell(run, 's1', { by: 'Ada' });
    expect(run.current).toMatchObject({ status: 'completed', output: { order: 7, told: { Name: 'approved', Data: { by: 'Ada' }, Id: 's1', ReceivedTime: new Date(run.nowMs).toISOString() } }, timers: {} });
  });

  it('takes a signal that has come before it, the oldest first, and each once', () => {
    const run = new TestRun({ StartAt: 'Work', States: { Work: { Type: 'Task', Resource: 's/work', Next: 'One' }, One: waits({ ResultSelector: { 'one.$': '$.Data' } }, { Next: 'Two' }), Two: waits({ ResultPath: '$.two' }) } }).start({});
    tell(run, 'a', 1);
    tell(run, 'b', 2);
    tell(run, 'c', 3);
    expect(run.current.signals?.buffered.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(run.succeed({}).current).toMatchObject({ status: 'completed', output: { one: 1, two: { Data: 2, Id: 'b' } } });
    expect(run.current.signals).toBeUndefined();
  });

  it('takes a name from the data, and fails where that is none, by Catch as any other', () => {
    const named = (order: Json, caught = 'Other') => new TestRun({ StartAt: 'Wait', States: { Wait: waits({ Parameters: { 'Name.$': "States.Format('paid-{}', $.order)" }, Catch: [{ ErrorEquals: [caught], Next: 'After' }] }), After: { Type: 'Succeed' } } }).start({ order });
    expect(tell(named(7), 's1', 1, 'paid-7').current.status).toBe('completed');
    expect(named('no name').current).toMatchObject({ status: 'failed', error: { name: 'Baton.InvalidParameters', message: expect.stringContaining('Name: Expected a name') } });
    expect(named('no name', 'Baton.InvalidParameters').current.status).toBe('completed');
  });

  it('waits as long as it takes without TimeoutSeconds, whatever the platform says of steps; with it the wait ends in States.Timeout', () => {
    const patient = new TestRun({ StartAt: 'Wait', States: { Wait: waits() }, Baton: { Defaults: { timeout_seconds: 5, max_retries: 3 } } }).start({});
    expect(patient.current.timers).toMatchObject({ 'd.Wait.1': { kind: 'deadline', dueMs: patient.nowMs + 99_999_999_000 } });
    const run = waiting({ TimeoutSeconds: 60 });
    const begunMs = run.nowMs;
    expect(run.fireNext().current).toMatchObject({ status: 'failed', error: { name: 'States.Timeout', message: 'No signal approved within 60 s', step: 'Wait' } });
    expect(run.nowMs - begunMs).toBe(60_000);
  });

  it('begins anew where Retry says so, and takes what has come meanwhile', () => {
    const run = waiting({ TimeoutSeconds: 60, Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 2 }] }).fireNext();
    expect(run.current.steps).toMatchObject([{ status: 'backing-off' }]);
    expect(run.fireNext().current).toMatchObject({ branches: { 0: { phase: 'awaits' } }, steps: [{ attempts: 2 }] });
    run.fireNext();
    tell(run, 's1', 'meanwhile');
    expect(run.current.status).toBe('running');
    expect(run.fireNext().current).toMatchObject({ status: 'completed', output: { Data: 'meanwhile' } });
  });

  it('is told by JSONata as well', () => {
    const run = new TestRun({ QueryLanguage: 'JSONata', StartAt: 'Wait', States: { Wait: { Type: 'Task', Resource: 'baton:waitForEvent', Arguments: { Name: "{% 'paid-' & $states.input.id %}" }, Assign: { paid: '{% $states.result.Data.sum %}' }, Output: { paid: '{% $states.result.Data.sum %}' }, TimeoutSeconds: '{% $states.input.id * 10 %}', End: true } } }).start({ id: 7 });
    expect(run.current.timers).toMatchObject({ 'd.Wait.1': { dueMs: run.nowMs + 70_000 } });
    expect(tell(run, 's1', { sum: 5 }, 'paid-7').current).toMatchObject({ status: 'completed', output: { paid: 5 } });
  });

  it('in several branches: each takes one, the branch that has waited longest first', () => {
    const branch = (name: string, more: JsonObject = {}): JsonObject => ({ StartAt: name, States: { [name]: { ...waits({ TimeoutSeconds: 60 }), ...more } } });
    const run = new TestRun({ StartAt: 'Fan', States: { Fan: { Type: 'Parallel', Branches: [branch('A', { Retry: [{ ErrorEquals: ['States.Timeout'] }], TimeoutSeconds: 30 }), branch('B')], End: true } } }).start({});
    run.fireNext().fireNext();
    tell(run, 's1', 'for B, which has waited since the beginning');
    expect(run.current.steps).toMatchObject([{ type: 'Parallel' }, { state: 'A', status: 'waiting' }, { state: 'B', status: 'completed' }]);
    expect(tell(run, 's2', 2).current).toMatchObject({ status: 'completed', output: [{ Data: 2 }, { Id: 's1' }] });
  });

  it('leaves nothing behind where the run ends around it', () => {
    expect(waiting().cancel().current).toMatchObject({ status: 'cancelled', timers: {}, branches: { 0: { phase: 'ended' } }, steps: [{ status: 'cancelled' }] });
    const fails: JsonObject = { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: 's/work', End: true } } };
    const run = new TestRun({ StartAt: 'Fan', States: { Fan: { Type: 'Parallel', Branches: [{ StartAt: 'A', States: { A: waits() } }, fails], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Rest' }], End: true }, Rest: { Type: 'Wait', Seconds: 5, End: true } } }).start({});
    expect(Object.keys(run.fail().current.timers)).toEqual(['w.Rest.4']);
    tell(run, 's1');
    expect(run.fireNext().current.status).toBe('completed');
    expect(waiting().current.branches['0']!.awaits).toBeDefined();
  });
});

describe('a signal', () => {
  it('that comes again by its id changes nothing, whether it is kept, taken or long past', () => {
    const run = tell(busy(), 's1', 1);
    expect(tell(run, 's1', 'other data').last).toEqual({ kind: 'ignored', why: 'duplicate' });
    const looping = new TestRun({ StartAt: 'Wait', States: { Wait: waits({}, { Next: 'Wait2' }), Wait2: waits({}, { Next: 'Wait3' }), Wait3: waits() } }).start({});
    tell(looping, 's1');
    expect(tell(looping, 's1').last).toEqual({ kind: 'ignored', why: 'duplicate' });
    expect(looping.current.branches['0']!.state).toBe('Wait2');
  });

  it('is known by its id among the last 1,000', () => {
    const run = new TestRun({ StartAt: 'Wait', States: { Wait: waits({}, { Next: 'Again' }), Again: { Type: 'Choice', Choices: [{ Variable: '$.Data', IsString: true, Next: 'Stop' }], Default: 'Wait' }, Stop: { Type: 'Succeed' } } }).start({});
    const before = (i: number): string => signalKey(`s${i}`);
    run.state = { ...run.current, signals: { seen: Array.from({ length: LIMITS.rememberedSignals }, (_, i) => before(i)), buffered: [] } };
    const events = (id: string) => decide(run.current, { v: 1, id: 'm', runId: run.current.runId, ts: 0, type: 'signal', body: { signalId: id, name: 'approved', data: null } }, { nowMs: run.nowMs, machine: run.machine, policy: run.policy, eventSource: '/' });
    expect(events('s0')).toEqual({ kind: 'ignored', why: 'duplicate' });
    const another = events('another');
    expect(another.kind === 'accepted' && another.state.signals?.seen).toEqual([...run.current.signals!.seen.slice(1), signalKey('another')]);
  });

  it('for a run that has ended is late, and for one that is parked is refused', () => {
    expect(tell(waiting().cancel(), 's1').last).toEqual({ kind: 'ignored', why: 'late' });
    const parked = waiting();
    parked.state = { ...parked.current, status: 'blocked', timers: {} };
    expect(tell(parked, 's1').last).toMatchObject({ kind: 'rejected', code: 'blocked' });
  });

  it('is refused where the run has no room for it: too large, too many, too much of them', () => {
    expect(tell(busy(), 'big', 'x'.repeat(LIMITS.payloadBytes)).last).toMatchObject({ kind: 'rejected', code: 'payload_too_large' });
    const many = busy();
    for (let i = 0; i < LIMITS.bufferedSignals; i++) expect(tell(many, `s${i}`, 1, 'others').last).toMatchObject({ kind: 'accepted' });
    expect(tell(many, 'one more').last).toMatchObject({ kind: 'rejected', code: 'too_many_signals', reason: expect.stringContaining('at most 100 may') });
    const much = tell(busy(), 'half', 'x'.repeat(LIMITS.bufferedSignalBytes / 2));
    expect(tell(much, 'the other half', 'x'.repeat(LIMITS.bufferedSignalBytes / 2)).last).toMatchObject({ kind: 'rejected', code: 'too_many_signals' });
    // What somebody waits for needs no room.
    many.succeed({});
    expect(tell(many, 'wanted').current.status).toBe('completed');
  });
});
