/** Timers that are due at once after a downtime (F56). */
import { describe, expect, it } from '@jest/globals';
import { manualClock } from '@baton/adapter-memory';
import type { InboxMessage } from '@baton/contracts';
import type { DueTimer, LaneFact } from '@baton/ports';
import { DEFAULT_LANE_OPTIONS } from './options.ts';
import { Sweeper } from './sweeper.ts';
import type { Surroundings } from './surroundings.ts';

/** A partition with timers that are all due, and a lane that decides on so many of what was put into the inbox each second. */
function partition({ due: count, decides, otherLag = 0 }: { readonly due: number; readonly decides: number; readonly otherLag?: number }) {
  const clock = manualClock();
  const startMs = clock.nowMs();
  const timers = new Map<string, DueTimer>(Array.from({ length: count }, (_, i) => [`run-${i}`, { runId: `run-${i}`, timerId: 't', ver: 1, dueMs: startMs - 3_600_000 + i }]));
  const inbox: InboxMessage[] = [];
  const sent: InboxMessage[] = [];
  const facts: LaneFact[] = [];
  const asked: number[] = [];
  const around = {
    clock,
    options: DEFAULT_LANE_OPTIONS,
    observer: { lane: (fact: LaneFact) => void facts.push(fact) },
    sender: { send: async (messages: readonly InboxMessage[]) => void (inbox.push(...messages), sent.push(...messages)) },
    index: {
      due: async (_partition: number, { limit }: { readonly limit: number }) => {
        asked.push(limit);
        return [...timers.values()].slice(0, limit);
      },
    },
  } as unknown as Surroundings;
  const sweeper = new Sweeper(0, around, () => inbox.length + otherLag);
  /** One sweep, and the time until the next, in which the lane decides. @returns that time. */
  const sweep = async (): Promise<number> => {
    await sweeper.sweep();
    const { againMs } = sweeper;
    clock.advance(againMs);
    for (const { runId } of inbox.splice(0, Math.floor((decides * againMs) / 1_000))) timers.delete(runId);
    return againMs;
  };
  return {
    facts,
    asked,
    sent: () => sent.length,
    waiting: () => inbox.length,
    left: () => timers.size,
    againMs: () => sweeper.againMs,
    sweep,
    async second(): Promise<void> {
      for (let ms = 0; ms < 1_000; ms += await sweep());
    },
  };
}

describe('the sweeper, with many timers due at once', () => {
  it('puts in as many as the lane decides, so that what is new waits behind few of them, and forgets none (F56)', async () => {
    const lane = partition({ due: 5_000, decides: 120 });
    let seconds = 0;
    for (; lane.left() > 0 && seconds < 60; seconds++) {
      await lane.second();
      expect(lane.waiting()).toBeLessThanOrEqual(DEFAULT_LANE_OPTIONS.sweepLimit);
    }
    expect(seconds).toBeLessThanOrEqual(Math.ceil(5_000 / 120) + 1);
    expect(lane.sent()).toBe(5_000);
  });

  it('comes again soon while there are more, and takes its time when there are none', async () => {
    const lane = partition({ due: DEFAULT_LANE_OPTIONS.sweepLimit * 3, decides: 100_000 });
    expect(lane.againMs()).toBe(DEFAULT_LANE_OPTIONS.sweepEveryMs);
    const pace: number[] = [];
    for (let i = 0; i < 4; i++) {
      await lane.sweep();
      pace.push(lane.againMs());
    }
    expect(pace).toEqual([DEFAULT_LANE_OPTIONS.sweepAgainMs, DEFAULT_LANE_OPTIONS.sweepAgainMs, DEFAULT_LANE_OPTIONS.sweepEveryMs, DEFAULT_LANE_OPTIONS.sweepEveryMs]);
  });

  it('reads no more from the view than it may put in and what the lane has not come to', async () => {
    const lane = partition({ due: 5_000, decides: 180 });
    for (let i = 0; i < 20; i++) await lane.second();
    expect(Math.max(...lane.asked)).toBeLessThanOrEqual(3 * DEFAULT_LANE_OPTIONS.sweepLimit);
  });

  it('keeps to its rate however fast the lane is (F56)', async () => {
    const lane = partition({ due: 5_000, decides: 100_000 });
    for (let i = 0; i < 10; i++) await lane.second();
    expect(lane.sent()).toBe(10 * DEFAULT_LANE_OPTIONS.sweepPerSecond);
  });

  it('puts a few into the inbox of a lane that is behind for another reason', async () => {
    const lane = partition({ due: 5_000, decides: 0, otherLag: 1_000_000 });
    for (let i = 0; i < 10; i++) await lane.second();
    expect(lane.sent()).toBeGreaterThanOrEqual(10 * DEFAULT_LANE_OPTIONS.sweepPerSecond * 0.1);
    expect(lane.sent()).toBeLessThanOrEqual(10 * DEFAULT_LANE_OPTIONS.sweepPerSecond * 0.1 + DEFAULT_LANE_OPTIONS.sweepPerSecond);
  });

  it('does not put one in again until it may have been lost, and remembers a bounded number', async () => {
    const lane = partition({ due: 100_000, decides: 0, otherLag: -1_000_000 });
    for (let i = 0; i < 15; i++) await lane.second();
    expect(lane.sent()).toBe(15 * DEFAULT_LANE_OPTIONS.sweepPerSecond);
    for (let i = 0; i < 100; i++) await lane.second();
    expect(Math.max(...lane.asked)).toBeLessThanOrEqual(17 * DEFAULT_LANE_OPTIONS.sweepPerSecond);
  });

  it('says how late the latest was (F56)', async () => {
    const lane = partition({ due: 10, decides: 10 });
    await lane.second();
    expect(lane.facts).toEqual([{ partition: 0, what: 'swept', count: 10, lateMs: 3_600_000 }]);
  });
});
