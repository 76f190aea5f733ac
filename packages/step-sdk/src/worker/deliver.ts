/** Sends one message until it is acknowledged. */
import { OperatingError, type InboxMessage } from '@baton/contracts';
import type { Clock, InboxSender } from '@baton/ports';
import type { Log } from '@baton/platform-kit';

export interface Delivery {
  readonly inbox: InboxSender;
  readonly clock: Clock;
  readonly log: Log;
  /** Epoch milliseconds after which it no longer counts, so nobody need send it. */
  readonly untilMs: number;
  /** Fires when it is no longer wanted. */
  readonly unwanted?: AbortSignal;
}

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;

/** @returns whether it was acknowledged. Never throws. */
export async function deliver(message: InboxMessage, { inbox, clock, log, untilMs, unwanted }: Delivery): Promise<boolean> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    if (unwanted?.aborted === true) return false;
    try {
      await inbox.send([message]);
      return true;
    } catch (err) {
      const final = err instanceof OperatingError && err.retry === 'no';
      if (final || clock.nowMs() + waitMs >= untilMs) {
        log.error({ err, messageId: message.id, final }, 'a message could not be sent and is given up: the attempt will time out');
        return false;
      }
      log.warn({ err, messageId: message.id, waitMs }, 'a message could not be sent; trying again');
    }
    await pause(clock, waitMs, unwanted);
  }
}

/** Resolves after the time, or as soon as the signal fires. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal?.addEventListener('abort', done, { once: true });
    if (signal?.aborted === true) done();
  });
}
