/** A primary and a replica behind proxies: one for each process, and one on the way of replication. */
import { startRedis, type RedisServer } from '@baton/local';
import { Redis } from 'ioredis';
import { eventually } from '../e2e/eventually.ts';
import { openProxy, type Proxy } from './proxy.ts';

export interface ProxiedRedis {
  /** By process. */
  readonly links: ReadonlyMap<string, Proxy>;
  urlOf(role: string): string;
  /** Past every proxy, at the primary of the moment. */
  readonly url: string;
  /** Ends the primary at once. */
  kill(): Promise<void>;
  /** Starts the primary again on what it had written to its append-only file. */
  restart(): Promise<void>;
  flush(): Promise<void>;
  /** Nothing reaches the replica any more. */
  holdReplication(): void;
  /** Makes the replica, as far as it has come, the primary for everybody; the old one becomes its replica. */
  promote(): Promise<void>;
  /** Both run, and nothing holds up replication. */
  restore(): Promise<void>;
  /** The replica has everything. */
  inStep(): Promise<void>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const IN_STEP_WITHIN_MS = 60_000;
const START_WITHIN_MS = 120_000;

export async function startProxiedRedis(roles: readonly string[], nextPort: () => Promise<number>): Promise<ProxiedRedis> {
  const env = { ...process.env, BATON_REDIS_URL: undefined };
  let primary = await startRedis({ env, port: await nextPort(), startDeadlineMs: START_WITHIN_MS });
  let replica = await startRedis({ env, port: await nextPort(), startDeadlineMs: START_WITHIN_MS, settings: { 'repl-diskless-sync-delay': '0' } });
  const linkTo = async (server: RedisServer): Promise<Proxy> => openProxy({ port: await nextPort(), target: { host: HOST, port: server.port } });
  const links = new Map<string, Proxy>();
  for (const role of roles) links.set(role, await linkTo(primary));
  const replication = await linkTo(primary);

  /** A connection for one question: the server may have been another one a moment ago. */
  async function ask<T>(server: RedisServer, question: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(server.url, { lazyConnect: true, maxRetriesPerRequest: 1, connectTimeout: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await question(client);
    } finally {
      client.disconnect();
    }
  }
  const follow = (): Promise<unknown> => ask(replica, (client) => client.replicaof(HOST, replication.port));

  const redis: ProxiedRedis = {
    links,
    urlOf: (role) => `redis://${HOST}:${links.get(role)!.port}`,
    get url() {
      return primary.url;
    },
    kill: () => primary.kill('SIGKILL'),
    restart: () => primary.restart(),
    async flush() {
      await ask(primary, (client) => client.flushall());
    },
    holdReplication: () => replication.blackHole(),
    async promote() {
      await ask(replica, (client) => client.call('REPLICAOF', 'NO', 'ONE'));
      [primary, replica] = [replica, primary];
      for (const link of links.values()) link.repoint({ host: HOST, port: primary.port });
      replication.mend();
      replication.repoint({ host: HOST, port: primary.port });
      await follow();
    },
    async restore() {
      replication.mend();
      for (const server of [primary, replica]) if (server.pid === undefined) await server.restart();
      await follow();
    },
    async inStep() {
      await eventually(
        () =>
          ask(replica, async (client) => {
            const info = await client.info('replication');
            return info.includes('role:slave') && info.includes('master_link_status:up') && info.includes('master_sync_in_progress:0');
          }).catch(() => false),
        'the replica to be in step',
        IN_STEP_WITHIN_MS,
      );
    },
    async close() {
      await Promise.all([...links.values(), replication].map((link) => link.close()));
      await Promise.all([primary.close(), replica.close()]);
    },
  };
  await follow();
  await redis.inStep();
  return redis;
}
