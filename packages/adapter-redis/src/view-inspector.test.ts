import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { describeWithServers, testNamespace, testRedis } from '@baton/local';
import { eventually, runIdOn, sampleState } from '@baton/testkit';
import { Redis } from 'ioredis';
import { connectRedis, type RedisPorts } from './connect-redis.ts';
import { openScratchView } from './scratch-view.ts';

const PARTITIONS = 2;
const META = { epoch: 10, histOff: 10, inboxOff: 3, disp: 4 };

describeWithServers(['redis'], 'inspecting a view', () => {
  let url: string;
  let raw: Redis;
  let namespace: string;
  let ports: RedisPorts;
  beforeAll(async () => {
    ({ redisUrl: url } = await testRedis());
    raw = new Redis(url);
  });
  afterAll(() => raw.disconnect());
  beforeEach(async () => {
    namespace = testNamespace();
    ports = await connectRedis({ url, namespace, partitions: PARTITIONS });
    await ports.stateIndex.claim(0, { ...META, over: 'reset' });
  });
  afterEach(() => ports.close());

  const id = (n: number) => runIdOn(0, PARTITIONS, n);
  const timers = { 'w.Rest.1': { ver: 2, dueMs: 9_000, kind: 'wait', branch: '0' } } as const;
  const put = (count: number) => ports.stateIndex.apply(0, { ...META, prevOff: 10, histOff: 11, runs: Array.from({ length: count }, (_, n) => ({ state: sampleState({ runId: id(n), timers }), entries: [] })) });
  const base = async (): Promise<string> => `{b:${namespace}:0}:${await raw.hget(`{b:${namespace}:0}:meta`, 'gen')}`;

  it('lists every run, and gives each with its lists and due timers', async () => {
    await put(450);
    const ids = new Set<string>();
    for await (const piece of ports.inspector.runIds(0)) for (const runId of piece) ids.add(runId);
    expect([...ids].sort()).toEqual(Array.from({ length: 450 }, (_, n) => id(n)).sort());
    const runs = await ports.inspector.runs(0, [...ids, 'nobody']);
    expect(runs).toHaveLength(450);
    expect(runs.find(({ state }) => state.runId === id(7))).toEqual({ state: sampleState({ runId: id(7), timers }), listed: ['running'], due: [{ runId: id(7), timerId: 'w.Rest.1', ver: 2, dueMs: 9_000 }] });
    expect(await ports.inspector.strayTimers(0)).toEqual([]);
  });

  it('shows a timer that is lacking, one that nobody has, and a run on two lists', async () => {
    await put(3);
    await raw.zrem(`${await base()}:due`, `${id(0)}|2|w.Rest.1`);
    await raw.zadd(`${await base()}:due`, 5, `${id(1)}|1|w.Rest.1`, 6, 'run-gone|1|a.x');
    await raw.zadd(`${await base()}:s:failed`, 1, id(2));
    const [first, second, third] = await ports.inspector.runs(0, [id(0), id(1), id(2)]);
    expect([first!.due.length, second!.due.length, third!.listed]).toEqual([0, 1, ['running', 'failed']]);
    expect([...(await ports.inspector.strayTimers(0))].sort((a, b) => a.dueMs - b.dueMs)).toEqual([
      { runId: id(1), timerId: 'w.Rest.1', ver: 1, dueMs: 5 },
      { runId: 'run-gone', timerId: 'a.x', ver: 1, dueMs: 6 },
    ]);
  });

  it('has nothing where the view is wiped', async () => {
    for await (const piece of ports.inspector.runIds(1)) expect(piece).toEqual([]);
    expect(await ports.inspector.runs(1, ['a'])).toEqual([]);
    expect(await ports.inspector.strayTimers(1)).toEqual([]);
  });

  it('drops a view so that it is found wiped, and its keys go with the next claim', async () => {
    await put(3);
    const gone = await base();
    expect(await ports.drop(0)).toBe(true);
    expect(await ports.drop(0)).toBe(false);
    expect(await ports.stateIndex.meta(0)).toBeUndefined();
    expect(await ports.stateIndex.apply(0, { ...META, prevOff: 11, histOff: 12, runs: [] })).toBe('no-meta');
    expect(await ports.stateIndex.claim(0, { ...META, epoch: 20, over: 'reset' })).toBe('ok');
    await eventually('the keys of the dropped view are removed', async () => (await raw.keys(`${gone}:*`)).length === 0);
  });

  it('leaves nothing of a scratch view, and does not touch the other', async () => {
    await put(3);
    const scratch = await openScratchView({ url, partitions: PARTITIONS });
    await scratch.stateIndex.claim(0, { ...META, over: 'reset' });
    await scratch.stateIndex.apply(0, { ...META, prevOff: 10, histOff: 11, runs: [{ state: sampleState({ runId: id(0) }), entries: [] }] });
    expect(await raw.keys(`{b:${scratch.namespace}:*`)).not.toEqual([]);
    await scratch.close();
    await scratch.close();
    expect(await raw.keys(`{b:${scratch.namespace}:*`)).toEqual([]);
    expect(await ports.inspector.runs(0, [id(0)])).toHaveLength(1);
  });
});
