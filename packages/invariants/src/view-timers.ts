/** The due set of a view held against the timers of its runs. */
import type { ViewedPartition } from './evidence.ts';

const keyOf = (runId: string, timerId: string): string => `${runId}|${timerId}`;

export function* dueProblems({ due, runs }: ViewedPartition): Iterable<{ readonly runId: string; readonly what: string }> {
  if (due === undefined) return;
  const armed = new Map<string, { readonly ver: number; readonly dueMs: number }>();
  const held = new Set<string>();
  for (const { runId, timers } of runs) {
    held.add(runId);
    for (const [timerId, { ver, dueMs }] of Object.entries(timers)) armed.set(keyOf(runId, timerId), { ver, dueMs });
  }
  for (const { runId, timerId, ver, dueMs } of due) {
    if (!held.has(runId)) continue;
    const key = keyOf(runId, timerId);
    const timer = armed.get(key);
    if (timer?.ver === ver && timer.dueMs === dueMs) armed.delete(key);
    else yield { runId, what: `the due set has timer ${timerId} in version ${ver}, due ${new Date(dueMs).toISOString()}, which the run does not have` };
  }
  for (const [key, { ver, dueMs }] of armed) {
    const bar = key.indexOf('|');
    yield { runId: key.slice(0, bar), what: `the due set lacks timer ${key.slice(bar + 1)} in version ${ver}, due ${new Date(dueMs).toISOString()}` };
  }
}
