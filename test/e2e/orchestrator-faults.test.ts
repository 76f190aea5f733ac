/** Orchestrators that end in the middle of work: told to, and killed. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { isTerminal, partitionOf } from '@baton/contracts';
import { describeWithServers, testServers } from '@baton/local';
import { eventually } from './eventually.ts';
import type { Proc } from './processes.ts';
import { PARTITIONS, startSystem, type System } from './system.ts';
import type { Truth } from './truth.ts';

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
  });
  afterAll(() => system?.close());

  /** Partitions of the inbox that a process was given last, by its log. */
  const owned = ({ output }: Proc): readonly string[] => {
    const given = [...output().matchAll(/"partitions":"([\d,]*)","msg":"Partitions were assigned"/g)].at(-1)?.[1] ?? '';
    return given.split(',').filter((partition) => partition !== '');
  };
  /** Its lanes have claimed all that it was given. */
  const ready = async ({ port }: Proc): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  const bothWork = (): Promise<boolean> =>
    eventually(
      async () => owned(first).length === PARTITIONS / 2 && owned(second).length === PARTITIONS / 2 && (await ready(first)) && (await ready(second)),
      'both to own half of the partitions',
      90_000,
      () => `${first.output()}\n---\n${second.output()}`,
    );
  const over = ({ runs }: Truth, runIds: readonly string[]): readonly string[] => runIds.filter((runId) => isTerminal(runs.get(runId)?.status ?? 'running'));
  const ends = (): number => system.wire.lifecycle().filter(({ type }) => type === 'baton.run.completed').length;

  it('hand over without running anything twice when one is told to stop under load (F4, F6)', async () => {
    await bothWork();
    const runIds = await system.startMany(60, 'journey', spread);
    await eventually(() => ends() > 0, 'the first run to end', 120_000, system.said);
    // Looked at now: until it has ended the other may be done with all of them.
    const endedBefore = ends();
    expect(await first.kill('SIGTERM')).toBe(0);
    expect(endedBefore).toBeLessThan(60);
    const runs = await system.ended(runIds);
    expect(runs.map(({ status }) => status)).toEqual(runs.map(() => 'completed'));
    await system.expectSound({ executions: 1 });
  });

  it('lose nothing and do nothing twice when one is killed in the middle of 200 runs (F1, F6)', async () => {
    first = await system.orchestrator();
    await bothWork();
    const { claims } = await system.truth();
    const runIds = await system.startMany(RUNS, 'journey', spread);
    // On a busy machine the first of them are over before the last have begun; these are open for certain when somebody ends.
    const open = await system.startMany(12, 'steady_one', () => ({ ms: 20_000 }));
    await eventually(async () => over(await system.truth(), runIds).length >= 10, 'the first runs to end', 120_000, system.said);
    expect(await second.kill('SIGKILL')).toBe('SIGKILL');
    const orphaned = owned(second);
    const ended = new Set(over(await system.truth(), [...runIds, ...open]));
    expect([...runIds, ...open].filter((runId) => !ended.has(runId) && orphaned.includes(String(partitionOf(runId, PARTITIONS)))).length).toBeGreaterThan(0);
    for (const run of await system.ended(open, 180_000)) expect(run).toMatchObject({ status: 'completed', output: { a: 1, long: 1, c: 1 } });
    const runs = await system.ended(runIds, 180_000);
    expect(runs.map(({ status }) => status)).toEqual(runs.map(() => 'completed'));
    expect(runs.map(({ output }) => output)).toEqual(runs.map((_, index) => ({ ...spread(index), a: 1, short: 1, flaky: 2, c: 1 })));
    // The survivor has claimed what the dead one owned, and nothing else.
    const claimed = async (): Promise<readonly string[]> => (await system.truth()).claims.flatMap((count, partition) => (count > claims[partition]! ? [String(partition)] : []));
    await eventually(async () => (await claimed()).length === orphaned.length, 'the survivor to claim', 60_000, system.said);
    expect(await claimed()).toEqual(orphaned);
    const truth = await system.expectSound({ executions: 1 });
    for (const runId of runIds) expect(truth.runs.get(runId)?.status).toBe('completed');
    // Five executions each: a, short, two of flaky, c.
    const mine = new Set<string>(runIds);
    expect(system.ledger().filter(({ runId }) => mine.has(runId))).toHaveLength(RUNS * 5);
  }, 600_000);
});
