/**
 * Starts something every so often, however long the others take, and says how long each took, sorted. One after the other would
 * be kinder to a system that stands still: what would have been started meanwhile is missing.
 */
import { setTimeout as pause } from 'node:timers/promises';

export async function openLoop(one: () => Promise<void>, { everyMs, during }: { readonly everyMs: number; readonly during: Promise<unknown> }): Promise<readonly number[]> {
  let over = false;
  const end = during.finally(() => (over = true));
  const beganMs = performance.now();
  const underway: Promise<number>[] = [];
  const timed = async (): Promise<number> => {
    const startedMs = performance.now();
    await one();
    return performance.now() - startedMs;
  };
  while (!over) {
    const run = timed();
    // It is awaited below, with the others.
    run.catch(() => undefined);
    underway.push(run);
    await Promise.race([end, pause(Math.max(0, beganMs + underway.length * everyMs - performance.now()))]);
  }
  await end;
  return (await Promise.all(underway)).sort((a, b) => a - b);
}
