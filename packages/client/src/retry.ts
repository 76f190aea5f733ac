import { setTimeout as sleep } from 'node:timers/promises';
import { BatonError } from './baton-error.ts';

export interface RetryOptions {
  /** Calls in all. Default 5. */
  readonly attempts: number;
  /** Wait before the second call; doubles, with jitter. Default 200 ms. */
  readonly baseMs: number;
  /** Longest wait. Default 5 s. */
  readonly capMs: number;
}

export const DEFAULT_RETRY: RetryOptions = { attempts: 5, baseMs: 200, capMs: 5_000 };

/** Whether the same call may go well a moment later. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof BatonError)) return false;
  if (error.code === 'unreachable' || error.code === 'timeout') return true;
  return error.status === 429 || error.status === 408 || error.status === 502 || error.status === 503 || error.status === 504;
}

/** Doubles up to the cap; half of it is chance, so that callers who failed together do not come back together. */
export function backoffMs(attempt: number, { baseMs, capMs }: RetryOptions, retryAfterSeconds?: number): number {
  const wait = Math.min(capMs, baseMs * 2 ** (attempt - 1));
  const jittered = wait / 2 + Math.random() * (wait / 2);
  return retryAfterSeconds === undefined ? jittered : Math.max(jittered, Math.min(retryAfterSeconds * 1_000, capMs));
}

/** Calls again while the failure is transient. Only for calls that may be repeated. */
export async function retried<T>(call: () => Promise<T>, options: RetryOptions, signal: AbortSignal | undefined, transient: (error: unknown) => boolean = isTransient): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= options.attempts || signal?.aborted === true || !transient(error)) throw error;
      await sleep(backoffMs(attempt, options, error instanceof BatonError ? error.retryAfterSeconds : undefined), undefined, signal === undefined ? {} : { signal });
    }
  }
}
