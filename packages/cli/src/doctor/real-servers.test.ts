/** What the doctor finds on real servers that nobody works with, and on some that were spoilt. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connectRedis, type RedisPorts } from '@baton/adapter-redis';
import { connectTopicAdmin } from '@baton/adapter-kafka';
import { topicNames, topicPlan } from '@baton/contracts';
import { describeWithServers, startRedis, testKafka, testNamespace, type RedisServer } from '@baton/local';
import { Kafka, logLevel } from 'kafkajs';
import { Redis } from 'ioredis';
import { baton } from '../testing.ts';
import type { Finding } from './finding.ts';

describeWithServers(['kafka', 'redis'], 'the doctor', () => {
  const namespace = testNamespace();
  const names = topicNames(namespace);
  let env: Record<string, string>;
  /** Its own: on one that evicts keys, for a moment, nobody else of the run could connect. */
  let server: RedisServer;
  let redis: RedisPorts;
  let kafka: Kafka;
  let raw: Redis;
  beforeAll(async () => {
    const [{ kafkaBrokers }, started] = await Promise.all([testKafka(), startRedis({ env: { ...process.env, BATON_REDIS_URL: undefined } })]);
    server = started;
    env = { BATON_KAFKA_BROKERS: kafkaBrokers.join(','), BATON_REDIS_URL: server.url, BATON_NAMESPACE: namespace, BATON_PARTITIONS: '2', BATON_REPLICATION_FACTOR: '1', BATON_SERVICES: 'a-service', BATON_URL: 'http://127.0.0.1:9' };
    const admin = await connectTopicAdmin({ brokers: kafkaBrokers });
    await admin.create(topicPlan({ namespace, partitions: 2, replicationFactor: 1, services: ['a-service'] }));
    await admin.close();
    redis = await connectRedis({ url: server.url, namespace, partitions: 2 });
    raw = new Redis(server.url);
    kafka = new Kafka({ brokers: [...kafkaBrokers], logLevel: logLevel.NOTHING });
  });
  afterAll(async () => {
    raw?.disconnect();
    await redis?.close();
    await server?.close();
  });

  const findings = async (): Promise<readonly Finding[]> => (JSON.parse((await baton(['doctor', '--json'], { env })).stdout) as { findings: Finding[] }).findings;
  const named = async (what: string): Promise<readonly Finding[]> => (await findings()).filter((finding) => finding.what === what);
  const write = async (topic: string, timestamp?: number): Promise<void> => {
    const producer = kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    await producer.send({ topic, messages: [{ partition: 0, key: 'k', value: '{}', ...(timestamp !== undefined && { timestamp: String(timestamp) }) }] });
    await producer.disconnect();
  };

  it('looks at brokers, rights, groups, Redis and lanes, and gives the mending of each that is not well', async () => {
    const found = await findings();
    const states = Object.fromEntries(found.map(({ what, state }) => [what, state]));
    expect(states).toMatchObject({ Kafka: 'ok', topics: 'ok', 'topic creation': 'ok', brokers: 'warn', rights: 'warn', orchestrators: 'fail', 'step service': 'warn', Redis: 'ok', 'Redis eviction': 'ok', 'Redis access': 'warn', 'Redis clock': 'ok', lanes: 'ok', 'dead letters': 'ok' });
    expect(found.find(({ what }) => what === 'rights')?.detail).toContain('no authorizer');
    for (const { state, mend } of found) expect([state, mend !== undefined]).toEqual([state, state !== 'ok']);
  });

  it('finds a group that nobody needs, and how to remove it', async () => {
    const groupId = `baton.${namespace}.steps.gone`;
    const admin = kafka.admin();
    await admin.connect();
    await admin.setOffsets({ groupId, topic: names.lifecycle, partitions: [{ partition: 0, offset: '0' }] });
    await admin.disconnect();
    expect(await named('orphan group')).toEqual([{ what: 'orphan group', state: 'warn', detail: expect.stringContaining(groupId), mend: expect.stringContaining(`--delete --group ${groupId}`) }]);
  });

  it('finds an inbox that nobody takes from, and dead letters', async () => {
    // As the record of a moment ago looks two minutes later: the broker would stamp it with the moment.
    const admin = await connectTopicAdmin({ brokers: env['BATON_KAFKA_BROKERS']!.split(',') });
    await admin.configure(names.inbox, { 'message.timestamp.type': 'CreateTime' });
    await admin.close();
    await write(names.inbox, Date.now() - 120_000);
    await write(names.deadLetters);
    expect(await named('lane 0')).toEqual([{ what: 'lane 0', state: 'fail', detail: expect.stringMatching(/^the inbox has a record that nobody has taken for 2 min/), mend: expect.stringContaining('/readyz') }]);
    expect(await named('dead letters')).toMatchObject([{ state: 'warn', detail: '1 within the last hour', mend: expect.stringContaining('baton dlq list') }]);
  });

  it('finds a view that is ahead of a history that was cut, and an inbox that was made again', async () => {
    await redis.stateIndex.claim(0, { epoch: 40, histOff: 40, inboxOff: 0, disp: -1, over: 'reset' });
    expect(await named('lane 0')).toMatchObject([{ state: 'fail', detail: expect.stringContaining('diverged: the view is at history offset 40'), mend: expect.stringContaining('baton rebuild --partition 0') }]);
    await write(names.history);
    await redis.drop(0);
    await redis.stateIndex.claim(0, { epoch: 0, histOff: 0, inboxOff: 77, disp: -1, over: 'reset' });
    expect(await named('lane 0')).toMatchObject([{ state: 'fail', detail: expect.stringContaining('consumed the inbox up to 77'), mend: 'Restore the inbox from a backup; where there is none: baton mend inbox --partition 0' }]);
  });

  it('finds runs that were not carried forward for half of the time that the history is kept', async () => {
    await redis.drop(0);
    await redis.stateIndex.claim(0, { epoch: 0, histOff: 0, inboxOff: 0, disp: -1, carriedMs: Date.now() - 20 * 86_400_000, over: 'reset' });
    expect(await named('lane 0')).toMatchObject([{ state: 'fail', detail: expect.stringMatching(/^its runs were last carried forward 480 h .* ago, and the history is kept for 720 h/), mend: expect.stringContaining('carry-overdue') }]);
  });

  it('finds a Redis that evicts keys, which others only refuse', async () => {
    await raw.config('SET', 'maxmemory-policy', 'allkeys-lru');
    try {
      expect(await named('Redis eviction')).toMatchObject([{ state: 'fail', mend: expect.stringContaining('CONFIG SET maxmemory-policy noeviction') }]);
    } finally {
      await raw.config('SET', 'maxmemory-policy', 'noeviction');
    }
  });
});
