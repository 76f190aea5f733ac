import { describe, expect, it } from '@jest/globals';
import { assignmentsIn, pausesOf, quietTimes, takeovers, type TakeoverFacts } from './takeovers.ts';

const facts = (change: Partial<TakeoverFacts>): TakeoverFacts => ({
  events: [{ atMs: 0, role: 'one', pid: 1, what: 'started' }, { atMs: 1_000, role: 'one', pid: 1, what: 'killed' }],
  assignments: [{ role: 'one', atMs: 100, partitions: [0, 1, 2] }, { role: 'one', atMs: 500, partitions: [0, 1] }, { role: 'two', atMs: 500, partitions: [2] }],
  tenures: [
    { partition: 0, claimedMs: 600, firstTransitionMs: 700 },
    { partition: 0, claimedMs: 3_000, firstTransitionMs: undefined },
    { partition: 0, claimedMs: 4_000, firstTransitionMs: 4_200 },
    { partition: 1, claimedMs: 2_000, firstTransitionMs: 2_500 },
    { partition: 2, claimedMs: 1_500, firstTransitionMs: 1_600 },
  ],
  quiet: [],
  ...change,
});

describe('takeovers', () => {
  it('last until the first transition under a later claim, for each partition that the process owned last', () => {
    expect(takeovers(facts({}))).toEqual([
      { role: 'one', how: 'killed', atMs: 1_000, partition: 0, pauseMs: 3_200, alone: false },
      { role: 'one', how: 'killed', atMs: 1_000, partition: 1, pauseMs: 1_500, alone: false },
    ]);
  });

  it('are alone only where nothing else was wrong until their end', () => {
    expect(takeovers(facts({ quiet: [{ fromMs: 900, toMs: 3_000 }] })).map(({ partition, alone }) => ({ partition, alone }))).toEqual([{ partition: 0, alone: false }, { partition: 1, alone: true }]);
  });

  it('are none of a process that owned nothing since it was started, and of one that is started', () => {
    expect(takeovers(facts({ events: [{ atMs: 600, role: 'one', pid: 1, what: 'started' }, { atMs: 1_000, role: 'one', pid: 1, what: 'killed' }] }))).toEqual([]);
    expect(takeovers(facts({ events: [{ atMs: 700, role: 'two', pid: 2, what: 'thawed' }] }))).toEqual([]);
  });

  it('have a median and a worst', () => {
    expect(pausesOf([3, 9, 1, 5].map((pauseMs) => ({ pauseMs })))).toEqual({ count: 4, medianMs: 3, worstMs: 9 });
    expect(pausesOf([])).toBeUndefined();
  });
});

describe('quiet times', () => {
  const fault = (injectedMs: number, wholeMs?: number, alone = false) => ({ injectedMs, alone, ...(wholeMs !== undefined && { wholeMs }) });

  it('are those of faults that were alone by plan, or far enough from every other', () => {
    expect(quietTimes([fault(0, 1_000), fault(20_000, 30_000), fault(50_000, 51_000, true)])).toEqual([{ fromMs: 0, toMs: 1_000 }, { fromMs: 20_000, toMs: 30_000 }, { fromMs: 50_000, toMs: 51_000 }]);
    expect(quietTimes([fault(0, 11_000), fault(20_000, 30_000), fault(29_000, 31_000)])).toEqual([{ fromMs: 0, toMs: 11_000 }]);
  });

  it('are none of a fault that was not mended, nor of any that came after it', () => {
    expect(quietTimes([fault(0), fault(100_000, 101_000)])).toEqual([]);
  });
});

describe('assignments', () => {
  it('are read from the lines about the group that is meant', () => {
    const line = (groupId: string, partitions: string) => JSON.stringify({ level: 'info', time: '2026-01-01T00:00:01.000Z', groupId, topic: 't', partitions, msg: 'Partitions were assigned' });
    expect(assignmentsIn('one', [line('a', '0,2'), line('b', '1'), 'no JSON', line('a', '')].join('\n'), 'a')).toEqual([
      { role: 'one', atMs: Date.parse('2026-01-01T00:00:01Z'), partitions: [0, 2] },
      { role: 'one', atMs: Date.parse('2026-01-01T00:00:01Z'), partitions: [] },
    ]);
  });
});
