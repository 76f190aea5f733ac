import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { describeWithServers, LocalServerError, startKafka, type KafkaServer } from '../index.ts';
import { processBirth } from '../launcher/process-birth.ts';
import { waitUntil } from '../wait-until.ts';
import { isKafkaCached } from './jar-cache.ts';

const own = { env: { ...process.env, BATON_KAFKA_BROKERS: undefined } };

function client(server: KafkaServer): Kafka {
  return new Kafka({ brokers: [...server.brokers], logLevel: logLevel.NOTHING });
}

async function createTopic(server: KafkaServer, topic: string): Promise<void> {
  const admin = client(server).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: false });
  // The controller knows the topic at once, the broker a moment later; kafkajs's own wait gives up on that moment.
  const led = (): Promise<boolean> => admin.fetchTopicMetadata({ topics: [topic] }).then(({ topics }) => topics[0]!.partitions.every(({ leader }) => leader >= 0), () => false);
  await waitUntil(led, { deadlineMs: 60_000, onDeadline: () => new Error(`The topic ${topic} got no leader.`) });
  await admin.disconnect();
}

async function publish(server: KafkaServer, topic: string, value: string): Promise<void> {
  const producer = client(server).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  await producer.send({ topic, messages: [{ value }], acks: -1 });
  await producer.disconnect();
}

/** Reads from the beginning until `count` records have come. */
async function read(server: KafkaServer, topic: string, count: number): Promise<string[]> {
  const consumer = client(server).consumer({ groupId: `reader-${Math.random()}`, allowAutoTopicCreation: false });
  const values: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: async ({ message }) => {
          values.push(message.value?.toString() ?? '');
          if (values.length >= count) resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return values;
}

describeWithServers(['kafka'], 'a Kafka started on this machine', () => {
  let kafka: KafkaServer;
  let startedInMs: number;
  beforeAll(async () => {
    // The one-time download is not part of a start.
    if (!isKafkaCached(process.env)) await (await startKafka(own)).close();
    const atMs = performance.now();
    kafka = await startKafka(own);
    startedInMs = performance.now() - atMs;
    await createTopic(kafka, 'kept');
  }, 600_000);
  afterAll(async () => {
    console.log(`Kafka was up in ${(startedInMs / 1000).toFixed(1)} s`);
    await kafka.close();
    expect(existsSync(kafka.dataDir)).toBe(false);
  });

  it('takes and gives back records', async () => {
    await publish(kafka, 'kept', 'first');
    expect(await read(kafka, 'kept', 1)).toEqual(['first']);
  });

  it('makes no topic by itself (F39)', async () => {
    const admin = client(kafka).admin();
    await admin.connect();
    await expect(admin.fetchTopicMetadata({ topics: ['misspelled'] })).rejects.toThrow(/does not host this topic-partition/);
    await admin.disconnect();
  });

  it('goes on with its data and its port after an orderly restart', async () => {
    const { port, pid } = kafka;
    await kafka.restart();
    expect(kafka.port).toBe(port);
    expect(kafka.pid).not.toBe(pid);
    await publish(kafka, 'kept', 'second');
    expect(await read(kafka, 'kept', 2)).toEqual(['first', 'second']);
  });

  it('goes on with its data after SIGKILL', async () => {
    const pid = kafka.pid!;
    await kafka.kill();
    expect(processBirth(pid)).toBeUndefined();
    expect(kafka.pid).toBeUndefined();
    await kafka.restart();
    expect(await read(kafka, 'kept', 2)).toEqual(['first', 'second']);
  });

  it('stops when told twice, and also while it is suspended', async () => {
    await kafka.kill('SIGSTOP');
    await kafka.stop();
    await kafka.stop();
    expect(kafka.pid).toBeUndefined();
    await kafka.restart();
    expect(kafka.pid).toBeDefined();
  });

  it('runs beside another one that shares nothing with it', async () => {
    await using other = await startKafka(own);
    expect(other.port).not.toBe(kafka.port);
    await createTopic(other, 'elsewhere');
    const admin = client(kafka).admin();
    await admin.connect();
    expect(await admin.listTopics()).not.toContain('elsewhere');
    await admin.disconnect();
  });

  it('refuses a port that is taken and names the option', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));
    const { port } = squatter.address() as { port: number };
    await expect(startKafka({ ...own, port })).rejects.toMatchObject({ code: 'port_taken', message: expect.stringContaining('--kafka-port') });
    squatter.close();
  });

  it('keeps a data directory that was given, and opens it again', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'baton-kept-'));
    const first = await startKafka({ ...own, dataDir });
    await createTopic(first, 'stays');
    await publish(first, 'stays', 'here');
    await first.close();
    await using second = await startKafka({ ...own, dataDir });
    expect(await read(second, 'stays', 1)).toEqual(['here']);
    await second.close();
    await rm(dataDir, { recursive: true });
  });

  it('says what the broker said when it does not come up, and leaves nothing behind', async () => {
    const failure = startKafka({ ...own, settings: { 'num.io.threads': '-1' } });
    await expect(failure).rejects.toThrow(LocalServerError);
    await expect(failure).rejects.toThrow(/num\.io\.threads/);
  });
});
