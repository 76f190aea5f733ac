/** What a run with many branches costs the view, on a real server of its own: what the others of the run are sent would be counted too. */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { describeWithServers, startRedis, testNamespace, type RedisServer } from '@baton/local';
import { runIdOn, sampleState } from '@baton/testkit';
import type { RunState } from '@baton/contracts';
import { Redis } from 'ioredis';
import { connectRedis, type RedisPorts } from './connect-redis.ts';

describeWithServers(['redis'], 'a wide run in the view', () => {
  let server: RedisServer;
  const opened: RedisPorts[] = [];
  const clients: Redis[] = [];
  beforeAll(async () => {
    server = await startRedis({ env: { ...process.env, BATON_REDIS_URL: undefined } });
  });
  afterAll(() => server?.close());
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((ports) => ports.close()));
    for (const client of clients.splice(0)) client.disconnect();
  });

  async function open() {
    const namespace = testNamespace();
    const ports = await connectRedis({ url: server.url, namespace, partitions: 1 });
    opened.push(ports);
    const admin = new Redis(server.url);
    clients.push(admin);
    await ports.stateIndex.claim(0, { epoch: 10, histOff: 9, inboxOff: -1, disp: -1, over: 'reset' });
    let histOff = 9;
    const write = (state: RunState, before?: RunState) => ports.stateIndex.apply(0, { epoch: 10, prevOff: histOff++, histOff, inboxOff: -1, disp: -1, runs: [{ state, entries: [], ...(before !== undefined && { before }) }] });
    const fields = async (runId: string): Promise<string[]> => (await admin.hkeys(`{b:${namespace}:0}:${await admin.hget(`{b:${namespace}:0}:meta`, 'gen')}:r:${runId}`)).sort();
    /** The server's counter is of all its connections; these are the only ones. */
    const received = async (): Promise<number> => Number(/total_net_input_bytes:(\d+)/.exec(await admin.info('stats'))![1]);
    return { ports, write, fields, received };
  }

  const runId = runIdOn(0, 1);
  const items = Array.from({ length: 10_000 }, (_, n) => ({ n, text: 'x'.repeat(20) }));
  const piece = (of: number, count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [of * 256 + i, { done: i }]));
  const pieces = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`results/1/${i}`, piece(i, 256)]));
  const wide = (seq: number, results: number): RunState => {
    const plain = sampleState({ runId, seq });
    return { ...plain, branches: { ...plain.branches, '1-0': { ...plain.branches['0']!, parent: '0', index: 0 } }, parts: { 'items/1': items, ...pieces, 'results/1/30': piece(30, results) } };
  };

  it('is sent the piece of results that has changed, and none of what has not', async () => {
    const { write, received, ports } = await open();
    const [first, second] = [wide(1, 100), wide(2, 101)];
    const before = await received();
    await write(first);
    const whole = (await received()) - before;
    await write(second, first);
    const again = (await received()) - before - whole;
    expect(whole).toBeGreaterThan(400_000);
    expect(again).toBeLessThan(20_000);
    expect(await ports.runViews.get(runId)).toEqual(second);
  });

  it('leaves no field behind when its branches are gone', async () => {
    const { write, fields } = await open();
    const first = wide(1, 100);
    await write(first);
    expect((await fields(runId)).filter((name) => name.startsWith('p:'))).toHaveLength(32);
    await write(sampleState({ runId, seq: 2 }), first);
    expect(await fields(runId)).toEqual(['seq', 'state', 'status', 'timers']);
  });

  it('counts with all that is held apart where a lane reads no more than so many bytes', async () => {
    const { write, ports } = await open();
    const other = runIdOn(0, 1, 1);
    await write(wide(1, 100));
    await write(sampleState({ runId: other }));
    const load = async (maxBytes: number) => {
      const states = await ports.stateIndex.load(0, [runId, other], { epoch: 10, histOff: 9 }, maxBytes);
      return states === 'lost' ? states : states.map((state) => state?.runId);
    };
    expect(await load(200_000)).toEqual([runId]);
    expect(await load(2_000_000)).toEqual([runId, other]);
  });
});
