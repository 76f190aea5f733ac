/**
 * The servers of one test run, kept by the process that runs it. Nothing is started until a test asks: the first request
 * for Kafka starts Kafka, every other gets the same one. Workers come and go, the run's own process stays, so it owns them.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka } from '../kafka/start-kafka.ts';
import type { KafkaServer } from '../kafka/start-node.ts';
import { startRedis, type RedisServer } from '../redis/start-redis.ts';
import { brokersOf } from '../servers.ts';

/** Tells the workers where to ask. */
export const hostVariable = 'BATON_TEST_SERVERS';

export interface TestServersHost {
  readonly socketPath: string;
  close(): Promise<void>;
}

export async function hostTestServers(): Promise<TestServersHost> {
  const dir = await mkdtemp(join(tmpdir(), 'baton-tests-'));
  const socketPath = join(dir, 'servers.sock');
  const running: { kafka?: Promise<KafkaServer>; redis?: Promise<RedisServer> } = {};

  async function addressOf(server: string): Promise<unknown> {
    switch (server) {
      case '/kafka':
        return { kafkaBrokers: brokersOf(process.env) ?? (await (running.kafka ??= startKafka())).brokers };
      case '/redis':
        return { redisUrl: process.env['BATON_REDIS_URL'] || (await (running.redis ??= startRedis())).url };
      default:
        throw new Error(`No server is called ${server}.`);
    }
  }
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      response.end(JSON.stringify(await addressOf(request.url ?? '')));
    } catch (error) {
      response.statusCode = 500;
      response.end(JSON.stringify({ error: (error as Error).message }));
    }
  }
  const http = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(socketPath, resolve);
  });
  http.unref();
  return {
    socketPath,
    async close() {
      http.close();
      http.closeAllConnections();
      const started = await Promise.allSettled([running.kafka, running.redis]);
      await Promise.all(started.map(async (one) => (one.status === 'fulfilled' ? one.value?.close() : undefined)));
      await rm(dir, { recursive: true, force: true });
    },
  };
}
