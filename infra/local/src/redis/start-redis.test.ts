import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { describeWithServers, startRedis, type RedisServer } from '../index.ts';

const own = { env: { ...process.env, BATON_REDIS_URL: undefined } };

async function withClient<T>(server: RedisServer, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(server.url, { lazyConnect: true });
  redis.on('error', () => undefined);
  await redis.connect();
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

describeWithServers(['redis'], 'a Redis started on this machine', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis(own);
  });
  afterAll(async () => {
    await server.close();
    expect(existsSync(server.dataDir)).toBe(false);
  });

  it('keeps everything and evicts nothing', async () => {
    await withClient(server, async (redis) => {
      expect(await redis.config('GET', 'appendonly')).toEqual(['appendonly', 'yes']);
      expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    });
  });

  it('has its data after a restart and after SIGKILL', async () => {
    await withClient(server, (redis) => redis.set('a', '1'));
    await server.restart();
    await withClient(server, (redis) => redis.set('b', '2'));
    await server.kill();
    expect(server.pid).toBeUndefined();
    await server.restart();
    expect(await withClient(server, (redis) => redis.mget('a', 'b'))).toEqual(['1', '2']);
  });

  it('refuses a port that is taken and names the option', async () => {
    await expect(startRedis({ ...own, port: server.port })).rejects.toMatchObject({ code: 'port_taken', message: expect.stringContaining('--redis-port') });
  });

  it('takes settings of the caller', async () => {
    await using small = await startRedis({ ...own, settings: { maxmemory: '5mb' } });
    expect(await withClient(small, (redis) => redis.config('GET', 'maxmemory'))).toEqual(['maxmemory', '5242880']);
  });

  it('says what redis-server said when it does not come up', async () => {
    await expect(startRedis({ ...own, settings: { 'no-such-setting': '1' } })).rejects.toThrow(/no-such-setting/);
  });
});
