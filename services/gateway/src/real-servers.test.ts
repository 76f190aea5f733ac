/** The gateway as a process of its own, on a real Kafka and a real Redis. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connectKafka, type KafkaPorts } from '@baton/adapter-kafka';
import { idempotencyKeyOfEvent, readInboxMessage, runIdForKey, topicNames, writeBinary, type InboxMessage } from '@baton/contracts';
import { describeWithServers, freePort, startRedis, testKafka, testNamespace, type RedisServer } from '@baton/local';
import { applyTopics, connectTopicAdmin } from '@baton/topics';
import { Kafka } from 'kafkajs';
import { echoRecords, until } from './testing/small-system.ts';

const main = join(import.meta.dirname, 'main.ts');

describeWithServers(['kafka', 'redis'], 'the gateway on Kafka and Redis', () => {
  const namespace = testNamespace();
  let brokers: readonly string[];
  let kafka: KafkaPorts;
  let redis: RedisServer;
  let redisPort: number;
  let folder: string;
  let gateway: ChildProcess;
  let url: string;
  let log = '';
  const inbox: InboxMessage[] = [];
  let watching: { disconnect(): Promise<void> };

  beforeAll(async () => {
    brokers = (await testKafka()).kafkaBrokers;
    redisPort = await freePort();
    redis = await startRedis({ port: redisPort });
    folder = await mkdtemp(join(tmpdir(), 'baton-gateway-'));
    const admin = await connectTopicAdmin({ brokers });
    await applyTopics(admin, { namespace, partitions: 3, replicationFactor: 1, services: ['test-service'] });
    await admin.close();
    kafka = await connectKafka({ brokers, clientId: 'test', namespace });
    await kafka.definitions.publish(echoRecords());
    const consumer = new Kafka({ brokers: [...brokers], logLevel: 0 }).consumer({ groupId: `${namespace}-test` });
    await consumer.subscribe({ topic: topicNames(namespace).inbox, fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void inbox.push(readInboxMessage(message.value!)) });
    watching = consumer;
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    gateway = spawn(process.execPath, [main], {
      env: { PATH: process.env['PATH'], BATON_NAMESPACE: namespace, BATON_PARTITIONS: '3', BATON_KAFKA_BROKERS: brokers.join(','), BATON_REDIS_URL: `redis://127.0.0.1:${redisPort}`, BATON_BLOB_DIR: folder, BATON_HTTP_PORT: String(port), OTEL_SDK_DISABLED: 'true' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [gateway.stdout!, gateway.stderr!]) stream.on('data', (piece: Buffer) => (log += piece.toString()));
    await until(async () => gateway.exitCode !== null || (await call('/readyz').catch(() => undefined))?.status === 200, 'the gateway');
    if (gateway.exitCode !== null) throw new Error(`The gateway ended with ${gateway.exitCode}:\n${log}`);
  });

  afterAll(async () => {
    gateway?.kill('SIGKILL');
    await watching?.disconnect();
    await kafka?.close();
    await redis?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const call = async (path: string, init?: RequestInit): Promise<{ status: number; body: any }> => {
    const response = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(20_000) });
    return { status: response.status, body: await response.json() };
  };
  const start = (input: object, key?: string) => call('/v1/runs', { method: 'POST', headers: { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) }, body: JSON.stringify({ workflow: 'echo', input }) });
  const startedIn = (runId: string) => until(() => inbox.find((message) => message.runId === runId && message.type === 'start'), `the start of ${runId}`);

  it('answers a start once it is on the inbox, and knows a key that was used with another input', async () => {
    const { status, body } = await start({ text: 'real' }, 'k1');
    expect(status).toBe(202);
    expect(await startedIn(body.runId)).toMatchObject({ type: 'start', body: { input: { text: 'real' }, via: 'api' } });
    expect((await start({ text: 'other' }, 'k1')).body).toMatchObject({ code: 'idempotency_conflict' });
  });

  it('turns request events into starts, and what cannot be one into a dead letter that can be replayed', async () => {
    const event = { specversion: '1.0' as const, id: 'e1', source: '/real', type: 'baton.run.requested', data: { workflow: 'echo', input: { text: 'event' } } };
    await kafka.requestSender.publish({ key: 'e1', ...writeBinary(event) });
    await startedIn(runIdForKey('echo', idempotencyKeyOfEvent('/real', 'e1')));
    await kafka.requestSender.publish({ key: 'e2', ...writeBinary({ ...event, id: 'e2', data: { workflow: 'echo', input: { text: 7 } } }) });
    const [letter] = await until(async () => {
      const { body } = await call('/v1/dead-letters');
      return body.deadLetters?.length > 0 && body.deadLetters;
    }, 'the dead letter');
    expect(letter).toMatchObject({ reason: 'invalid_input', workflow: 'echo' });
    const replay = () => call(`/v1/dead-letters/${encodeURIComponent(letter.id)}/replay`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ value: { workflow: 'echo', input: { text: 'fixed' } } }) });
    expect((await replay()).body).toMatchObject({ sent: true });
    expect(await startedIn(runIdForKey('echo', idempotencyKeyOfEvent('/real', 'e2')))).toMatchObject({ body: { input: { text: 'fixed' } } });
    expect((await replay()).body).toMatchObject({ sent: false });
  });

  it('accepts starts while Redis is away, says so of reads, and comes back with it', async () => {
    await redis.stop();
    const { status, body } = await start({ text: 'without Redis' });
    expect(status).toBe(202);
    await startedIn(body.runId);
    expect(await call('/v1/runs')).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(await call('/readyz')).toMatchObject({ status: 200, body: { status: 'degraded', checks: { kafka: { ok: true }, redis: { ok: false } } } });
    redis = await startRedis({ port: redisPort });
    // Empty, and no orchestrator is here to fill it.
    await until(async () => (await call('/v1/runs')).body.code === 'rebuilding', 'Redis');
    // The letters are in their topic and come back by themselves.
    await until(async () => (await call('/v1/dead-letters')).body.deadLetters?.length > 0, 'the dead letters');
  });

  it('stops in order when it is told to', async () => {
    const ended = new Promise<number | null>((resolve) => gateway.on('exit', resolve));
    gateway.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(log).not.toMatch(/TimeoutNegativeWarning|unhandled/i);
    for (const line of log.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
    expect(log).not.toContain('without Redis');
  });
});
