import type { Clock } from '@baton/ports';

/** Longest delay that a timer of Node takes; a longer one would fire at once. */
const LONGEST_MS = 2_147_483_647;

export function systemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    after(delayMs, task) {
      let timer: NodeJS.Timeout;
      const wait = (leftMs: number): void => {
        timer = setTimeout(() => (leftMs > LONGEST_MS ? wait(leftMs - LONGEST_MS) : task()), Math.min(Math.max(0, leftMs), LONGEST_MS));
      };
      wait(delayMs);
      return () => clearTimeout(timer);
    },
  };
}
