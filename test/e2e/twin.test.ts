/**
 * A thousand runs on a Redis that is emptied under them, beside the same thousand on one that is not: what became of each
 * must be the same, down to every state, attempt and output.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Json, RunState } from '@baton/contracts';
import { describeWithServers, startRedis, testServers, type RedisServer, type ServerAddresses } from '@baton/local';
import { Redis } from 'ioredis';
import { eventually } from './eventually.ts';
import { startSystem, type System } from './system.ts';

const RUNS = 1_000;
/** Runs of each kind in turn: short ones, ones that wait and try again, and ones that fail. */
const KINDS = ['short_ones', 'journey', 'three', 'refused', 'failing_later'] as const;

describeWithServers(['kafka', 'redis'], 'a thousand runs under a FLUSHALL', () => {
  let servers: ServerAddresses;
  let redis: RedisServer;
  beforeAll(async () => {
    // FLUSHALL spares nobody, so this Redis is this file's own.
    [servers, redis] = await Promise.all([testServers(), startRedis({ env: { ...process.env, BATON_REDIS_URL: undefined } })]);
  });
  afterAll(() => redis?.close());

  /** Plays the same runs in a namespace of their own. @returns each as it ended, by its key, without what time and chance have put into it. */
  async function play(during: (system: System) => Promise<void>): Promise<ReadonlyMap<string, unknown>> {
    const system = await startSystem({ ...servers, redisUrl: redis.url });
    try {
      const [publisher] = await Promise.all([system.worker(), system.orchestrator(), system.orchestrator()]);
      // It has published the workflows. Nobody works from here on until the last run has begun, however slow the starts are, so that none has ended by then.
      await publisher.kill('SIGTERM');
      const keys = Array.from({ length: RUNS }, (_, index) => `k${index}`);
      const runIds = await Promise.all(
        keys.map(async (key, index) => (await system.client.start(KINDS[index % KINDS.length]!, { key, ms: 3_000 } satisfies Json, { idempotencyKey: key })).runId),
      );
      await system.worker();
      await during(system);
      await system.ended(runIds, 180_000);
      const { runs } = await system.expectSound({ executions: 1 });
      return new Map(keys.map((key, index) => [key, essence(runs.get(runIds[index]!)!)]));
    } finally {
      await system.close();
    }
  }

  it('none is lost, and each ends as its undisturbed twin (F23)', async () => {
    const undisturbed = await play(() => Promise.resolve());
    let live = 0;
    const flushed = await play(async (system) => {
      // Few have ended when the view goes, and with it every delayed job.
      await eventually(() => system.ledger().length >= RUNS / 2, 'the runs to be underway');
      const { runs } = await system.truth();
      live = [...runs.values()].filter(({ status }) => status === 'running').length;
      const client = new Redis(redis.url);
      await client.flushall();
      await client.quit();
    });
    expect(live).toBeGreaterThan(RUNS / 4);
    expect(flushed).toEqual(undisturbed);
  }, 900_000);
});

/** What does not depend on when it happened. Attempts that were handed back cost none, so they count as little here as for the run. */
function essence({ status, output, error, steps, entries, def }: RunState): unknown {
  return { workflow: def.name, status, output, error: error?.name, entries, steps: steps.map(({ state, type, status: how, attempts }) => ({ state, type, how, attempts })) };
}
