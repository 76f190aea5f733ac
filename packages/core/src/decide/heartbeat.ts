import type { HeartbeatMessage, RunState } from '@baton/contracts';
import { ignored, type Decision, type Facts } from '../decision.ts';
import { attemptTimer } from '../evolve.ts';
import { Unfolding } from '../unfolding.ts';
import { accepted } from './accepted.ts';
import { findOpenAttempt } from './open-attempt.ts';

export function heartbeat(state: RunState, { body }: HeartbeatMessage, facts: Facts): Decision {
  const found = findOpenAttempt(state, body.stepId, body.attempt);
  // A worker that has handed its attempt over to whoever holds the token keeps nothing alive.
  if (found === undefined || (found.open.awaitsToken === true && body.callback !== true)) return ignored('late');
  const run = new Unfolding(state, facts);
  const silentUntilMs = run.nowMs + (found.open.heartbeatTimeoutMs ?? Number.POSITIVE_INFINITY);
  run.emit({
    type: 'attempt-heartbeat',
    branch: found.branchId,
    stepId: body.stepId,
    attempt: body.attempt,
    worker: body.worker,
    ...(body.startedMs !== undefined && { startedMs: body.startedMs }),
    ...(body.progress !== undefined && { progress: body.progress }),
    timer: run.arming(attemptTimer(body.stepId), 'attempt', Math.min(found.open.deadlineMs, silentUntilMs)),
  });
  return accepted(run);
}
