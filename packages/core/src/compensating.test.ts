import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@baton/contracts';
import { TestRun } from '../test/test-run.ts';

const undoing = (more: JsonObject = {}): JsonObject => ({ Resource: 's/release', ...more });
const task = (step: string, more: JsonObject = {}): JsonObject => ({ Type: 'Task', Resource: `s/${step}`, ResultPath: `$.${step}`, ...more });

/** Two states that can be undone, and a third that may fail. */
const booking = (more: JsonObject = {}): JsonObject => ({
  StartAt: 'Flight',
  States: {
    Flight: task('flight', { Compensate: { Resource: 's/cancel-flight', Parameters: { 'id.$': '$.Result.id', 'who.$': '$.Input.who' }, Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 3, MaxAttempts: 1 }], TimeoutSeconds: 40 }, Next: 'Hotel' }),
    Hotel: task('hotel', { Compensate: { Resource: 's/cancel-hotel' }, Next: 'Pay' }),
    Pay: task('pay', { End: true, Retry: [] }),
  },
  ...more,
});
const booked = (more?: JsonObject): TestRun => new TestRun(booking(more)).start({ who: 'Ann' }).succeed({ id: 'F1' }).succeed({ id: 'H1' });
const statuses = (run: TestRun): string[] => (run.current.compensations ?? []).map(({ state, status }) => `${state} ${status}`);
const steps = (run: TestRun): string[] => run.commands.flatMap((command) => (command.t === 'run-step' ? [command.step] : []));

describe('a run that fails', () => {
  it('undoes what it has done in reverse order, each with what its state had, and then fails as it would have', () => {
    const run = booked().fail({ name: 'NoMoney' });
    expect(run.current).toMatchObject({ status: 'running', ending: { as: 'failed', error: { name: 'NoMoney', step: 'Pay' } } });
    expect(run.lastCommand()).toMatchObject({ step: 'cancel-hotel', stepId: 'Hotel-undo.4', attempt: 1, input: { Input: { who: 'Ann', flight: { id: 'F1' } }, Result: { id: 'H1' } } });
    expect(statuses(run)).toEqual(['Flight due', 'Hotel undoing']);
    run.succeed('cancelled');
    expect(run.lastCommand()).toMatchObject({ step: 'cancel-flight', idem: 'run-1/Flight-undo.5', input: { id: 'F1', who: 'Ann' }, deadlineMs: run.nowMs + 40_000 });
    run.succeed(null);
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'NoMoney' }, timers: {} });
    expect(statuses(run)).toEqual(['Flight undone', 'Hotel undone']);
    expect(run.published.filter((type) => type === 'baton.run.failed')).toHaveLength(1);
    expect(run.current.steps.map(({ state, type, status }) => `${state} ${type} ${status}`)).toEqual(['Flight Task completed', 'Hotel Task completed', 'Pay Task failed', 'Hotel Compensation completed', 'Flight Compensation completed']);
  });

  it('keeps the data that it had', () => {
    expect(booked().fail().succeed('x').succeed('y').data).toEqual({ who: 'Ann', flight: { id: 'F1' }, hotel: { id: 'H1' } });
  });

  it('undoes nothing where nothing that can be undone was done', () => {
    const run = new TestRun(booking()).start({ who: 'Ann' }).fail();
    expect(run.current.status).toBe('failed');
    expect(steps(run)).toEqual(['flight']);
  });

  it('does so at the time-out of its definition, which does not count for undoing', () => {
    const run = booked({ TimeoutSeconds: 5 });
    run.nowMs += 5_000;
    run.send({ type: 'timer', body: { timerId: 'run', ver: run.current.timers['run']!.ver, by: 'lane' } });
    expect(run.current).toMatchObject({ status: 'running', ending: { as: 'failed', error: { name: 'States.Timeout' } } });
    expect(Object.keys(run.current.timers)).toEqual(['a.Hotel-undo.4']);
    expect(run.commands.some(({ t, stepId }) => t === 'abandon-step' && stepId === 'Pay.3')).toBe(true);
  });
});

describe('a run that is cancelled', () => {
  it('takes back what is open, undoes what it has done, and is cancelled then, with the reason that was given first', () => {
    const run = booked().cancel('changed plans');
    expect(run.current).toMatchObject({ status: 'running', ending: { as: 'cancelled', reason: 'changed plans' } });
    expect(run.cancel('again').last).toEqual({ kind: 'ignored', why: 'late' });
    expect(run.send({ type: 'signal', body: { signalId: 's', name: 'go', data: 1 } }).last).toEqual({ kind: 'ignored', why: 'late' });
    run.succeed(null).succeed(null);
    expect(run.current.status).toBe('cancelled');
    expect(run.decisions.at(-1)!.events.at(-1)).toEqual({ type: 'run-cancelled', reason: 'changed plans' });
  });

  it('takes no answer of what it was doing any more', () => {
    const run = booked().cancel();
    expect(run.send({ type: 'result', body: { stepId: 'Pay.3', attempt: 1, outcome: 'succeeded', output: 1, worker: 'w' } }).last).toEqual({ kind: 'ignored', why: 'late' });
  });
});

it('a run that ends well undoes nothing, and keeps nothing for it', () => {
  const run = booked().succeed({ paid: true });
  expect(run.current.status).toBe('completed');
  expect(run.current.compensations).toBeUndefined();
  expect(steps(run)).toEqual(['flight', 'hotel', 'pay']);
});

it('what was caught is no end: it is undone only where the run fails after that', () => {
  const run = new TestRun({ StartAt: 'A', States: { A: task('a', { Compensate: undoing(), Next: 'B' }), B: task('b', { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'C' }], End: true }), C: task('c', { Compensate: undoing(), End: true }) } });
  run.start().succeed(1).fail();
  expect(run.lastCommand().step).toBe('c');
  expect(run.succeed(2).current.status).toBe('completed');
});

it('a state that has failed is not undone, whoever took its error', () => {
  const run = new TestRun({ StartAt: 'A', States: { A: task('a', { Compensate: undoing(), Catch: [{ ErrorEquals: ['States.ALL'], Next: 'F' }], Next: 'F' }), F: { Type: 'Fail' } } });
  expect(run.start().fail().current.status).toBe('failed');
});

it('what the compensation is given is made as the state is left: where that cannot be done, the state fails', () => {
  const run = new TestRun({ StartAt: 'A', States: { A: task('a', { Compensate: undoing({ Parameters: { 'id.$': '$.Result.none' } }), End: true }) } });
  expect(run.start().succeed({}).current).toMatchObject({ status: 'failed', error: { name: 'States.Runtime' } });
});

it('is filled in JSONata with the input and the result of the state', () => {
  const run = new TestRun({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { Type: 'Task', Resource: 's/a', Compensate: undoing({ Arguments: { id: '{% $states.result.id & "/" & $states.input.x %}' } }), Next: 'F' }, F: { Type: 'Fail' } } });
  expect(run.start({ x: 1 }).succeed({ id: 'A1' }).lastCommand()).toMatchObject({ step: 'release', input: { id: 'A1/1' } });
});

describe('inside Parallel and Map', () => {
  const within = (name: string, step: string): JsonObject => ({ StartAt: name, States: { [name]: task(step, { Compensate: undoing({ Parameters: { 'done.$': '$.Result' } }), End: true }) } });

  it('what the branches have done is undone in reverse of the order in which it was completed', () => {
    const run = new TestRun({ StartAt: 'Fan', States: { Fan: { Type: 'Parallel', Branches: [within('A', 'a'), within('B', 'b'), { StartAt: 'C', States: { C: task('c', { End: true }) } }], End: true } } });
    run.start({}).succeed('b', { stepId: 'B.3' }).succeed('a', { stepId: 'A.2' }).fail({}, { stepId: 'C.4' });
    expect(Object.keys(run.current.branches)).toEqual(['0', 'undo']);
    expect(run.lastCommand().input).toEqual({ done: 'a' });
    expect(run.succeed(1).lastCommand().input).toEqual({ done: 'b' });
    expect(run.succeed(1).current.status).toBe('failed');
  });

  it('each iteration of a Map is undone, also where the Map itself has ended', () => {
    const run = new TestRun({ StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor: within('A', 'a'), Next: 'F' }, F: { Type: 'Fail' } } });
    run.start([{ n: 1 }, { n: 2 }]).succeed('one', { stepId: 'A.2' }).succeed('two', { stepId: 'A.3' });
    expect(run.lastCommand().input).toEqual({ done: 'two' });
    expect(run.succeed(1).lastCommand().input).toEqual({ done: 'one' });
    expect(run.succeed(1).current.status).toBe('failed');
  });
});

describe('a compensation that fails', () => {
  it('is tried again by its own rules', () => {
    const run = booked().fail().succeed('hotel').fail({ name: 'Busy' });
    expect(run.current.timers).toMatchObject({ 'b.Flight-undo.5': { dueMs: run.nowMs + 3_000 } });
    expect(run.fireNext().lastCommand()).toMatchObject({ step: 'cancel-flight', attempt: 2, input: { id: 'F1', who: 'Ann' } });
    expect(run.succeed(null).current.status).toBe('failed');
  });

  it('is tried again by the platform’s rules where it has none, whatever the machine says of its steps', () => {
    const run = booked().fail();
    for (let retry = 0; retry < 3; retry++) run.fail().fireNext();
    expect(run.lastCommand()).toMatchObject({ step: 'cancel-hotel', attempt: 4 });
    expect(run.fail().current.status).toBe('blocked');
  });

  it('parks the run for a person, and says what is undone and what is not', () => {
    const run = booked().fail({ name: 'NoMoney' }).succeed('hotel').fail({ name: 'Gone', message: 'no such flight', kind: 'business' });
    expect(run.current).toMatchObject({ status: 'blocked', timers: {}, error: { name: 'Baton.CompensationFailed', step: 'Flight' }, ending: { as: 'failed', error: { name: 'NoMoney' } } });
    expect(run.current.error!.message).toBe('Undoing Flight has failed: Gone: no such flight. Undone: Hotel. Not undone: Flight');
    expect(run.current.compensations).toEqual([{ stepId: 'Flight.1', state: 'Flight', status: 'failed', input: { id: 'F1', who: 'Ann' } }, { stepId: 'Hotel.2', state: 'Hotel', status: 'undone' }]);
    expect(run.published.at(-1)).toBe('baton.run.blocked');
  });

  it('leaves what was done before it alone', () => {
    const run = booked().fail().fail({ kind: 'business' });
    expect(statuses(run)).toEqual(['Flight due', 'Hotel failed']);
    expect(run.current.error!.message).toContain('Undone: nothing. Not undone: Hotel, Flight');
    expect(steps(run)).not.toContain('cancel-flight');
  });

  it('is given up with a cancel, which undoes nothing more', () => {
    const run = booked().fail().fail({ kind: 'business' }).cancel('done by hand');
    expect(run.current.status).toBe('cancelled');
    expect(statuses(run)).toEqual(['Flight due', 'Hotel failed']);
  });

  it('is not given up by the cancel that began it, come a second time, but by another one', () => {
    const cancel = { type: 'cancel', id: 'cancel-1', body: { reason: 'changed plans' } } as const;
    const run = booked().send(cancel).fail({ kind: 'business' });
    expect(run.current.status).toBe('blocked');
    expect(run.send(cancel).last).toEqual({ kind: 'ignored', why: 'duplicate' });
    expect(run.operate('skip', { reason: 'by hand' }).send(cancel).last).toEqual({ kind: 'ignored', why: 'late' });
    expect(run.fail({ kind: 'business' }).send(cancel).last).toEqual({ kind: 'ignored', why: 'duplicate' });
    expect(run.send({ ...cancel, id: 'cancel-2' }).current.status).toBe('cancelled');
    expect(run.decisions.at(-1)!.events.at(-1)).toEqual({ type: 'run-cancelled', reason: 'changed plans' });
  });

  it('by its time-out, and by silence after a heartbeat, is like one that says so', () => {
    const run = booked().fail().heartbeat().fireNext();
    expect(run.commands.at(-1)).toMatchObject({ t: 'abandon-step', stepId: 'Hotel-undo.4', why: 'heartbeat-lost' });
    expect(run.fireNext().lastCommand()).toMatchObject({ step: 'cancel-hotel', attempt: 2 });
  });
});

describe('what an operator does with a compensation that has failed', () => {
  const parked = (): TestRun => booked().fail({ name: 'NoMoney' }).fail({ name: 'Down', kind: 'business' });

  it('retry: it is tried again under the step id and key that it had, after its attempts, with retries of its own, and the rest is undone as well', () => {
    const run = booked().fail({ name: 'NoMoney' }).fail({}).fireNext().fail({ kind: 'business' });
    const before = run.lastCommand();
    run.operate('retry', { id: 'again', reason: 'the hotel is back' });
    expect(run.lastCommand()).toMatchObject({ step: 'cancel-hotel', stepId: 'Hotel-undo.4', idem: before.idem, attempt: 3, input: before.input });
    expect(run.current).toMatchObject({ status: 'running', ending: { as: 'failed', error: { name: 'NoMoney' } } });
    expect(run.current.error).toBeUndefined();
    expect(run.current.steps.at(-1)).toEqual({ stepId: 'Hotel-undo.4', state: 'Hotel', branch: 'undo', type: 'Compensation', status: 'running', attempts: 3, enteredMs: before.deadlineMs - 300_000 - 1_000 });
    for (let retry = 0; retry < 3; retry++) run.fail().fireNext();
    expect(run.lastCommand()).toMatchObject({ step: 'cancel-hotel', attempt: 6 });
    run.succeed(null).succeed(null);
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'NoMoney' } });
    expect(statuses(run)).toEqual(['Flight undone', 'Hotel undone']);
  });

  it('skip: it stays as it is, the rest is undone, and who has said so and why stands in the history', () => {
    const run = parked();
    run.send({ type: 'compensation', id: 'm', by: 'Ada', body: { requestId: 'skip-1', action: 'skip', step: 'Hotel', reason: 'called them' } } as never);
    expect(run.decisions.at(-1)!.events[0]).toEqual({ type: 'compensation-skipped', of: 'Hotel.2', requestId: 'skip-1', reason: 'called them', by: 'Ada' });
    expect(statuses(run)).toEqual(['Flight undoing', 'Hotel skipped']);
    expect(run.lastCommand()).toMatchObject({ step: 'cancel-flight', stepId: 'Flight-undo.5' });
    expect(run.succeed(null).current).toMatchObject({ status: 'failed', error: { name: 'NoMoney' } });
  });

  it('skip of the last ends the run as it was to end', () => {
    const run = booked().cancel('changed plans').succeed(1).fail({ kind: 'business' }).operate('skip');
    expect(run.current.status).toBe('cancelled');
    expect(statuses(run)).toEqual(['Flight skipped', 'Hotel undone']);
    expect(run.decisions.at(-1)!.events.at(-1)).toEqual({ type: 'run-cancelled', reason: 'changed plans' });
  });

  it('parks the run again where it fails again, and says what was skipped', () => {
    const run = parked().operate('retry').fail({ kind: 'business' });
    expect(run.current.status).toBe('blocked');
    run.operate('skip').fail({ kind: 'business', name: 'Gone', message: 'no such flight' });
    expect(run.current.error!.message).toBe('Undoing Flight has failed: Gone: no such flight. Undone: nothing. Skipped: Hotel. Not undone: Flight');
    expect(run.cancel().current.status).toBe('cancelled');
  });

  it('the same request counts once, whenever it comes again', () => {
    const run = parked().operate('retry', { id: 'one' });
    expect(run.operate('retry', { id: 'one' }).last).toEqual({ kind: 'ignored', why: 'duplicate' });
    run.fail({ kind: 'business' });
    expect(run.current.status).toBe('blocked');
    expect(run.operate('skip', { id: 'one' }).last).toEqual({ kind: 'ignored', why: 'duplicate' });
    run.operate('skip', { id: 'two' }).succeed(1);
    expect(run.operate('skip', { id: 'two' }).last).toEqual({ kind: 'ignored', why: 'late' });
  });

  it('is refused where there is nothing to go on with, or something else is meant', () => {
    const refused = (run: TestRun) => run.last as { readonly code: string; readonly reason: string };
    expect(refused(booked().operate('retry'))).toMatchObject({ kind: 'rejected', code: 'nothing_to_undo', reason: expect.stringContaining('nothing to retry') });
    expect(refused(parked().operate('skip', { step: 'Flight' }))).toMatchObject({ code: 'nothing_to_undo', reason: 'The run run-1 waits since it could not undo Hotel (Hotel.2), and not Flight' });
    expect(parked().operate('retry', { step: 'Hotel.2' }).last).toMatchObject({ kind: 'accepted' });
    expect(refused(parked().operate('retry').operate('retry'))).toMatchObject({ code: 'nothing_to_undo' });
  });

  it('a late answer to an attempt from before the run was parked counts for nothing', () => {
    const run = parked().operate('retry');
    expect(run.succeed(1, { stepId: 'Hotel-undo.4', attempt: 1 }).last).toEqual({ kind: 'ignored', why: 'late' });
  });
});

it('an attempt that is handed back costs no retry, and a second answer counts for nothing', () => {
  const run = booked().fail().release();
  expect(run.lastCommand()).toMatchObject({ step: 'cancel-hotel', attempt: 2 });
  const { stepId } = run.lastCommand();
  run.succeed(1);
  expect(run.succeed(1, { stepId, attempt: 2 }).last).toEqual({ kind: 'ignored', why: 'late' });
  expect(statuses(run)).toEqual(['Flight undoing', 'Hotel undone']);
});

it('a Task that waits for a task token is undone by a step that answers by itself', () => {
  const run = new TestRun({ StartAt: 'Ask', States: { Ask: { Type: 'Task', Resource: 's/ask.waitForTaskToken', Compensate: undoing(), Next: 'F' }, F: { Type: 'Fail' } } });
  run.start().succeed('passed on').send({ type: 'result', body: { stepId: 'Ask.1', attempt: 1, outcome: 'succeeded', output: 'yes', worker: 'p', callback: true } });
  expect(run.lastCommand()).toMatchObject({ step: 'release', input: { Input: {}, Result: 'yes' } });
  expect(run.succeed(1).current.status).toBe('failed');
});

it('what is kept to be undone counts as data of the run', () => {
  const loop = { StartAt: 'A', States: { A: task('a', { ResultPath: null, Compensate: undoing(), Next: 'Again' }), Again: { Type: 'Choice', Choices: [{ Variable: '$.over', IsPresent: true, Next: 'Over' }], Default: 'A' }, Over: { Type: 'Succeed' } } };
  const run = new TestRun(loop).start({});
  for (let i = 0; i < 20 && run.current.ending === undefined; i++) run.succeed('x'.repeat(200_000));
  expect(run.current.ending).toMatchObject({ as: 'failed', error: { name: 'States.DataLimitExceeded' } });
  expect(run.current.compensations).toHaveLength(3);
});
