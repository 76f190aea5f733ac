/** A Redis that is slow, silent, full, replaced by an older copy, or has forgotten jobs and scripts, under a running system. A server of this file's own, behind a relay. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithServers, freePort, startRedis, testKafka, type RedisServer } from '@baton/local';
import { Redis } from 'ioredis';
import { openProxy, type Proxy } from '../chaos/proxy.ts';
import { eventually } from './eventually.ts';
import type { Proc } from './processes.ts';
import { startSystem, type System } from './system.ts';

const env = { ...process.env, BATON_REDIS_URL: undefined };

describeWithServers(['kafka', 'redis'], 'a Redis in trouble', () => {
  let redis: RedisServer;
  let replica: RedisServer | undefined;
  let admin: Redis;
  let proxy: Proxy;
  let system: System;
  let orchestrator: Proc;
  beforeAll(async () => {
    const [{ kafkaBrokers }, started] = await Promise.all([testKafka(), startRedis({ env })]);
    redis = started;
    admin = new Redis(redis.url);
    proxy = await openProxy({ port: await freePort(), target: { host: '127.0.0.1', port: redis.port } });
    system = await startSystem({ kafkaBrokers, redisUrl: `redis://127.0.0.1:${proxy.port}` });
    [orchestrator] = await Promise.all([system.orchestrator(), system.worker()]);
  });
  afterAll(async () => {
    admin?.disconnect();
    await system?.close();
    await proxy?.close();
    await Promise.all([redis?.close(), replica?.close()]);
  });

  const alive = async (): Promise<number> => (await fetch(`http://127.0.0.1:${orchestrator.port}/livez`, { signal: AbortSignal.timeout(30_000) })).status;
  const allCompleted = async (runIds: readonly string[]): Promise<void> => {
    const runs = await system.ended(runIds, 90_000);
    expect(runs.filter(({ status }) => status !== 'completed')).toEqual([]);
  };
  const said = (words: string, from: number) => eventually(() => orchestrator.output().slice(from).includes(words), `the orchestrator to say "${words}"`, 60_000, () => orchestrator.output().slice(-3_000));

  it('that answers half a second late, then not at all for ten seconds, makes runs late and costs nothing else (F29)', async () => {
    proxy.slow(500);
    const slow = await system.startMany(4, 'needs_name', () => ({ name: 'slow' }));
    await allCompleted(slow);
    proxy.blackHole();
    const beganMs = Date.now();
    const dark = await system.startMany(8, 'three');
    // The door takes starts without asking Redis for longer than its own deadline.
    expect(Date.now() - beganMs).toBeLessThan(30_000);
    await eventually(() => Date.now() - beganMs > 10_000, 'ten seconds');
    expect(await alive()).toBe(200);
    proxy.mend();
    await allCompleted(dark);
    await system.expectSound({ executions: 1 });
  });

  it('that is out of memory holds the lanes up; they go on by themselves when there is room (F25)', async () => {
    const from = orchestrator.output().length;
    await admin.config('SET', 'maxmemory', '1mb');
    let runIds: readonly string[];
    try {
      runIds = await system.startMany(8, 'three');
      await said('out of memory', from);
      expect(await alive()).toBe(200);
    } finally {
      await admin.config('SET', 'maxmemory', '0');
    }
    await allCompleted(runIds);
    await system.expectSound({ executions: 1 });
  });

  it('that loses every job and every script while runs wait is made up for by the sweeper: late by seconds, never early (F31, F57)', async () => {
    const runIds = await system.startMany(10, 'journey', () => ({ ms: 100 }));
    const waiting = (): boolean => runIds.some((runId) => !system.wire.lifecycle().some(({ subject, type }) => subject === runId && type === 'baton.run.completed'));
    await eventually(async () => {
      const jobs = (await admin.keys(`*${system.namespace}*`)).filter((key) => !key.startsWith('{b:'));
      if (jobs.length > 0) await admin.del(...jobs);
      await admin.script('FLUSH');
      return !waiting();
    }, 'the runs to end although their jobs are gone', 60_000, system.said);
    await allCompleted(runIds);
    const sweeps = system.wire.records(system.names.inbox).filter(({ key, value }) => runIds.includes(key ?? '') && /"by":"sweeper"/.test(String(value)));
    expect(sweeps.length).toBeGreaterThan(0);
    for (const runId of runIds) {
      const [one, two] = system.ledger().filter((entry) => entry.runId === runId && entry.what === 'flaky');
      expect(two!.atMs - one!.atMs).toBeGreaterThanOrEqual(1_150);
      expect(two!.atMs - one!.atMs).toBeLessThan(30_000);
    }
    await system.expectSound({ executions: 1 });
  });

  it('that is replaced by a replica which lags and is not promoted yet: nothing is taken from it as it is, and the tail is replayed (F27, F28)', async () => {
    replica = await startRedis({ env, settings: { replicaof: `127.0.0.1 ${redis.port}` } });
    const copy = new Redis(replica.url);
    await eventually(async () => (await copy.info('replication')).includes('master_link_status:up'), 'the replica to be in step');
    // From here on it hears nothing any more: what is acknowledged now will be missing.
    await copy.replicaof('127.0.0.1', 1);
    const runIds = await system.startMany(12, 'journey', () => ({ ms: 1_000 }));
    await eventually(() => runIds.every((runId) => system.ledger().some((entry) => entry.runId === runId && entry.what === 'short')), 'the runs to be under way');
    await eventually(async () => (await Promise.all(runIds.map((runId) => system.redis.runViews.get(runId)))).every((state) => (state?.seq ?? 0) > 1), 'the view to have them');
    const from = orchestrator.output().length;
    proxy.repoint({ host: '127.0.0.1', port: replica.port });
    await said('READONLY', from);
    await copy.call('REPLICAOF', 'NO', 'ONE');
    copy.disconnect();
    await allCompleted(runIds);
    await system.expectSound({ executions: 1 });
  });
});
