/** A Task: attempts are opened, answered, timed out, retried. One attempt is open at a time, and is closed exactly once (I4). */
import { attemptKey, LIMITS, utf8Length, type Json, type RunError, type StepId } from '@baton/contracts';
import { parseResource, type TaskState } from '@baton/workflow';
import { effectiveInput, outputPatch } from '../data/flow.ts';
import { read } from '../data/path.ts';
import { StateError } from '../data/state-error.ts';
import { attemptTimer, backoffTimer } from '../evolve.ts';
import { REST, type Outcome } from './outcome.ts';
import { branchOf, scopeOf, type Place } from './place.ts';
import { policyOf } from './policy-of.ts';
import { retryAfter } from './retry.ts';

/** Without HeartbeatSeconds: how long a worker that has sent its first heartbeat may be silent. */
export const DEFAULT_HEARTBEAT_SECONDS = 30;
/** Without TimeoutSeconds and without platform defaults. Source: Amazon States Language. */
const ASL_TIMEOUT_SECONDS = 99_999_999;

export const enterTask = (task: TaskState, place: Place): Outcome => openAttempt(task, place);

export function openAttempt(task: TaskState, place: Place): Outcome {
  const { run, branchId } = place;
  const branch = branchOf(place);
  const scope = scopeOf(place);
  const input = withinLimit(effectiveInput(task, scope));
  const resource = parseResource(task.Resource)!;
  const seconds = (literal: number | undefined, path: string | undefined, field: string): number | undefined =>
    literal ?? (path === undefined ? undefined : positiveSeconds(read(path, scope, field), field));
  const timeout = seconds(task.TimeoutSeconds, task.TimeoutSecondsPath, 'TimeoutSecondsPath') ?? policyOf(task, run.facts.machine, run.state)?.timeout_seconds ?? ASL_TIMEOUT_SECONDS;
  const heartbeat = seconds(task.HeartbeatSeconds, task.HeartbeatSecondsPath, 'HeartbeatSecondsPath') ?? DEFAULT_HEARTBEAT_SECONDS;
  const deadlineMs = run.nowMs + timeout * 1_000;
  const { stepId } = branch;
  run.emit({
    type: 'attempt-opened',
    branch: branchId,
    stepId,
    attempt: branch.attempt + 1,
    service: resource.service,
    step: resource.step,
    deadlineMs,
    heartbeatTimeoutMs: heartbeat * 1_000,
    // Only the deadline counts until the first heartbeat: before that the command may lie in the topic, and Kafka redelivers it.
    timer: run.arming(attemptTimer(stepId), 'attempt', deadlineMs),
  });
  run.sendRun({ stepId, open: branchOf(place).open!, input });
  return REST;
}

export function attemptSucceeded(task: TaskState, place: Place, output: Json): Outcome {
  return { kind: 'exit', patch: outputPatch(task, output, scopeOf(place), task.Baton?.Result === 'merge'), next: task.Next };
}

/** The attempt is closed already; what now? */
export function attemptFailed(task: TaskState, place: Place, error: RunError): Outcome {
  const { run, branchId } = place;
  const branch = branchOf(place);
  const seed = attemptKey(run.state.runId, branch.stepId, branch.attempt);
  const retry = retryAfter(task, branch, error, policyOf(task, run.facts.machine, run.state), seed);
  if (retry === undefined) return { kind: 'failed', error };
  run.emit({
    type: 'retry-scheduled',
    branch: branchId,
    stepId: branch.stepId,
    attempt: branch.attempt + 1,
    retrier: retry.retrier,
    timer: run.arming(backoffTimer(branch.stepId), 'backoff', run.nowMs + retry.delayMs),
  });
  return REST;
}

/** Closes the open attempt of a branch because its result is no longer wanted, and tells the worker. */
export function abandonAttempt(place: Place, stepId: StepId, why: 'cancelled' | 'timed-out' | 'heartbeat-lost', error?: RunError): void {
  const open = branchOf(place).open;
  if (open === undefined) return;
  place.run.emit({ type: 'attempt-closed', branch: place.branchId, stepId, attempt: open.attempt, outcome: why, ...(error !== undefined && { error }), ...(open.worker !== undefined && { worker: open.worker }) });
  place.run.sendAbandon(stepId, open, why);
}

function withinLimit(input: Json): Json {
  const bytes = utf8Length(JSON.stringify(input));
  if (bytes > LIMITS.payloadBytes) throw new StateError('States.DataLimitExceeded', `The step's input has ${bytes} bytes; at most ${LIMITS.payloadBytes} are allowed. Pass large things as artifacts`);
  return input;
}

function positiveSeconds(value: Json, field: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) throw new StateError('States.Runtime', `${field}: expected a whole number of seconds, at least 1`);
  return value;
}
