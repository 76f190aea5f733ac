/**
 * Asks `condition` again and again until it answers something other than `undefined` or `false`.
 * A condition is always bounded by a deadline: what waits for ever hides what is broken.
 */
export async function waitUntil<T>(
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  options: { deadlineMs: number; everyMs?: number; onDeadline: () => Error },
): Promise<T> {
  const endsAtMs = performance.now() + options.deadlineMs;
  for (;;) {
    const answer = await condition();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() >= endsAtMs) throw options.onDeadline();
    await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? 25));
  }
}
