import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Kafka, logLevel, type Admin, type Producer } from 'kafkajs';
import { describeWithServers, startKafkaCluster, type KafkaCluster } from '../index.ts';
import { waitUntil } from '../wait-until.ts';

const TOPIC = 'copied';

describeWithServers(['kafka'], 'a cluster of three Kafka nodes started on this machine', () => {
  let cluster: KafkaCluster;
  let admin: Admin;
  let producer: Producer;
  let startedInMs: number;
  beforeAll(async () => {
    const atMs = performance.now();
    cluster = await startKafkaCluster({ env: { ...process.env, BATON_KAFKA_BROKERS: undefined } });
    startedInMs = performance.now() - atMs;
    const client = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING, retry: { retries: 50, maxRetryTime: 500 } });
    admin = client.admin();
    producer = client.producer({ allowAutoTopicCreation: false });
    await Promise.all([admin.connect(), producer.connect()]);
  });
  afterAll(async () => {
    console.log(`Three nodes were up in ${(startedInMs / 1_000).toFixed(1)} s`);
    await Promise.all([producer.disconnect(), admin.disconnect()]);
    const directories = [...cluster.nodes.values()].map(({ dataDir }) => dataDir);
    await cluster.close();
    expect(directories.filter((directory) => existsSync(directory))).toEqual([]);
  });

  const partition = async () => (await admin.fetchTopicMetadata({ topics: [TOPIC] })).topics[0]!.partitions[0]!;
  const until = (what: string, reached: () => Promise<boolean>) => waitUntil(() => reached().catch(() => false), { deadlineMs: 60_000, onDeadline: () => new Error(`Waited in vain for ${what}`) });
  const append = async (value: string): Promise<number> => Number((await producer.send({ topic: TOPIC, acks: -1, messages: [{ value }] }))[0]!.baseOffset);

  it('has each topic on all of them, and goes on with another leader where one is killed', async () => {
    await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1 }], waitForLeaders: false });
    await until('the topic to be on all nodes', async () => (await partition()).isr.length === 3);
    expect(await append('before')).toBe(0);
    const { leader } = await partition();
    await cluster.nodes.get(leader)!.kill();
    expect(await append('meanwhile')).toBe(1);
    expect((await partition()).leader).not.toBe(leader);

    await cluster.nodes.get(leader)!.restart();
    await cluster.whole();
    await until('the node to follow again', async () => (await partition()).isr.length === 3);
    expect(await append('afterwards')).toBe(2);
  });
});
