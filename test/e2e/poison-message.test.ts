/** A message that kills every orchestrator which decides on it (F20): its run is parked, and everybody else's goes on. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { partitionOf, runIdForKey } from '@baton/contracts';
import { describeWithServers, testServers } from '@baton/local';
import { eventually } from './eventually.ts';
import type { Proc } from './processes.ts';
import { PARTITIONS, startSystem, type System } from './system.ts';

const DEADLINE_MS = 60_000;
const PARTITION = 3;

describeWithServers(['kafka', 'redis'], 'a message that kills the orchestrator', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem(await testServers());
    await system.worker();
  });
  afterAll(() => system?.close());

  let keys = 0;
  const start = async (input: { readonly poison?: true }): Promise<string> => {
    for (;;) {
      const idempotencyKey = `key-${keys++}`;
      if (partitionOf(runIdForKey('three', idempotencyKey), PARTITIONS) === PARTITION) return (await system.client.start('three', input, { idempotencyKey })).runId;
    }
  };
  const orchestrator = (): Promise<Proc> => system.program('orchestrator', 'test/e2e/poisoned-orchestrator.ts');
  /** It dies by itself, before it is ready or after. */
  const dies = async (): Promise<void> => {
    const started = await orchestrator().catch(() => undefined);
    if (started !== undefined) expect(await started.ended).toBe('SIGKILL');
  };

  it('is parked with its run after it was seen to kill twice, and the partition goes on (F20)', async () => {
    const before = await start({});
    const first = await orchestrator();
    await system.ended([before], DEADLINE_MS);
    const doomed = await start({ poison: true });
    // In full swing nothing is written down, so nobody has seen of what the first one died.
    expect(await first.ended).toBe('SIGKILL');
    const behind = await start({});
    await dies();
    await dies();
    const survivor = await orchestrator();
    await system.ended([behind], DEADLINE_MS);
    const run = await eventually(() => system.client.get(doomed).then((found) => found.status === 'blocked' && found), 'the run to be parked', DEADLINE_MS, system.said);
    expect(run.error).toMatchObject({ name: 'Baton.Blocked', message: expect.stringContaining('ended the process') });
    const after = await start({});
    await system.ended([after], DEADLINE_MS);
    expect((await fetch(`http://127.0.0.1:${survivor.port}/readyz`)).ok).toBe(true);
    const { runs } = await system.truth();
    expect([before, behind, after, doomed].map((runId) => runs.get(runId)?.status)).toEqual(['completed', 'completed', 'completed', 'blocked']);
  }, 600_000);

  it('does not make the next one careful once it has passed', async () => {
    const next = await orchestrator();
    const runId = await start({});
    await system.ended([runId], DEADLINE_MS);
    expect(await next.kill('SIGTERM')).toBe(0);
    expect((await system.truth()).runs.get(runId)?.status).toBe('completed');
  });
});
