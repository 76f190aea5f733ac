import { OperatingError } from '@baton/contracts';
import type { Clock } from '@baton/ports';

/** Every await of a lane ends: what takes longer than `ms` is given up with an OperatingError; nobody knows whether it happened. */
export async function withDeadline<T>(clock: Clock, ms: number, what: string, work: Promise<T>): Promise<T> {
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    cancel = clock.after(ms, () => reject(new OperatingError('unavailable', `${what} took longer than ${ms} ms`, { retry: 'unknown' })));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
  }
}

/** What an iterable gives, each piece within `ms`. One that hangs is left alone: it would answer a farewell no sooner. */
export async function* eachWithinDeadline<T>(clock: Clock, ms: number, what: string, source: AsyncIterable<T>): AsyncGenerator<T, void> {
  const iterator = source[Symbol.asyncIterator]();
  let over = false;
  try {
    for (;;) {
      const next = await withDeadline(clock, ms, what, iterator.next());
      over = next.done === true;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    if (!over) iterator.return?.().catch(() => undefined);
  }
}

export const pause = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));
