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

export const pause = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));
