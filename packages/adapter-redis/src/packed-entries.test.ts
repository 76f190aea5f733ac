/** Entries of transitions, held together and read apart. */
import type { HistoryEntry, RunId } from '@baton/contracts';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWithServers, testNamespace, testRedis } from '@baton/local';
import { runIdOn, sampleState } from '@baton/testkit';
import { Redis } from 'ioredis';
import { connectRedis, type RedisPorts } from './connect-redis.ts';
import { packed, unpacked } from './packed-entries.ts';

const entry = (seq: number, n: number, more: Partial<HistoryEntry> = {}): HistoryEntry => ({ seq, tsMs: seq * 10, cause: 'result', event: { type: 'x', n }, ...more });
const transition = (seq: number, events: number): HistoryEntry[] => Array.from({ length: events }, (_, n) => entry(seq, n));

describe('entries that are held together', () => {
  it('are those of one transition, in its order, and are read as they were', () => {
    const entries = [...transition(1, 3), ...transition(2, 1), ...transition(3, 2)];
    const together = packed(entries);
    expect(together.map(({ seq, count }) => [seq, count])).toEqual([[1, 3], [2, 1], [3, 2]]);
    expect(together.flatMap(({ text }) => unpacked(text))).toEqual(entries);
  });

  it('share what is not their event, or are held apart', () => {
    const entries = [entry(1, 0), entry(1, 1, { cause: 'timer' }), entry(1, 2, { cause: 'timer', tsMs: 11 })];
    expect(packed(entries).map(({ count }) => count)).toEqual([1, 1, 1]);
    expect(packed(entries).flatMap(({ text }) => unpacked(text))).toEqual(entries);
  });

  it('are written alone as earlier releases have written each, and those are read', () => {
    expect(packed([entry(4, 0)]).map(({ text }) => JSON.parse(text) as unknown)).toEqual([entry(4, 0)]);
    expect(unpacked(JSON.stringify(entry(4, 0)))).toEqual([entry(4, 0)]);
  });
});

describeWithServers(['redis'], 'pages of entries', () => {
  let url: string;
  const opened: RedisPorts[] = [];
  const clients: Redis[] = [];
  beforeAll(async () => {
    ({ redisUrl: url } = await testRedis());
  }, 60_000);
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((ports) => ports.close()));
    for (const client of clients.splice(0)) client.disconnect();
  });

  const runId: RunId = runIdOn(0, 1);
  async function open() {
    const namespace = testNamespace();
    const ports = await connectRedis({ url, namespace, partitions: 1 });
    opened.push(ports);
    const admin = new Redis(url);
    clients.push(admin);
    await ports.stateIndex.claim(0, { epoch: 10, histOff: 9, inboxOff: -1, disp: -1, over: 'reset' });
    let histOff = 9;
    const write = (seq: number, entries: readonly HistoryEntry[]) => ports.stateIndex.apply(0, { epoch: 10, prevOff: histOff++, histOff, inboxOff: -1, disp: -1, runs: [{ state: sampleState({ runId, seq }), entries }] });
    const stream = async (): Promise<string> => `{b:${namespace}:0}:${await admin.hget(`{b:${namespace}:0}:meta`, 'gen')}:e:${runId}`;
    const page = async (after: number, limit: number): Promise<string> => (await ports.runViews.history(runId, { after, limit }))!.map(({ seq, event }) => `${seq}.${String(event['n'])}`).join(' ');
    return { write, admin, stream, page };
  }

  it('count events, begin after a transition and never end in one, however many there are of each', async () => {
    const { write, page } = await open();
    await write(200, Array.from({ length: 200 }, (_, i) => transition(i + 1, 1 + (i % 3))).flat());
    expect(await page(0, 1)).toBe('1.0');
    expect(await page(0, 2)).toBe('1.0 2.0 2.1');
    expect(await page(2, 4)).toBe('3.0 3.1 3.2 4.0');
    expect((await page(0, 300)).split(' ')).toHaveLength(300);
    expect((await page(0, 10_000)).split(' ')).toHaveLength(399);
    expect(await page(200, 5)).toBe('');
  });

  it('hold what an earlier release has written beside what this one writes', async () => {
    const { write, admin, stream, page } = await open();
    await write(1, transition(1, 1));
    for (const [n, id] of ['2-1', '2-2', '2-3'].entries()) await admin.xadd(await stream(), id, 'e', JSON.stringify(entry(2, n)));
    await write(3, transition(3, 2));
    expect(await page(0, 2)).toBe('1.0 2.0 2.1 2.2');
    expect(await page(1, 100)).toBe('2.0 2.1 2.2 3.0 3.1');
  });

  it('are one entry of the stream for each transition: what a view of many runs costs Redis', async () => {
    const { write, admin, stream } = await open();
    await write(2, [...transition(1, 4), ...transition(2, 5)]);
    expect(await admin.xlen(await stream())).toBe(2);
  });
});
