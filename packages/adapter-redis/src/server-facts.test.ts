import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithServers, startRedis, type RedisServer } from '@baton/local';
import { eventually } from '@baton/testkit';
import { Redis } from 'ioredis';
import { readServerFacts } from './server-facts.ts';

const own = () => startRedis({ env: { ...process.env, BATON_REDIS_URL: undefined } });

describeWithServers(['redis'], 'facts of a Redis', () => {
  let server: RedisServer;
  let replica: RedisServer;
  let admin: Redis;
  beforeAll(async () => {
    [server, replica] = await Promise.all([own(), own()]);
    admin = new Redis(server.url);
  });
  afterAll(async () => {
    admin.disconnect();
    await Promise.all([server.close(), replica.close()]);
  });
  const facts = (url = server.url) => readServerFacts({ url, namespace: 'test' });

  it('tell version, policy, persistence and clock', async () => {
    await admin.config('SET', 'appendonly', 'no');
    expect(await facts()).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+/), policy: 'noeviction', appendOnly: false, role: 'master', replicas: [], open: true, usedBytes: expect.any(Number) });
    expect(Math.abs((await facts()).clockAheadMs)).toBeLessThan(60_000);
    await admin.config('SET', 'appendonly', 'yes');
    expect(await facts()).toMatchObject({ appendOnly: true });
  });

  it('are told where keys are evicted too, which a connection for work refuses', async () => {
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    expect(await facts()).toMatchObject({ policy: 'allkeys-lru' });
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
  });

  it('tell how far a replica is behind', async () => {
    const { hostname, port } = new URL(server.url);
    const other = new Redis(replica.url);
    await other.replicaof(hostname, Number(port));
    await eventually('the replica is in step', async () => (await facts()).replicas[0]?.state === 'online');
    expect((await facts()).replicas).toEqual([{ address: expect.stringContaining(':'), state: 'online', behindBytes: expect.any(Number) }]);
    await other.replicaof('NO', 'ONE');
    other.disconnect();
  });

  it('tell whether a password is asked for', async () => {
    await admin.config('SET', 'requirepass', 'not-a-secret');
    const withPassword = new URL(server.url);
    withPassword.password = 'not-a-secret';
    expect(await facts(withPassword.toString())).toMatchObject({ open: false });
    await admin.config('SET', 'requirepass', '');
    expect(await facts()).toMatchObject({ open: true });
  });
});
