/**
 * Does the work for every item, at most `atOnce` at a time; results in the items' order.
 * When one fails the others are told to stop by their signal and waited for, so nothing goes on behind the error's back.
 */
export async function inParallel<T, R>(items: readonly T[], about: { readonly atOnce: number; readonly signal: AbortSignal }, work: (item: T, index: number, signal: AbortSignal) => Promise<R>): Promise<R[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([about.signal, stop.signal]);
  const results: R[] = [];
  let next = 0;
  let failure: { error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    while (next < items.length && failure === undefined) {
      const index = next;
      next += 1;
      try {
        signal.throwIfAborted();
        results[index] = await work(items[index] as T, index, signal);
      } catch (error) {
        failure ??= { error };
        stop.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(about.atOnce, items.length) }, lane));
  if (failure !== undefined) throw failure.error;
  return results;
}
