/** Signals on real servers: once each, before or after they are waited for, whoever dies in between. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readEmittedEvent, type EmittedEvent } from '@baton/contracts';
import { describeWithServers, testServers } from '@baton/local';
import { eventually } from './eventually.ts';
import type { Proc } from './processes.ts';
import { startSystem, type System } from './system.ts';

describeWithServers(['kafka', 'redis'], 'signals', () => {
  let system: System;
  let orchestrator: Proc;
  beforeAll(async () => {
    system = await startSystem(await testServers());
    [orchestrator] = await Promise.all([system.orchestrator(), system.worker()]);
  });
  afterAll(() => system?.close());

  it('are taken once each and in their order when the orchestrator is killed while they come, and each is sent twice', async () => {
    const runIds = await system.startMany(24, 'approval');
    await eventually(async () => (await system.client.get(runIds[0]!)).steps.some(({ signal }) => signal === 'approved'), 'the first run to wait', 60_000, system.said);
    const send = async (runId: string, id: string): Promise<void> => {
      await system.client.signal(runId, 'approved', { id }, { id });
      await system.client.signal(runId, 'approved', { id: 'a repetition' }, { id });
    };
    // Some have both signals before anybody reads them, some have the first before the kill, some wait with nobody there.
    await Promise.all(runIds.slice(0, 8).map((runId) => send(runId, 'one')));
    expect(await orchestrator.kill('SIGKILL')).toBe('SIGKILL');
    await Promise.all(runIds.slice(8).map((runId) => send(runId, 'one')));
    await Promise.all(runIds.slice(16).map((runId) => send(runId, 'two')));
    orchestrator = await system.orchestrator();
    await Promise.all(runIds.slice(0, 16).map((runId) => send(runId, 'two')));
    for (const run of await system.ended(runIds)) expect(run).toMatchObject({ status: 'completed', output: { data: { id: 'one' }, id: 'one', second: { Data: { id: 'two' }, Id: 'two' } } });
    const { transitions } = await system.expectSound({ executions: 1 });
    const told = (): readonly EmittedEvent[] => system.wire.records(system.names.events).map(({ value }) => readEmittedEvent(value ?? ''));
    await eventually(() => new Set(told().map(({ id }) => id)).size === runIds.length, 'the events of all runs');
    expect(new Set(told().map(({ id, runid, data }) => `${id} ${runid} ${String(data)}`))).toEqual(new Set(runIds.map((runId) => `${runId}.tell.5 ${runId} one`)));
    for (const runId of runIds) {
      const events = (transitions.get(runId) ?? []).flatMap((txn) => txn.events);
      expect(events.flatMap((event) => (event.type === 'signal-received' || event.type === 'signal-taken' ? [`${event.type} ${event.id}`] : [])).sort()).toEqual(['signal-received one', 'signal-received two', 'signal-taken one', 'signal-taken two']);
    }
  });
});
