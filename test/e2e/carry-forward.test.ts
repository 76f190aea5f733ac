/**
 * A broker whose history is kept for half a minute, and runs that wait longer than that: with the view wiped in between,
 * what was carried forward is all that is left of them. Servers of this file's own, since their settings differ.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithServers, startKafka, startRedis, type KafkaServer, type RedisServer } from '@baton/local';
import { connectTopicAdmin } from '@baton/topics';
import { Redis } from 'ioredis';
import { eventually } from './eventually.ts';
import type { Proc } from './processes.ts';
import { startSystem, type System } from './system.ts';

const RETENTION_MS = 24_000;

describeWithServers(['kafka', 'redis'], 'runs that outlive the history', () => {
  let kafka: KafkaServer;
  let redis: RedisServer;
  let system: System;
  beforeAll(async () => {
    const env = { ...process.env, BATON_KAFKA_BROKERS: undefined, BATON_REDIS_URL: undefined };
    [kafka, redis] = await Promise.all([startKafka({ env, settings: { 'log.retention.check.interval.ms': '1000', 'log.segment.delete.delay.ms': '500' } }), startRedis({ env })]);
    system = await startSystem({ kafkaBrokers: kafka.brokers, redisUrl: redis.url });
    const admin = await connectTopicAdmin({ brokers: kafka.brokers });
    await admin.configure(system.names.history, { 'retention.ms': String(RETENTION_MS), 'segment.ms': '1000' });
    await admin.close();
  });
  afterAll(async () => {
    await system?.close();
    await Promise.all([kafka?.close(), redis?.close()]);
  });

  const firsts = async (): Promise<readonly number[]> => Promise.all(Array.from({ length: system.kafka.partitions }, async (_, partition) => (await system.kafka.historyLog.bounds(partition)).first));

  /** Every partition begins beyond where it ended at `nexts`: what was written until then is gone. */
  const gone = (nexts: readonly number[]): Promise<boolean> => eventually(async () => (await firsts()).every((first, partition) => first >= nexts[partition]!), 'the beginning of the history to be gone', 90_000, system.said);

  const wiped = async (orchestrator: Proc): Promise<void> => {
    const client = new Redis(redis.url);
    await client.flushall();
    await client.quit();
    await eventually(async () => (await system.redis.runViews.missing()).length === 0, 'the view to be built again', 60_000, () => orchestrator.output().slice(-4_000));
  };

  it('end when they are due, after the view was wiped once and the checkpoints with it another time (F23, F64)', async () => {
    const [orchestrator] = await Promise.all([system.orchestrator(), system.worker()]);
    const runs = await system.startMany(12, 'patient');
    const startedMs = Date.now();
    await eventually(async () => (await Promise.all(runs.map((runId) => system.redis.runViews.get(runId)))).every((state) => state?.branches['0']?.phase === 'wait'), 'every run to wait');
    const ends = await Promise.all(Array.from({ length: system.kafka.partitions }, async (_, partition) => (await system.kafka.historyLog.bounds(partition)).next));
    await gone(ends);
    await wiped(orchestrator);
    expect(orchestrator.output()).toContain('the view was built from the checkpoint at');
    // A file in the place of the directory: no checkpoint can be read any more, and none written. One may be written right now.
    const checkpoints = join(system.directory, 'artifacts', 'checkpoints');
    const replaced = async (): Promise<boolean> => {
      await rm(checkpoints, { recursive: true, force: true });
      await writeFile(checkpoints, '', { flag: 'wx' });
      return true;
    };
    await eventually(() => replaced().catch(() => false), 'the checkpoints to be gone');
    await wiped(orchestrator);
    expect(orchestrator.output()).toContain('the view was built from what was carried forward from');
    const ended = await system.ended(runs, 120_000);
    expect(ended.map(({ status }) => status)).toEqual(runs.map(() => 'completed'));
    expect(Math.min(...ended.map(({ endedMs }) => endedMs!)) - startedMs).toBeGreaterThan(RETENTION_MS * 2);
    expect(system.ledger().filter(({ what }) => what === 'a')).toHaveLength(runs.length);
    expect(system.ledger().filter(({ what }) => what === 'c')).toHaveLength(runs.length);
  }, 600_000);
});
