/** A run that could not undo something, on real servers: it waits for an operator, and goes on when he says so, whoever dies then. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithServers, testServers } from '@baton/local';
import { eventually } from './eventually.ts';
import type { Proc } from './processes.ts';
import { startSystem, type LedgerEntry, type System } from './system.ts';

describeWithServers(['kafka', 'redis'], 'what could not be undone', () => {
  let system: System;
  let orchestrator: Proc;
  beforeAll(async () => {
    system = await startSystem(await testServers());
    [orchestrator] = await Promise.all([system.orchestrator(), system.worker()]);
  }, 240_000);
  afterAll(() => system?.close(), 60_000);

  const done = (runId: string): readonly string[] => system.ledger().filter((entry: LedgerEntry) => entry.runId === runId).map(({ what, attempt }) => `${what} ${attempt}`);
  const parked = async (): Promise<string> => {
    const { runId } = await system.client.start('undoing', {});
    await eventually(async () => (await system.client.get(runId).catch(() => undefined))?.status === 'blocked', `${runId} to be parked`);
    return runId;
  };

  it('is tried again when an operator says so, by the key that it had, also where the orchestrator is killed then; the rest is undone once', async () => {
    const runId = await parked();
    await system.client.retryCompensation(runId, { id: 'r1', step: 'b', reason: 'it is there again', by: 'Ada' });
    await orchestrator.kill('SIGKILL');
    orchestrator = await system.orchestrator();
    // Nobody knows whether the first was heard.
    await system.client.retryCompensation(runId, { id: 'r1', step: 'b' }).catch((error: unknown) => expect(error).toMatchObject({ status: 409 }));
    const [run] = await system.ended([runId], 90_000);
    expect(run).toMatchObject({ status: 'failed', error: { step: 'refuse' }, compensations: [{ state: 'a', status: 'undone' }, { state: 'b', status: 'undone' }] });
    expect(done(runId)).toEqual(['a 1', 'b 1', 'refuse 1', 'stubborn 1', 'stubborn 2', 'undo 1']);
    expect(new Set(system.ledger().filter((entry: LedgerEntry) => entry.runId === runId && entry.what === 'stubborn').map(({ idem }) => idem)).size).toBe(1);
    const happened = ((await system.truth()).transitions.get(runId) ?? []).flatMap((txn) => txn.events);
    expect(happened.filter(({ type }) => type === 'compensation-retried')).toEqual([expect.objectContaining({ of: 'b.2', requestId: 'r1', by: 'Ada', reason: 'it is there again' })]);
  }, 240_000);

  it('is passed over when he says so, and the rest is undone; where nothing waits he is told so', async () => {
    const runId = await parked();
    await expect(system.client.skipCompensation(runId, { step: 'a', reason: 'by phone' })).rejects.toMatchObject({ status: 409, code: 'nothing_to_undo' });
    await system.client.skipCompensation(runId, { step: 'b', reason: 'by phone' });
    const [run] = await system.ended([runId]);
    expect(run).toMatchObject({ status: 'failed', compensations: [{ state: 'a', status: 'undone' }, { state: 'b', status: 'skipped' }] });
    expect(done(runId)).toEqual(['a 1', 'b 1', 'refuse 1', 'stubborn 1', 'undo 1']);
    await expect(system.client.retryCompensation(runId)).rejects.toMatchObject({ status: 409, code: 'run_ended' });
  }, 120_000);
});
