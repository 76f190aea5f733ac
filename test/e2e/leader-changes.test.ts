/** Partitions whose leader becomes another broker, on a cluster of three: killed, or moved while every broker runs. */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { describeWithServers, startKafkaCluster, testRedis, type KafkaCluster } from '@baton/local';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { eventually } from './eventually.ts';
import { startSystem, type System } from './system.ts';

const COPIES = 3;
/** Kafka's own: a group's coordinator is the leader of one of its partitions. */
const OFFSETS = '__consumer_offsets';
const ENDED_WITHIN_MS = 60_000;
const spread = (index: number) => ({ ms: 100 + (index % 30) * 100 });

describeWithServers(['kafka', 'redis'], 'leaders of partitions', () => {
  let cluster: KafkaCluster;
  let admin: Admin;
  let system: System;
  beforeAll(async () => {
    // What is first in the order of its copies becomes the leader within a second, so a new order moves it.
    const settings = { 'leader.imbalance.check.interval.seconds': '1' };
    const [started, { redisUrl }] = await Promise.all([startKafkaCluster({ nodes: COPIES, settings, env: { ...process.env, BATON_KAFKA_BROKERS: undefined } }), testRedis()]);
    cluster = started;
    admin = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING, retry: { retries: 50, maxRetryTime: 500 } }).admin();
    await admin.connect();
    system = await startSystem({ kafkaBrokers: cluster.brokers, redisUrl }, { replicationFactor: COPIES });
    await Promise.all([system.orchestrator(), system.orchestrator(), system.worker(), system.worker()]);
  }, 300_000);
  afterEach(async () => {
    for (const node of cluster.nodes.values()) if (node.pid === undefined) await node.restart();
  }, 90_000);
  afterAll(async () => {
    await admin?.disconnect().catch(() => undefined);
    await system?.close();
    await cluster?.close();
  }, 60_000);

  /** Leaders by topic and partition, of everything that a run depends on. */
  const leaders = async (): Promise<ReadonlyMap<string, { readonly leader: number; readonly isr: number }>> => {
    const { names } = system;
    const { topics } = await admin.fetchTopicMetadata({ topics: [names.inbox, names.history, names.lifecycle, names.command('e2e'), OFFSETS] });
    return new Map(topics.flatMap(({ name, partitions }) => partitions.map(({ partitionId, leader, isr }) => [`${name}/${partitionId}`, { leader, isr: isr.length }] as const)));
  };
  const completed = (): number => system.wire.lifecycle().filter(({ type }) => type === 'baton.run.completed').length;
  /** Some have ended, and not all. */
  const underWay = async (before: number, started: number): Promise<void> => {
    await eventually(() => completed() - before >= 3, 'the first runs to end', 60_000, system.said);
    expect(completed() - before).toBeLessThan(started);
  };
  const allCompleted = async (runIds: readonly string[]): Promise<void> => {
    const runs = await system.ended(runIds, ENDED_WITHIN_MS);
    expect(runs.filter(({ status }) => status !== 'completed')).toEqual([]);
  };

  it('that are killed with their broker leave the partitions to others: every run ends while it is away, none is lost or doubled (F34)', async () => {
    const before = completed();
    const runIds = [...(await system.startMany(60, 'journey', spread)), ...(await system.startMany(2, 'long_one', () => ({ ms: 8_000 })))];
    await underWay(before, runIds.length);
    const { leader: killed } = (await leaders()).get(`${system.names.history}/0`)!;
    await cluster.nodes.get(killed)!.kill();
    runIds.push(...(await system.startMany(20, 'journey', spread)));
    await allCompleted(runIds);
    expect([...(await leaders())].filter(([, { leader }]) => leader === killed || leader < 0)).toEqual([]);
    expect(cluster.nodes.get(killed)!.pid).toBeUndefined();

    await cluster.nodes.get(killed)!.restart();
    await eventually(async () => [...(await leaders()).values()].every(({ isr }) => isr === COPIES), 'the broker to follow the others again');
    await system.expectSound({ executions: 1, republished: true });
  }, 180_000);

  it('that move from broker to broker while all of them run, three times over, cost nothing: none is lost, and no result is taken twice (F34)', async () => {
    const before = completed();
    const runIds = [...(await system.startMany(40, 'journey', spread)), ...(await system.startMany(2, 'long_one', () => ({ ms: 8_000 })))];
    await underWay(before, runIds.length);
    for (let round = 1; round <= 3; round++) {
      const from = await leaders();
      await moveAll(from);
      await eventually(async () => [...(await leaders())].every(([place, { leader }]) => leader === next(from.get(place)!.leader)), `every leader to have moved, round ${round}`);
      runIds.push(...(await system.startMany(20, 'journey', spread)));
    }
    await allCompleted(runIds);
    // The group's own coordinator moves, too: what a worker has done and could not note in time is given to another one, once more.
    await system.expectSound({ executions: 2, republished: true });
  }, 180_000);

  const next = (broker: number): number => (broker % COPIES) + 1;
  async function moveAll(from: ReadonlyMap<string, { readonly leader: number }>): Promise<void> {
    const topics = new Map<string, { partition: number; replicas: number[] }[]>();
    for (const [place, { leader }] of from) {
      const [topic = '', partition] = place.split('/');
      const replicas = [next(leader), next(next(leader)), leader];
      topics.set(topic, [...(topics.get(topic) ?? []), { partition: Number(partition), replicas }]);
    }
    await admin.alterPartitionReassignments({ topics: [...topics].map(([topic, partitionAssignment]) => ({ topic, partitionAssignment })) });
  }
});
