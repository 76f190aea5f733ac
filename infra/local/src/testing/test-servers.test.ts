import { describe, expect, it, beforeAll, afterAll } from '@jest/globals';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { waitUntil } from '../wait-until.ts';
import { describeWithServers, testKafka, testNamespace, testServers, type ServerAddresses } from '../index.ts';

describe('testNamespace', () => {
  it('is another one for every caller', () => {
    expect(new Set(Array.from({ length: 100 }, testNamespace)).size).toBe(100);
  });
});

describeWithServers(['kafka', 'redis'], 'the servers of a test run', () => {
  let servers: ServerAddresses;
  let redis: Redis;
  beforeAll(async () => {
    servers = await testServers();
    redis = new Redis(servers.redisUrl);
  });
  afterAll(async () => {
    await redis.quit();
  });

  it('are the same ones for everybody who asks', async () => {
    expect(await testKafka()).toEqual({ kafkaBrokers: servers.kafkaBrokers });
  });

  it('take topics and keys under a namespace of the test', async () => {
    const namespace = testNamespace();
    const admin = new Kafka({ brokers: [...servers.kafkaBrokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: `baton.${namespace}.inbox.v1`, numPartitions: 2 }], waitForLeaders: false });
    // The controller knows the topic at once, the broker a moment later.
    const listed = async (): Promise<boolean> => (await admin.listTopics()).includes(`baton.${namespace}.inbox.v1`);
    await waitUntil(listed, { deadlineMs: 60_000, onDeadline: () => new Error('The topic was not made.') });
    await admin.disconnect();
    await redis.set(`${namespace}:key`, 'value');
    expect(await redis.get(`${namespace}:key`)).toBe('value');
  });
});
