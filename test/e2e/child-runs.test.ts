/** Runs that start runs, on real servers: each child once, whoever dies in between; errors come up, cancels go down. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { partitionOf } from '@baton/contracts';
import { describeWithServers, testServers } from '@baton/local';
import { eventually } from './eventually.ts';
import type { Proc } from './processes.ts';
import { PARTITIONS, startSystem, type System } from './system.ts';

describeWithServers(['kafka', 'redis'], 'runs that start runs', () => {
  let system: System;
  let second: Proc;
  beforeAll(async () => {
    system = await startSystem(await testServers());
    [, second] = await Promise.all([system.orchestrator(), system.orchestrator(), system.worker()]);
  });
  afterAll(() => system?.close());

  it('start each child once and have its output, when an orchestrator is killed among 40 of them', async () => {
    const runIds = await system.startMany(40, 'outer', (index) => ({ ms: 100 + (index % 20) * 100 }));
    const over = async (): Promise<number> => [...(await system.truth()).runs.values()].filter(({ def, status }) => def.name === 'outer' && status === 'completed').length;
    await eventually(async () => (await over()) >= 3, 'the first runs to end', 120_000, system.said);
    expect(await second.kill('SIGKILL')).toBe('SIGKILL');
    expect(await over()).toBeLessThan(40);
    second = await system.orchestrator();
    const runs = await system.ended(runIds, 180_000);
    runs.forEach((run, index) => expect(run).toMatchObject({ status: 'completed', output: { inner: { ms: 100 + (index % 20) * 100, a: 1, flaky: 2, c: 1 }, c: { c: 1 } } }));
    const childIds = runs.map(({ steps }) => steps.find(({ state }) => state === 'inner')!.child!.runId);
    expect(childIds).toEqual(runs.map(({ output }) => (output as { runId: string }).runId));
    await system.untilEnded(childIds);
    const truth = await system.expectSound({ executions: 1 });
    // No run but those, and parents and children live on partitions of each other.
    expect([...truth.runs.keys()].sort()).toEqual([...runIds, ...childIds].sort());
    expect(runIds.some((runId, i) => partitionOf(runId, PARTITIONS) !== partitionOf(childIds[i]!, PARTITIONS))).toBe(true);
    for (const [i, childId] of childIds.entries()) expect(await system.client.get(childId)).toMatchObject({ via: 'run', parent: { runId: runIds[i], stepId: 'inner.2' } });
  }, 600_000);

  it('fail with the error of the child, and stop it when they are cancelled', async () => {
    const [refused, long] = [(await system.client.start('outer_refused', {})).runId, (await system.client.start('outer_long', { ms: 300_000 })).runId];
    expect(await system.ended([refused])).toMatchObject([{ status: 'failed', error: { kind: 'business', step: 'inner', message: expect.stringContaining('Nothing here fits') } }]);
    const child = await eventually(async () => (await system.client.get(long)).steps[0]?.child?.runId, 'the child');
    await eventually(() => system.ledger().some(({ runId, what }) => runId === child && what === 'long'), 'its long step', 60_000, system.said);
    await system.client.cancel(long, 'the wrong fund');
    expect(await system.ended([long, child])).toMatchObject([{ status: 'cancelled' }, { status: 'cancelled' }]);
    await eventually(() => system.ledger().some(({ runId, what }) => runId === child && what === 'long-aborted'), "the step's signal to fire", 60_000, system.said);
  });
});
