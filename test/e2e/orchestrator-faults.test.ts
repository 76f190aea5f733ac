/** Orchestrators that end in the middle of work: told to, and killed. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithServers, testServers } from '@baton/local';
import { eventually } from './eventually.ts';
import type { Proc } from './processes.ts';
import { startSystem, type System } from './system.ts';

const RUNS = 200;
/** Some runs are over soon, some after six seconds, so that whenever somebody ends there are runs in every state. */
const spread = (index: number) => ({ ms: 100 + (index % 60) * 100 });

describeWithServers(['kafka', 'redis'], 'two orchestrators', () => {
  let system: System;
  let first: Proc;
  let second: Proc;
  beforeAll(async () => {
    system = await startSystem(await testServers());
    [first, second] = await Promise.all([system.orchestrator(), system.orchestrator(), system.worker()]);
  }, 240_000);
  afterAll(() => system?.close(), 60_000);

  const ends = (): number => system.wire.lifecycle().filter(({ type }) => type === 'baton.run.completed').length;

  it('hand over without running anything twice when one is told to stop under load', async () => {
    const runIds = await system.startMany(60, 'journey', spread);
    await eventually(() => ends() > 0, 'the first run to end', 120_000, system.said);
    expect(await first.kill('SIGTERM')).toBe(0);
    expect(ends()).toBeLessThan(60);
    const runs = await system.ended(runIds);
    expect(runs.map(({ status }) => status)).toEqual(runs.map(() => 'completed'));
    await system.expectSound({ executions: 1 });
  }, 240_000);

  it('lose nothing and do nothing twice when one is killed in the middle of 200 runs', async () => {
    first = await system.orchestrator();
    const before = ends();
    const claims = (await system.truth()).claims;
    const runIds = await system.startMany(RUNS, 'journey', spread);
    await eventually(() => ends() - before >= 10, 'the first runs to end', 120_000, system.said);
    expect(await second.kill('SIGKILL')).toBe('SIGKILL');
    const endedBefore = ends() - before;
    expect(endedBefore).toBeLessThan(RUNS);
    const runs = await system.ended(runIds, 180_000);
    expect(runs.map(({ status }) => status)).toEqual(runs.map(() => 'completed'));
    expect(runs.map(({ output }) => output)).toEqual(runs.map((_, index) => ({ ...spread(index), a: 1, short: 1, flaky: 2, c: 1 })));
    const truth = await system.expectSound({ executions: 1 });
    // The survivor has claimed what the dead one owned.
    expect(truth.claims.filter((count, partition) => count > claims[partition]!).length).toBeGreaterThan(0);
    for (const runId of runIds) expect(truth.runs.get(runId)?.status).toBe('completed');
    // Five executions each: a, short, two of flaky, c.
    const mine = new Set<string>(runIds);
    expect(system.ledger().filter(({ runId }) => mine.has(runId))).toHaveLength(RUNS * 5);
  }, 300_000);
});
