/** Whether a failed attempt is followed by another, and after how long. Jitter is a hash, so the answer is the same whoever asks. */
import { hashFraction, type Backoff, type Branch, type Policy, type RunError } from '@baton/contracts';
import type { Retrier, TaskState } from '@baton/workflow';
import { matchesError } from './error-match.ts';

export interface Retry {
  readonly delayMs: number;
  /** Whose count goes up: index in the Retry array, or 'policy'. */
  readonly retrier: string;
}

/** @param seed run, step and attempt: what the jitter depends on. */
export function retryAfter(task: TaskState, branch: Branch, error: RunError, policy: Policy | undefined, seed: string): Retry | undefined {
  // A business error says the input is at fault: the next attempt would say the same.
  if (error.kind === 'business') return undefined;
  if (task.Retry !== undefined) return byRetriers(task.Retry, branch, error, seed);
  if (policy === undefined) return undefined;
  const used = branch.retries['policy'] ?? 0;
  return used < policy.max_retries ? { retrier: 'policy', delayMs: backoffMs(policy.retry_backoff, used + 1, hashFraction(seed)) } : undefined;
}

function byRetriers(retriers: readonly Retrier[], branch: Branch, error: RunError, seed: string): Retry | undefined {
  const index = retriers.findIndex((retrier) => matchesError(retrier.ErrorEquals, error));
  const retrier = retriers[index];
  const used = branch.retries[String(index)] ?? 0;
  if (retrier === undefined || used >= (retrier.MaxAttempts ?? 3)) return undefined;
  // Source: Amazon States Language, "Retrying after error": interval × rate^n, at most MaxDelaySeconds, FULL jitter from 0 to that.
  const full = Math.min((retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** used, retrier.MaxDelaySeconds ?? 31_536_000) * 1_000;
  return { retrier: String(index), delayMs: Math.round(retrier.JitterStrategy === 'FULL' ? full * hashFraction(seed) : full) };
}

/**
 * Milliseconds before retry number `retry` (1 is the first). @param fraction in [0, 1).
 */
export function backoffMs(backoff: Backoff, retry: number, fraction: number): number {
  const growth = backoff.type === 'fixed' ? 1 : backoff.factor ** (retry - 1);
  const full = Math.min(backoff.base_seconds * growth, backoff.cap_seconds) * 1_000;
  const least = backoff.jitter === 'none' ? full : backoff.jitter === 'equal' ? full / 2 : 0;
  return Math.round(least + (full - least) * fraction);
}
