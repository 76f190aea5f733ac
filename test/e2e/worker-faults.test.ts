/** Step services that fail in every way they can: they throw, hang, are told to stop, are killed, and answer what nobody asked. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { partitionOf } from '@baton/contracts';
import { describeWithServers, testServers } from '@baton/local';
import { answersOf, type Answers } from './answers.ts';
import { eventually } from './eventually.ts';
import type { Proc } from './processes.ts';
import { PARTITIONS, startSystem, type LedgerEntry, type System } from './system.ts';

describeWithServers(['kafka', 'redis'], 'a step service', () => {
  let system: System;
  let worker: Proc;
  let answers: Answers;
  beforeAll(async () => {
    system = await startSystem(await testServers());
    answers = answersOf(system);
    [worker] = await Promise.all([system.worker(), system.orchestrator()]);
  });
  afterAll(() => system?.close());

  const executed = (runId: string, what: string): readonly LedgerEntry[] => system.ledger().filter((entry) => entry.runId === runId && entry.what === what);

  it('that throws is tried again after the backoff of more than a second, not early, woken by a job and not by the sweeper', async () => {
    const { runId } = await system.client.start('journey', { ms: 0 });
    const [run] = await system.ended([runId]);
    expect(run).toMatchObject({ status: 'completed', output: { flaky: 2 } });
    const txns = (await system.truth()).transitions.get(runId)!;
    const scheduled = txns.flatMap(({ events }) => events).find((event) => event.type === 'retry-scheduled');
    const failedMs = txns.find(({ events }) => events.some((event) => event.type === 'retry-scheduled'))!.cause.ts;
    const dueMs = scheduled?.type === 'retry-scheduled' ? scheduled.timer.dueMs : 0;
    expect(dueMs - failedMs).toBe(1_200);
    const second = executed(runId, 'flaky')[1]!;
    expect(second.attempt).toBe(2);
    expect(second.atMs).toBeGreaterThanOrEqual(dueMs);
    const timers = system.wire.records(system.names.inbox).flatMap(({ value, key }) => (key === runId ? [JSON.parse(String(value)) as { type: string; body: { by: string } }] : [])).filter(({ type }) => type === 'timer');
    expect(timers[0]?.body.by).toBe('wake-up');
  });

  it('that throws every time fails the run when the retries are used up, each at its time', async () => {
    const { runId } = await system.client.start('failing_later', {});
    const [run] = await system.ended([runId]);
    expect(run).toMatchObject({ status: 'failed', error: { message: 'never', kind: 'technical' } });
    const attempts = executed(runId, 'failing');
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(attempts.map(({ idem }) => idem)).size).toBe(1);
  });

  it('that refuses the input for good is asked once', async () => {
    const { runId } = await system.client.start('refused', {});
    const [run] = await system.ended([runId]);
    expect(run).toMatchObject({ status: 'failed', error: { name: 'BusinessValidationError', kind: 'business', details: { findings: [{ code: 'nothing_fits' }] } } });
    expect(executed(runId, 'refuse')).toHaveLength(1);
  });

  it('that hangs loses its attempt at the time-out; what it answers afterwards changes nothing (F10, F47)', async () => {
    const { runId } = await system.client.start('hanging', {});
    const first = await answers.commandOf(runId, 'hang');
    expect(first.attempt).toBe(1);
    await eventually(() => executed(runId, 'hang').length === 2, 'the second attempt', 60_000, system.said);
    const [one, two] = executed(runId, 'hang');
    expect(two!.atMs - one!.atMs).toBeGreaterThanOrEqual(3_000);
    await answers.send(answers.answer(first, { hang: 'late' }));
    await answers.decidedOn(runId);
    const [run] = await system.ended([runId]);
    expect(run).toMatchObject({ status: 'completed', output: { hang: 2, c: 1 } });
    const outcomes = (await system.truth()).transitions.get(runId)!.flatMap(({ events }) => events).flatMap((event) => (event.type === 'attempt-closed' ? [event.outcome] : []));
    expect(outcomes).toEqual(['timed-out', 'succeeded', 'succeeded']);
  });

  it('that answers twice is taken at its first word (F11)', async () => {
    const { runId } = await system.client.start('long_one', { ms: 2_000 });
    const command = await answers.commandOf(runId, 'a');
    await answers.commandOf(runId, 'long');
    await answers.send(answers.answer(command, { a: 'again' }));
    await answers.decidedOn(runId);
    const [run] = await system.ended([runId]);
    expect(run).toMatchObject({ status: 'completed', output: { a: 1, long: 1, c: 1 } });
  });

  it('that answers for another run, with the token of its own, is not believed: a dead letter, and the other run goes on (F13, F49)', async () => {
    const [mine, other] = await system.startMany(2, 'long_one', () => ({ ms: 10_000 }));
    const own = await answers.commandOf(mine!, 'long');
    const foreign = await answers.commandOf(other!, 'long');
    const offset = await answers.send(answers.answer(foreign, { long: 'forged' }, { token: own.token }));
    const letter = await system.wire.deadLetterOf(system.names.inbox, partitionOf(other!, PARTITIONS), offset);
    expect(letter).toMatchObject({ reason: 'bad_token', runId: other, foundBy: 'orchestrator' });
    const unknown = await answers.send(answers.answer(own, { long: 'forged' }, { runId: 'run-nobody-knows' as never }));
    expect(await system.wire.deadLetterOf(system.names.inbox, partitionOf('run-nobody-knows', PARTITIONS), unknown)).toMatchObject({ reason: 'bad_token' });
    for (const run of await system.ended([mine!, other!])) expect(run).toMatchObject({ status: 'completed', output: { long: 1 } });
  });

  it('that is told to stop finishes what is short, hands back what is long at no cost, and leaves the rest to others (F48)', async () => {
    const other = await system.worker();
    const short = await system.startMany(30, 'short_ones', () => ({ ms: 700 }));
    const long = await system.startMany(6, 'long_one', () => ({ ms: 25_000 }));
    const held = (pid: number): readonly LedgerEntry[] => system.ledger().filter(({ what, runId, pid: by }) => what === 'long' && by === pid && long.includes(runId));
    await eventually(() => held(worker.pid).length + held(other.pid).length === long.length && held(worker.pid).length > 0, 'the long steps to run, on both', 60_000, system.said);
    const handedBack = held(worker.pid);
    expect(await worker.kill('SIGTERM')).toBe(0);
    worker = other;
    const runs = await system.ended([...short, ...long]);
    for (const run of runs) expect(run).toMatchObject({ status: 'completed' });
    const truth = await system.truth();
    for (const { runId, stepId } of handedBack) {
      const events = truth.transitions.get(runId)!.flatMap((txn) => txn.events);
      expect(events.flatMap((event) => (event.type === 'attempt-closed' && event.stepId === stepId ? [event.outcome] : []))).toEqual(['released', 'succeeded']);
      // It cost no retry: none was scheduled.
      expect(events.filter(({ type }) => type === 'retry-scheduled')).toEqual([]);
    }
    await system.expectSound({ executions: 1 });
  });

  it('that is killed loses no step: short ones are delivered again, a leased one is given to another when its heartbeats stop (F45, F46)', async () => {
    const other = await system.worker();
    const long = await system.startMany(6, 'long_one', () => ({ ms: 30_000 }));
    const heldBy = (pid: number): readonly string[] => system.ledger().filter(({ what, runId, pid: by }) => what === 'long' && by === pid && long.includes(runId)).map(({ runId }) => runId);
    const leased = (): ReadonlySet<string> => new Set(system.wire.records(system.names.inbox).flatMap(({ value, key }) => (key !== null && /"type":"heartbeat"/.test(String(value)) ? [key] : [])));
    await eventually(() => heldBy(worker.pid).some((runId) => leased().has(runId)), 'a leased step on the worker to be killed', 60_000, system.said);
    const short = await system.startMany(40, 'short_ones', (index) => ({ ms: index * 20 }));
    await eventually(() => system.ledger().some(({ what, runId, pid }) => what === 'short' && pid === worker.pid && short.includes(runId)), 'short steps on the worker to be killed', 60_000, system.said);
    await worker.kill('SIGKILL');
    const lost = heldBy(worker.pid);
    worker = other;
    for (const run of await system.ended([...short, ...long], 180_000)) expect(run).toMatchObject({ status: 'completed' });
    const truth = await system.expectSound({ executions: 2 });
    for (const runId of lost) {
      const events = truth.transitions.get(runId)!.flatMap((txn) => txn.events);
      const outcomes = events.flatMap((event) => (event.type === 'attempt-closed' && event.outcome !== 'succeeded' ? [event.outcome] : []));
      // Leased before the kill, or not yet: then Kafka delivered the command again.
      expect([[], ['heartbeat-lost']]).toContainEqual(outcomes);
    }
    expect(lost.some((runId) => truth.transitions.get(runId)!.flatMap((txn) => txn.events).some((event) => event.type === 'attempt-closed' && event.outcome === 'heartbeat-lost'))).toBe(true);
  }, 600_000);
});
