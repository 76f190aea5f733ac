import { describe, expect, it } from '@jest/globals';
import { inParallel } from './in-parallel.ts';

const signal = new AbortController().signal;

describe('work in parallel', () => {
  it('keeps the order of the items and the number at once', async () => {
    let [now, most] = [0, 0];
    const results = await inParallel([5, 1, 4, 2, 3], { atOnce: 2, signal }, async (item) => {
      most = Math.max(most, (now += 1));
      for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
      now -= 1;
      return item * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });

  it('stops the others and waits for them when one fails', async () => {
    let ended = false;
    const work = inParallel(['fails', 'goes on', 'never begins'], { atOnce: 2, signal }, async (item, _, stopped) => {
      if (item === 'never begins') throw new Error('began');
      if (item === 'fails') throw new Error('failed');
      await new Promise<void>((resolve) => { if (stopped.aborted) resolve(); else stopped.addEventListener('abort', () => resolve(), { once: true }); });
      ended = true;
    });
    await expect(work).rejects.toThrow('failed');
    expect(ended).toBe(true);
  });
});
