import { describe, expect, it } from '@jest/globals';
import type { RunState } from '@baton/contracts';
import { RunCache } from './run-cache.ts';

const state = (runId: string, seq = 1, data = '') => ({ runId, seq, data }) as unknown as RunState;
const runs = (limit: number) => ({ runs: limit, bytes: 1_000_000 });

describe('a cache of run states', () => {
  it('lets the least recently used go', () => {
    const cache = new RunCache(runs(2));
    for (const id of ['a', 'b']) cache.put(state(id), 100);
    cache.get('a');
    cache.put(state('c'), 100);
    expect(['a', 'b', 'c'].filter((id) => cache.has(id))).toEqual(['a', 'c']);
  });

  it('keeps what is pinned, however many that are, the newest as well', () => {
    const cache = new RunCache(runs(2));
    for (const id of ['a', 'b', 'c', 'd']) {
      cache.pin(id);
      cache.put(state(id), 100);
    }
    expect(['a', 'b', 'c', 'd'].filter((id) => cache.has(id))).toEqual(['a', 'b', 'c', 'd']);
    for (const id of ['a', 'b', 'c']) cache.unpin(id);
    expect(cache.size).toBe(2);
    expect(cache.has('d')).toBe(true);
  });

  it('keeps what is pinned twice until both are taken back', () => {
    const cache = new RunCache(runs(1));
    cache.pin('a');
    cache.pin('a');
    cache.put(state('a'), 100);
    cache.unpin('a');
    cache.put(state('b'), 100);
    expect(cache.has('a')).toBe(true);
    cache.unpin('a');
    cache.put(state('c'), 100);
    expect(cache.has('a')).toBe(false);
  });

  describe('knows how large its states are', () => {
    it('and lets go of as many as it takes to stay within its bytes', () => {
      const cache = new RunCache({ runs: 1_000, bytes: 1_000_000 });
      for (let i = 0; i < 100; i++) cache.put(state(`r${i}`, 1, 'x'.repeat(100_000)), 100_050);
      expect(cache.size).toBe(9);
      expect(cache.bytes).toBeLessThanOrEqual(1_000_000);
    });

    it('keeps what is pinned although it is too much, and lets it go once it may', () => {
      const cache = new RunCache({ runs: 1_000, bytes: 1_000 });
      for (const id of ['a', 'b']) {
        cache.pin(id);
        cache.put(state(id, 1, 'x'.repeat(900)), 950);
      }
      expect(cache.size).toBe(2);
      cache.unpin('a');
      expect([cache.size, cache.has('b')]).toEqual([1, true]);
    });

    it('and of what is pinned counts each run once, with the newest state, for as long as it is pinned', () => {
      const cache = new RunCache({ runs: 10, bytes: 1_000_000 });
      for (let seq = 1; seq <= 50; seq++) {
        cache.pin('a');
        cache.put(state('a', seq, 'x'.repeat(50_000)), 50_050);
        expect(cache.pinnedBytes).toBe(cache.bytes);
      }
      expect(cache.pinnedBytes).toBeLessThan(110_000);
      for (let seq = 1; seq < 50; seq++) cache.unpin('a');
      expect(cache.pinnedBytes).toBe(cache.bytes);
      cache.put(state('b'), 100);
      cache.unpin('a');
      expect(cache.pinnedBytes).toBe(0);
      cache.unpin('a');
      expect(cache.pinnedBytes).toBe(0);
    });

    it('although a run that lives long has written far more than it has', () => {
      const cache = new RunCache({ runs: 10, bytes: 1_000_000 });
      let largest = 0;
      for (let seq = 1; seq < 10_000; seq++) largest = Math.max(largest, cache.put(state('a', seq, 'x'.repeat(5_000)), 10_000));
      expect(largest).toBeLessThan(25_000);
    });

    it('and never takes a state for smaller than it is', () => {
      const cache = new RunCache({ runs: 10, bytes: 10_000_000 });
      let data = '';
      for (let seq = 1; seq < 500; seq++) {
        const grown = 'y'.repeat(seq % 7 === 0 ? 5_000 : 10);
        data = seq % 50 === 0 ? '' : data + grown;
        expect(cache.put(state('a', seq, data), grown.length + 50)).toBeGreaterThanOrEqual(data.length);
      }
    });

    it('and measures one that it meets in the middle of its life', () => {
      const cache = new RunCache({ runs: 10, bytes: 1_000_000 });
      expect(cache.put(state('a', 7, 'x'.repeat(5_000)), 10)).toBeGreaterThanOrEqual(5_000);
    });
  });
});
