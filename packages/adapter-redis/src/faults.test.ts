/** The view while its Redis is wiped, full, gone, silent, read-only or set up wrongly. A server of its own, since it is broken on purpose. */
import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { OperatingError, type RunId, type RunState } from '@baton/contracts';
import { describeWithServers, startRedis, testNamespace, type RedisServer } from '@baton/local';
import { eventually, runIdOn, sampleEntry, sampleState } from '@baton/testkit';
import { Redis } from 'ioredis';
import { connectRedis, type RedisPorts } from './connect-redis.ts';
import type { RedisOptions } from './connection.ts';

const PARTITIONS = 4;
const META = { epoch: 10, histOff: 9, inboxOff: -1, disp: -1 };

describeWithServers(['redis'], 'the view on a Redis in trouble', () => {
  let server: RedisServer;
  let admin: Redis;
  let namespace: string;
  let ports: RedisPorts;
  const opened: RedisPorts[] = [];
  const connect = async (options: Partial<RedisOptions> = {}): Promise<RedisPorts> => {
    const connected = await connectRedis({ url: server.url, namespace, partitions: PARTITIONS, ...options });
    opened.push(connected);
    return connected;
  };

  beforeAll(async () => {
    server = await startRedis({ env: { ...process.env, BATON_REDIS_URL: undefined } });
    admin = new Redis(server.url);
    admin.on('error', () => undefined);
  });
  afterAll(async () => {
    admin.disconnect();
    await server.close();
  });
  beforeEach(async () => {
    namespace = testNamespace();
    ports = await connect({ commandDeadlineMs: 4_000 });
    await ports.stateIndex.claim(0, { ...META, over: 'reset' });
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });

  const run = (n = 0): RunId => runIdOn(0, PARTITIONS, n);
  const apply = (changes: Partial<RunState>[] = [{}], meta: Partial<typeof META> & { prevOff?: number } = {}, to = ports) =>
    to.stateIndex.apply(0, {
      ...META,
      prevOff: 9,
      histOff: 10,
      ...meta,
      runs: changes.map((change, n) => ({ state: sampleState({ runId: run(n), ...change }), entries: [sampleEntry(change.seq ?? 1)] })),
    });
  const seqs = async (runs: readonly RunId[], since: { epoch: number; histOff: number } = META) => {
    const states = await ports.stateIndex.load(0, runs, since);
    return states === 'lost' ? states : states.map((state) => state?.seq);
  };
  const away = { name: 'OperatingError', code: 'unavailable', retry: 'yes' };
  const isBack = (to = ports) => eventually('Redis answers again', () => to.stateIndex.meta(0).then(() => true, () => false));

  it('says that the view is gone after FLUSHALL, and takes it anew (F23)', async () => {
    expect(await apply()).toBe('ok');
    await admin.flushall();
    expect(await apply([{ seq: 2 }], { prevOff: 10, histOff: 11 })).toBe('no-meta');
    expect(await ports.runViews.missing()).toEqual([0, 1, 2, 3]);
    await ports.stateIndex.claim(0, { ...META, over: 'reset' });
    expect(await apply()).toBe('ok');
  });

  it('does not take a wiped view for a whole one where the claim did not mean to begin anew (F23)', async () => {
    await apply();
    await admin.flushall();
    expect(await ports.stateIndex.claim(0, { ...META, epoch: 11, histOff: 10, over: { epoch: 10, histOff: 10 } })).toBe('lost');
    expect(await apply([{ seq: 2 }], { epoch: 11, prevOff: 10, histOff: 12 })).toBe('no-meta');
  });

  it('reads no more states at once than it is asked for in bytes, and writes large ones in several calls', async () => {
    const large = { output: 'x'.repeat(200_000) };
    await admin.config('RESETSTAT');
    expect(await apply(Array.from({ length: 12 }, () => large))).toBe('ok');
    const calls = [...(await admin.info('commandstats')).matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
    // 2.4 MB, a megabyte in each.
    expect(calls).toBe(3);
    const ids = Array.from({ length: 12 }, (_, n) => run(n));
    expect(await ports.stateIndex.load(0, ids, META, 500_000)).toHaveLength(3);
    expect(await ports.stateIndex.load(0, ids, META, 1)).toHaveLength(1);
    expect(await ports.stateIndex.load(0, [run(99), ...ids], META, 1)).toHaveLength(2);
  });

  it('sends its scripts again to a server that has forgotten them (F31)', async () => {
    await apply();
    await admin.script('FLUSH');
    expect(await apply([{ seq: 2 }], { prevOff: 10, histOff: 11 })).toBe('ok');
  });

  it.each(['restart', 'kill'] as const)('has what was acknowledged after a %s of the server, and goes on by itself (F24)', async (how) => {
    expect(await apply()).toBe('ok');
    // With an fsync under way Redis answers first and writes up to two seconds later: what it has then, not even its files have.
    await eventually('the append-only file has it', async () => /aof_buffer_length:0\r/.test(await admin.info('persistence')));
    if (how === 'kill') await server.kill('SIGKILL');
    await server.restart();
    await isBack();
    expect(await seqs([run()])).toEqual([1]);
    expect(await apply([{ seq: 2 }], { prevOff: 10, histOff: 11 })).toBe('ok');
  });

  it('says that something is missing where the file of a restarted server was cut off, and takes it again (F24)', async () => {
    await apply();
    expect(await apply([{ seq: 2 }], { prevOff: 10, histOff: 11 })).toBe('ok');
    await server.stop();
    const directory = join(server.dataDir, 'appendonlydir');
    const newest = join(directory, readdirSync(directory).filter((name) => name.endsWith('.incr.aof')).sort().at(-1)!);
    truncateSync(newest, statSync(newest).size - 20);
    await server.restart();
    await isBack();
    expect((await ports.stateIndex.meta(0))?.histOff).toBe(10);
    expect(await seqs([run()], { epoch: 10, histOff: 11 })).toBe('lost');
    expect(await apply([{ seq: 3 }], { prevOff: 11, histOff: 12 })).toBe('gap');
    expect(await apply([{ seq: 2 }], { prevOff: 10, histOff: 11 })).toBe('ok');
    expect(await seqs([run()], { epoch: 10, histOff: 11 })).toEqual([2]);
  });

  it('fails at once while the server is gone, and keeps nothing back for later', async () => {
    await server.stop();
    await eventually('the connection is seen to be gone', () => apply().then(() => false, (error: OperatingError) => error.code === 'unavailable'));
    const calls = [apply(), ports.stateIndex.meta(0), ports.runViews.get(run()), ports.runViews.list({ limit: 1 }), ports.deadLetterIndex.position()];
    for (const call of calls) await expect(call).rejects.toMatchObject(away);
    await server.restart();
    await isBack();
    expect(await seqs([run()])).toEqual([undefined]);
  });

  it('keeps its deadline where the server accepts but never answers, and is right after the answer came late (F29)', async () => {
    await server.kill('SIGSTOP');
    try {
      const calls = [apply(), ports.stateIndex.meta(0), ports.runViews.get(run()), ports.stateIndex.due(0, { graceMs: 0, limit: 1 }), ports.deadLetterIndex.list({ limit: 1 })];
      for (const call of calls) await expect(call).rejects.toMatchObject(away);
    } finally {
      await server.kill('SIGCONT');
    }
    await isBack();
    // The server has done by now what it was asked for; nobody knew, so it is asked again.
    expect(await apply()).toBe('ok');
    expect(await ports.runViews.history(run(), { after: 0, limit: 10 })).toHaveLength(1);
  });

  it('lets a batch of an earlier owner that arrives late change nothing (F2)', async () => {
    const zombie = await connect({ commandDeadlineMs: 60_000 });
    await server.kill('SIGSTOP');
    const late = apply([{ seq: 5 }], {}, zombie);
    await server.kill('SIGCONT');
    await isBack();
    await late;
    await ports.stateIndex.claim(0, { ...META, epoch: 20, histOff: 10, over: META });
    expect(await apply([{ seq: 9 }], { prevOff: 10, histOff: 11 }, zombie)).toBe('fenced');
    expect(await seqs([run()], { epoch: 20, histOff: 10 })).toEqual([5]);
  });

  it('refuses a batch before its first write where Redis is out of memory, and takes it when there is room (F25)', async () => {
    await apply();
    await admin.config('SET', 'maxmemory', '1mb');
    try {
      const refused = apply([{ seq: 2, timers: {} }, {}], { prevOff: 10, histOff: 12 });
      await expect(refused).rejects.toMatchObject({ ...away, message: expect.stringMatching(/out of memory/) });
      expect((await ports.stateIndex.meta(0))?.histOff).toBe(10);
      expect(await seqs([run(0), run(1)])).toEqual([1, undefined]);
    } finally {
      await admin.config('SET', 'maxmemory', '0');
    }
    expect(await apply([{ seq: 2 }, {}], { prevOff: 10, histOff: 12 })).toBe('ok');
  });

  it('writes nothing of a batch of which any part is not as it must be', async () => {
    await expect(apply([{}, { updatedMs: Number.NaN }])).rejects.toMatchObject({ name: 'OperatingError' });
    await expect(apply([{}, { timers: { t: { ver: 1, dueMs: Number.NaN, kind: 'wait', branch: '0' } } }])).rejects.toMatchObject({ name: 'OperatingError' });
    expect(await seqs([run(0), run(1)])).toEqual([undefined, undefined]);
    expect(await ports.stateIndex.countOpen(0)).toBe(0);
  });

  it('reconnects where the server has become a replica, so that it finds the new primary (F27)', async () => {
    const ourId = async () => /id=(\d+)[^\n]*name=baton-/.exec(String(await admin.client('LIST')).split('\n').filter((line) => line.includes(`name=baton-${namespace}`)).join('\n'))?.[1];
    const before = await ourId();
    await admin.call('REPLICAOF', '127.0.0.1', '1');
    try {
      await expect(apply()).rejects.toMatchObject(away);
      await eventually('the connection is another one', async () => {
        const now = await ourId();
        return now !== undefined && now !== before;
      });
    } finally {
      await admin.call('REPLICAOF', 'NO', 'ONE');
    }
    await eventually('writes go through', () => apply().then((outcome) => outcome === 'ok', () => false));
  });

  it('refuses a server that evicts keys, and says what to set (F26)', async () => {
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    try {
      await expect(connect()).rejects.toMatchObject({ code: 'unavailable', retry: 'no', message: expect.stringMatching(/allkeys-lru.*set maxmemory-policy noeviction/) });
      await expect(ports.check()).rejects.toMatchObject({ retry: 'no' });
    } finally {
      await admin.config('SET', 'maxmemory-policy', 'noeviction');
    }
    expect(await ports.check()).toMatch(/^\d+\.\d+/);
  });

  it('says where Redis cannot be reached, without the password', async () => {
    const unreachable = connectRedis({ url: 'redis://user:s3cret@127.0.0.1:1', namespace, partitions: 1 });
    await expect(unreachable).rejects.toMatchObject({ code: 'unavailable', retry: 'yes', message: expect.not.stringMatching(/s3cret/) });
  });

  it('removes the keys of a view that was left, also where an earlier removal had broken off', async () => {
    await apply();
    const base = `{b:${namespace}:0}`;
    const keysOf = async (generation: string) => (await admin.keys(`${base}:${generation}:*`)).length;
    expect(await keysOf('10')).toBeGreaterThan(0);
    await admin.hset(`${base}:7:r:lost`, 'seq', 1);
    await admin.sadd(`${base}:left`, '7');
    await ports.stateIndex.claim(0, { ...META, epoch: 20, over: 'reset' });
    await eventually('nothing of the left views is there', async () => (await keysOf('10')) + (await keysOf('7')) + (await admin.exists(`${base}:left`)) === 0);
    expect(await apply([{}], { epoch: 20 })).toBe('ok');
  });

  it('forgets a run some time after it ended, also in lists, and no other', async () => {
    const brief = await connect({ keepEndedMs: 150 });
    const old = Date.now() - 60_000;
    await apply([{ status: 'completed', endedMs: old, updatedMs: old }, { updatedMs: old }], {}, brief);
    await eventually('the ended run is gone', async () => (await brief.runViews.get(run(0))) === undefined);
    expect((await brief.runViews.list({ limit: 10 })).runs.map(({ runId }) => runId)).toEqual([run(1)]);
    await brief.stateIndex.due(0, { graceMs: 0, limit: 1 });
    expect(await admin.zrange(`{b:${namespace}:0}:10:all`, '0', '-1')).toEqual([run(1)]);
    expect(await brief.runViews.history(run(1), { after: 0, limit: 10 })).toHaveLength(1);
  });

  it('keeps all keys of a partition under one hash tag (F30)', async () => {
    await apply([{ status: 'failed', endedMs: 1 }, { timers: { t: { ver: 1, dueMs: 1, kind: 'wait', branch: '0' } } }]);
    await ports.runViews.reserveStart(run(), 'h');
    const keys = (await admin.keys(`*${namespace}*`)).filter((key) => !key.includes('dlq'));
    expect(keys.length).toBeGreaterThan(6);
    for (const key of keys) expect(key).toMatch(new RegExp(`^\\{b:${namespace}:0\\}:`));
  });
});
