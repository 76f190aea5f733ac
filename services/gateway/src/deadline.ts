import { OperatingError } from '@baton/contracts';
import type { Clock } from '@baton/ports';

/** @throws OperatingError `unavailable`, retry `unknown`, where `work` has not ended in time; what it does later is nobody's business. */
export async function withDeadline<T>(clock: Clock, deadlineMs: number, what: string, work: Promise<T>): Promise<T> {
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    cancel = clock.after(deadlineMs, () => reject(new OperatingError('unavailable', `${what} has not answered within ${deadlineMs} ms`, { retry: 'unknown' })));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
  }
}

export const pause = (clock: Clock, delayMs: number): Promise<void> => new Promise((resolve) => void clock.after(delayMs, resolve));
