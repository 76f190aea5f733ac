import { describe, expect, it } from '@jest/globals';
import type { LogRecord } from '@baton/ports';
import { Feed, type Stretch } from './feed.ts';
import { Positions } from './positions.ts';

const record = (offset: number, bytes = 1): LogRecord => ({ partition: 0, offset, timestampMs: 0, key: null, value: new Uint8Array(bytes), headers: {} });
const stretch = (from: number, count: number, bytes = 1): Stretch => ({ partition: 0, fetchedFrom: from, endOffset: from + count, records: Array.from({ length: count }, (_, i) => record(from + i, bytes)) });

function setUp(bounds = { aheadRecords: 5, aheadBytes: 1_000 }) {
  const delivered: { from: number; offsets: number[]; endOffset: number }[] = [];
  const takes: (() => void)[] = [];
  const fetching: string[] = [];
  const feed = new Feed(0, {
    ...bounds,
    deliver(given) {
      delivered.push({ from: given.fetchedFrom, offsets: given.records.map(({ offset }) => offset), endOffset: given.endOffset });
      return new Promise((resolve) => takes.push(resolve));
    },
    pauseFetching: () => void fetching.push('pause'),
    resumeFetching: () => void fetching.push('resume'),
  });
  const take = async (): Promise<void> => {
    takes.shift()!();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { feed, delivered, take, fetching };
}

describe('a feed', () => {
  it('hands over at once, and joins what was fetched while the receiver was busy', async () => {
    const { feed, delivered, take } = setUp();
    feed.add(stretch(0, 1));
    feed.add(stretch(1, 1));
    feed.add(stretch(2, 2));
    expect(delivered.map(({ offsets }) => offsets)).toEqual([[0]]);
    await take();
    expect(delivered[1]).toEqual({ from: 1, offsets: [1, 2, 3], endOffset: 4 });
  });

  it('does not join over a hole: the receiver must see it', async () => {
    const { feed, delivered, take } = setUp();
    feed.add(stretch(0, 1));
    feed.add(stretch(1, 1));
    feed.add(stretch(7, 1));
    await take();
    await take();
    expect(delivered.map(({ from }) => from)).toEqual([0, 1, 7]);
  });

  it('pauses fetching beyond its bounds and resumes when the receiver has taken it', async () => {
    const { feed, take, fetching } = setUp();
    feed.add(stretch(0, 1));
    feed.add(stretch(1, 4));
    expect(fetching).toEqual([]);
    feed.add(stretch(5, 1));
    expect(fetching).toEqual(['pause']);
    await take();
    expect(fetching).toEqual(['pause', 'resume']);
  });

  it('counts bytes as well', () => {
    const { feed, fetching } = setUp();
    feed.add(stretch(0, 1));
    feed.add(stretch(1, 1, 1_000));
    expect(fetching).toEqual(['pause']);
  });

  it('forgets what waits when it is moved, and fetches again', async () => {
    const { feed, delivered, take, fetching } = setUp();
    feed.add(stretch(0, 1));
    feed.add(stretch(1, 9));
    feed.clear();
    feed.add(stretch(50, 1));
    await take();
    expect(delivered.map(({ from }) => from)).toEqual([0, 50]);
    expect(fetching).toEqual(['pause', 'resume']);
  });

  it('hands over nothing after its end', async () => {
    const { feed, delivered, take } = setUp();
    feed.add(stretch(0, 1));
    feed.add(stretch(1, 1));
    feed.end();
    await take();
    feed.add(stretch(2, 1));
    expect(delivered).toHaveLength(1);
  });
});

describe('positions', () => {
  it('move to the first record that is not done', () => {
    const positions = new Positions();
    for (const offset of [3, 4, 7, 8]) positions.handedOver(0, offset);
    expect(positions.done(0, 4)).toBeUndefined();
    expect(positions.done(0, 8)).toBeUndefined();
    expect(positions.done(0, 3)).toBe(5);
    expect(positions.done(0, 7)).toBe(9);
  });

  it('are kept for each partition alone', () => {
    const positions = new Positions();
    positions.handedOver(0, 1);
    positions.handedOver(1, 1);
    expect(positions.done(1, 1)).toBe(2);
    expect(positions.done(0, 1)).toBe(2);
  });
});
