/** Cancels, whatever the run is doing: it ends at once, what is running is told to stop, and nothing happens afterwards. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { RunEvent } from '@baton/contracts';
import { describeWithServers, testServers } from '@baton/local';
import { answersOf, type Answers } from './answers.ts';
import { eventually } from './eventually.ts';
import type { Proc } from './processes.ts';
import { startSystem, type LedgerEntry, type System } from './system.ts';

describeWithServers(['kafka', 'redis'], 'a cancel', () => {
  let system: System;
  let answers: Answers;
  let orchestrator: Proc;
  beforeAll(async () => {
    system = await startSystem(await testServers());
    answers = answersOf(system);
    [orchestrator] = await Promise.all([system.orchestrator(), system.worker()]);
  });
  afterAll(() => system?.close());

  const executed = (runId: string): readonly string[] => system.ledger().filter((entry: LedgerEntry) => entry.runId === runId).map(({ what }) => what);
  const events = async (runId: string): Promise<readonly RunEvent[]> => ((await system.truth()).transitions.get(runId) ?? []).flatMap((txn) => txn.events);
  const retryScheduled = (runId: string): Promise<boolean> => eventually(async () => (await events(runId)).some(({ type }) => type === 'retry-scheduled'), `${runId} to wait for its retry`);
  /** What the public was told of the run's end. */
  const ends = (runId: string): readonly string[] => system.wire.lifecycle().filter(({ subject, type }) => subject === runId && type !== 'baton.run.started' && type.startsWith('baton.run.')).map(({ type }) => type);

  it('in the middle of a step tells the step to stop; what comes from it afterwards changes nothing (F58)', async () => {
    const { runId } = await system.client.start('long_one', { ms: 300_000 });
    const command = await answers.commandOf(runId, 'long');
    await eventually(() => executed(runId).includes('long'), 'the step to run');
    expect(await system.client.cancel(runId, 'the wrong fund')).toMatchObject({ runId, status: 'cancelling' });
    const [run] = await system.ended([runId]);
    expect(run).toMatchObject({ status: 'cancelled' });
    await eventually(() => executed(runId).includes('long-aborted'), "the step's signal to fire", 60_000, system.said);
    await answers.send(answers.answer(command, { long: 'late' }));
    await answers.decidedOn(runId);
    expect(await system.client.get(runId)).toEqual(run);
    expect(executed(runId)).toEqual(['a', 'long', 'long-aborted']);
    const happened = await events(runId);
    expect(happened.slice(-2)).toMatchObject([{ type: 'attempt-closed', outcome: 'cancelled', attempt: 1 }, { type: 'run-cancelled', reason: 'the wrong fund' }]);
    expect(ends(runId)).toEqual(['baton.run.cancelled']);
    expect((await system.truth()).runs.get(runId)).toMatchObject({ timers: {} });
    await expect(system.client.cancel(runId)).rejects.toMatchObject({ status: 409, code: 'run_ended' });
  });

  it('during the wait for a retry ends the run at once; the wake-up that was under way finds it ended (F58)', async () => {
    const [near, far] = [(await system.client.start('near_retry', {})).runId, (await system.client.start('far_retry', {})).runId];
    await Promise.all([retryScheduled(near), retryScheduled(far)]);
    await Promise.all([system.client.cancel(near), system.client.cancel(far)]);
    const runs = await system.ended([near, far]);
    for (const run of runs) expect(run).toMatchObject({ status: 'cancelled' });
    const retry = (await events(near)).find((event) => event.type === 'retry-scheduled');
    expect(runs[0]!.endedMs).toBeLessThan(retry?.type === 'retry-scheduled' ? retry.timer.dueMs : 0);
    // The job of the near one comes all the same.
    await eventually(() => system.wire.records(system.names.inbox).some(({ key, value }) => key === near && /"type":"timer"/.test(String(value))), 'the wake-up');
    await answers.decidedOn(near);
    for (const run of runs) {
      expect(await system.client.get(run.runId)).toEqual(run);
      expect(executed(run.runId)).toEqual(['failing']);
      expect((await events(run.runId)).at(-1)).toMatchObject({ type: 'run-cancelled' });
      expect((await system.truth()).runs.get(run.runId)).toMatchObject({ timers: {} });
    }
  });

  it('that several people ask for at the same time happens once (F58)', async () => {
    const { runId } = await system.client.start('far_retry', {});
    await retryScheduled(runId);
    const answered = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => system.client.cancel(runId, `reason ${i}`)));
    for (const one of answered) if (one.status === 'rejected') expect(one.reason).toMatchObject({ status: 409, code: 'run_ended' });
    expect(answered.some(({ status }) => status === 'fulfilled')).toBe(true);
    await system.ended([runId]);
    await answers.decidedOn(runId);
    expect((await events(runId)).filter(({ type }) => type === 'run-cancelled')).toHaveLength(1);
    expect(ends(runId)).toEqual(['baton.run.cancelled']);
  });

  it('that is taken while no orchestrator is there happens as soon as one is', async () => {
    const { runId } = await system.client.start('long_one', { ms: 300_000 });
    await eventually(() => executed(runId).includes('long'), 'the step to run');
    expect(await orchestrator.kill('SIGTERM')).toBe(0);
    expect(await system.client.cancel(runId)).toMatchObject({ status: 'cancelling' });
    expect(await system.client.get(runId)).toMatchObject({ status: 'running' });
    orchestrator = await system.orchestrator();
    expect(await system.ended([runId])).toMatchObject([{ status: 'cancelled' }]);
    await eventually(() => executed(runId).includes('long-aborted'), "the step's signal to fire", 60_000, system.said);
  });

  it('at whatever moment it comes leaves a run that has either ended before, or stops there for good (F58)', async () => {
    // Each is cancelled a little later in its life than the one before: the first at its start, the last ones near their end.
    const runIds = await system.startMany(40, 'journey', () => ({ ms: 500 }));
    const beginsMs = Date.now();
    await Promise.all(
      runIds.map(async (runId, i) => {
        await eventually(() => Date.now() - beginsMs >= i * 80, 'its moment', 60_000);
        await system.client.cancel(runId).catch((error: unknown) => expect(error).toMatchObject({ code: 'run_ended' }));
      }),
    );
    const statuses = (await system.ended(runIds)).map(({ status }) => status);
    expect(statuses).toContain('cancelled');
    expect(statuses.every((status) => status === 'cancelled' || status === 'completed')).toBe(true);
    for (const runId of runIds) {
      await eventually(() => ends(runId).length > 0, 'the public to be told');
      expect(ends(runId)).toHaveLength(1);
    }
    // Also for all runs of the tests above: nothing after the end, no command twice, the view as the fold.
    const truth = await system.expectSound({ executions: 1 });
    for (const runId of runIds) expect(truth.runs.get(runId)).toMatchObject({ timers: {} });
  });
});
