import type { Clock } from '@baton/ports';

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /**
   * Moves the time forwards, running every task that falls due on the way at its own time, in order of due time and then
   * of registration. Tasks are run to their first await; whoever needs what follows waits for a condition.
   */
  advance(ms: number): void;
  /** When the next task is due; undefined where none is registered. */
  nextDueMs(): number | undefined;
}

/** @param startMs epoch milliseconds; default 2026-01-01T00:00:00Z. */
export function manualClock(startMs: number = Date.UTC(2026, 0, 1)): ManualClock {
  let now = startMs;
  const tasks = new Set<{ readonly dueMs: number; readonly task: () => void }>();
  // Insertion order breaks ties, since a Set iterates in it.
  const earliest = () => [...tasks].reduce<{ dueMs: number; task: () => void } | undefined>((first, entry) => (first === undefined || entry.dueMs < first.dueMs ? entry : first), undefined);
  return {
    nowMs: () => now,
    after(delayMs, task) {
      const entry = { dueMs: now + Math.max(0, delayMs), task };
      tasks.add(entry);
      return () => void tasks.delete(entry);
    },
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`Expected a number of milliseconds to go forwards, but found ${ms}`);
      const until = now + ms;
      for (let next = earliest(); next !== undefined && next.dueMs <= until; next = earliest()) {
        tasks.delete(next);
        now = next.dueMs;
        next.task();
      }
      now = until;
    },
    nextDueMs: () => earliest()?.dueMs,
  };
}
