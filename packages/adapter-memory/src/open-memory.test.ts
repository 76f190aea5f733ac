import { afterEach, describe, expect, it } from '@jest/globals';
import type { RunId } from '@baton/contracts';
import type { WakeUp } from '@baton/ports';
import { eventually, runIdOn, sampleMessage, sampleState } from '@baton/testkit';
import { manualClock, openMemory, type Memory, type MemoryOptions } from './index.ts';

describe('openMemory', () => {
  const memories: Memory[] = [];
  afterEach(async () => {
    for (const memory of memories.splice(0)) await memory.close();
  });
  const open = async (options: Partial<MemoryOptions> = {}): Promise<Memory> => {
    const memory = await openMemory({ namespace: 'own', partitions: 2, ...options });
    memories.push(memory);
    return memory;
  };

  it('refuses a partition count that is none', async () => {
    await expect(open({ partitions: 0 })).rejects.toThrow(RangeError);
  });

  it('lets a connection that has crashed write nothing more, and gives its partitions to the others', async () => {
    const memory = await open();
    const dying = memory.connect();
    let mine: readonly number[] = [];
    await dying.inboxSource.subscribe({ assigned() {}, records: async () => undefined, crashed() {} });
    await memory.inboxSource.subscribe({ assigned: (partitions) => void (mine = partitions), records: async () => undefined, crashed() {} });
    await eventually('they share', () => mine.length === 1);
    dying.crash();
    await eventually('the other has all', () => mine.length === 2);
    await expect(dying.history.append(0, [{ key: 'k', value: 'v' }])).rejects.toMatchObject({ code: 'unavailable' });
    await expect(dying.stateIndex.meta(0)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(dying.inboxSender.send([sampleMessage(runIdOn(0, 2), 'm')])).rejects.toMatchObject({ code: 'unavailable' });
    expect(await memory.records(memory.names.history)).toEqual([]);
  });

  it('counts what lies on a topic and was not handed over, and no longer for those who are gone', async () => {
    const memory = await open();
    const follower = memory.connect();
    const seen: number[] = [];
    await follower.inboxSource.subscribe({ assigned() {}, records: async ({ records }) => void seen.push(...records.map(({ offset }) => offset)), crashed() {} });
    expect(memory.undelivered()).toBe(0);
    await memory.inboxSender.send([sampleMessage(runIdOn(0, 2), 'm1'), sampleMessage(runIdOn(0, 2), 'm2')]);
    expect(memory.undelivered()).toBe(2);
    await eventually('both are handed over', () => seen.length === 2);
    expect(memory.undelivered()).toBe(0);
    await memory.inboxSender.send([sampleMessage(runIdOn(0, 2), 'm3')]);
    follower.crash();
    expect(memory.undelivered()).toBe(0);
  });

  it('tells a subscriber whose handler broke its promise, and keeps the others going', async () => {
    const memory = await open();
    const crashes: Error[] = [];
    await memory.connect().inboxSource.subscribe({ assigned() {}, records: () => Promise.reject(new Error('broken')), crashed: (error) => void crashes.push(error) });
    await memory.inboxSender.send([sampleMessage(runIdOn(0, 2), 'm')]);
    await eventually('it is told', () => crashes.length === 1);
    const seen: number[] = [];
    await memory.inboxSource.subscribe({ assigned() {}, records: async ({ records }) => void seen.push(...records.map(({ offset }) => offset)), crashed() {} });
    await eventually('the other reads on', () => seen.includes(0));
  });

  it('forgets ended runs by time and by count, the earliest ended first, and no open one', async () => {
    const clock = manualClock(1_000_000);
    const memory = await open({ clock, partitions: 1, keepEndedMs: 60_000, keepEndedRuns: 2 });
    await memory.stateIndex.claim(0, { epoch: 0, histOff: 0, inboxOff: -1, disp: -1, over: 'reset' });
    let offset = 0;
    const put = (runId: string, ended: boolean) =>
      memory.stateIndex.apply(0, { epoch: 0, prevOff: offset, histOff: ++offset, inboxOff: -1, disp: -1, runs: [{ state: sampleState({ runId: runId as RunId, ...(ended && { status: 'completed', endedMs: clock.nowMs() }) }), entries: [] }] });
    await put('open', false);
    for (const runId of ['a', 'b', 'c']) await put(runId, true);
    const ids = async () => (await memory.runViews.list({ limit: 10 })).runs.map(({ runId }) => runId).sort();
    expect(await ids()).toEqual(['b', 'c', 'open']);
    clock.advance(60_001);
    await put('d', true);
    expect(await ids()).toEqual(['d', 'open']);
  });

  it('drops of the history in memory what is in the view, and says so to whoever reads further back', async () => {
    const memory = await open({ partitions: 1, retainBytes: 50_000 });
    const append = async () => (await memory.history.append(0, [{ key: 'k', value: 'x'.repeat(1_000) }])).baseOffset;
    for (let i = 0; i < 100; i++) await append();
    expect((await memory.history.bounds(0)).first).toBe(0);
    await memory.stateIndex.claim(0, { epoch: 50, histOff: 80, inboxOff: -1, disp: -1, over: 'reset' });
    await append();
    const { first } = await memory.history.bounds(0);
    expect(first).toBeGreaterThan(40);
    expect(first).toBeLessThanOrEqual(81);
    const read = async () => {
      for await (const chunk of memory.history.read(0, { from: 0, to: 90 })) void chunk;
    };
    await expect(read()).rejects.toMatchObject({ code: 'diverged' });
  });

  it('keeps the whole history while the view is being built', async () => {
    const memory = await open({ partitions: 1, retainBytes: 50_000 });
    await memory.stateIndex.claim(0, { epoch: 500, histOff: 80, inboxOff: -1, disp: -1, over: 'reset' });
    for (let i = 0; i < 100; i++) await memory.history.append(0, [{ key: 'k', value: 'x'.repeat(1_000) }]);
    expect((await memory.history.bounds(0)).first).toBe(0);
  });

  it('wakes at the time of its own clock, and no earlier when that was set back', async () => {
    const clock = manualClock(1_000_000);
    const memory = await open({ clock });
    const woken: WakeUp[] = [];
    await memory.wakeUps.start(async (wakeUp) => void woken.push(wakeUp));
    const wakeUp = { runId: 'r', timerId: 't', ver: 1, dueMs: 1_005_000 };
    await memory.wakeUps.schedule([wakeUp]);
    clock.advance(4_999);
    expect(woken).toEqual([]);
    clock.advance(1);
    await eventually('it has woken', () => woken.length === 1);
    expect(woken).toEqual([wakeUp]);
  });

  it('loses every wake-up with the view', async () => {
    const clock = manualClock(1_000_000);
    const memory = await open({ clock });
    const woken: string[] = [];
    await memory.wakeUps.start(async ({ runId }) => void woken.push(runId));
    await memory.wakeUps.schedule([{ runId: 'lost', timerId: 't', ver: 1, dueMs: 1_001_000 }]);
    memory.wipeView();
    await memory.wakeUps.schedule([{ runId: 'kept', timerId: 't', ver: 1, dueMs: 1_001_000 }]);
    clock.advance(1_000);
    await eventually('the other has woken', () => woken.includes('kept'));
    expect(woken).toEqual(['kept']);
  });
});
