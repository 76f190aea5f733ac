import { describe, expect, it } from '@jest/globals';
import type { RunState } from '@baton/contracts';
import { RunCache } from './run-cache.ts';

const state = (runId: string, seq = 1) => ({ runId, seq }) as unknown as RunState;

describe('a cache of run states', () => {
  it('lets the least recently used go', () => {
    const cache = new RunCache(2);
    for (const id of ['a', 'b']) cache.put(state(id));
    cache.get('a');
    cache.put(state('c'));
    expect(['a', 'b', 'c'].filter((id) => cache.has(id))).toEqual(['a', 'c']);
  });

  it('keeps what is pinned, however many that are, the newest as well', () => {
    const cache = new RunCache(2);
    for (const id of ['a', 'b', 'c', 'd']) {
      cache.pin(id);
      cache.put(state(id));
    }
    expect(['a', 'b', 'c', 'd'].filter((id) => cache.has(id))).toEqual(['a', 'b', 'c', 'd']);
    for (const id of ['a', 'b', 'c']) cache.unpin(id);
    expect(cache.size).toBe(2);
    expect(cache.has('d')).toBe(true);
  });

  it('keeps what is pinned twice until both are taken back', () => {
    const cache = new RunCache(1);
    cache.pin('a');
    cache.pin('a');
    cache.put(state('a'));
    cache.unpin('a');
    cache.put(state('b'));
    expect(cache.has('a')).toBe(true);
    cache.unpin('a');
    cache.put(state('c'));
    expect(cache.has('a')).toBe(false);
  });
});
