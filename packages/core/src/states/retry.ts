/** Whether what has failed is tried again, and after how long. Jitter is a hash, so the answer is the same whoever asks. */
import { attemptKey, hashFraction, type Backoff, type Branch, type Policy } from '@baton/contracts';
import type { Retrier, State } from '@baton/workflow';
import { backoffTimer } from '../evolve.ts';
import { matchesError } from './error-match.ts';
import type { Failure } from './outcome.ts';
import { branchOf, type Place } from './place.ts';
import { policyOf } from './policy-of.ts';

interface Retry {
  readonly delayMs: number;
  /** Whose count goes up: index in the Retry array, or 'policy'. */
  readonly retrier: string;
}

/**
 * Schedules another try where Retry, or else the policy, allows one. The policy's retries are for attempts alone; Retry is for
 * whatever fails the state.
 * @returns whether it did.
 */
export function retried(place: Place, state: State, { error, also, of }: Failure): boolean {
  const { Retry: retriers } = state as { readonly Retry?: readonly Retrier[] };
  return retriedBy(place, { retriers, policy: of === 'attempt' ? attemptPolicy(place, state) : undefined }, { error, also });
}

interface Rules {
  readonly retriers: readonly Retrier[] | undefined;
  /** What counts where there are no retriers. */
  readonly policy: Policy | undefined;
}

type Failed = Pick<Failure, 'error'> & { readonly also: string | undefined };

/** As `retried`, by these rules. */
export function retriedBy(place: Place, rules: Rules, failed: Failed): boolean {
  const { run, branchId } = place;
  const branch = branchOf(place);
  const seed = attemptKey(run.state.runId, branch.stepId, branch.attempt);
  const retry = retryAfter(rules, branch, failed, seed);
  if (retry === undefined) return false;
  run.emit({
    type: 'retry-scheduled',
    branch: branchId,
    stepId: branch.stepId,
    attempt: branch.attempt + 1,
    retrier: retry.retrier,
    timer: run.arming(backoffTimer(branch.stepId), 'backoff', run.nowMs + retry.delayMs),
  });
  return true;
}

/** Reading items changes nothing, so that it is tried again by the platform's own rules, whatever the machine says of its steps. */
const attemptPolicy = ({ run }: Place, state: State): Policy | undefined => (state.Type === 'Task' ? policyOf(state, run.facts.machine, run.state) : run.state.policy);

/** @param seed run, step and attempt: what the jitter depends on. */
function retryAfter({ retriers, policy }: Rules, branch: Branch, { error, also }: Failed, seed: string): Retry | undefined {
  // A business error says the input is at fault: the next attempt would say the same.
  if (error.kind === 'business') return undefined;
  if (retriers !== undefined) return byRetriers(retriers, branch, { error, also }, seed);
  if (policy === undefined) return undefined;
  const used = branch.retries['policy'] ?? 0;
  return used < policy.max_retries ? { retrier: 'policy', delayMs: backoffMs(policy.retry_backoff, used + 1, hashFraction(seed)) } : undefined;
}

function byRetriers(retriers: readonly Retrier[], branch: Branch, { error, also }: Failed, seed: string): Retry | undefined {
  const index = retriers.findIndex((retrier) => matchesError(retrier.ErrorEquals, error, also));
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
