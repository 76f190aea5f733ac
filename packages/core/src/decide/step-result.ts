import type { ResultMessage, RunState } from '@baton/contracts';
import { ignored, type Decision, type Facts } from '../decision.ts';
import { currentState, proceed } from '../interpreter.ts';
import { technical } from '../states/outcome.ts';
import { attemptFailed, attemptSucceeded, openAttempt } from '../states/task.ts';
import { Unfolding } from '../unfolding.ts';
import { accepted } from './accepted.ts';
import { findOpenAttempt } from './open-attempt.ts';

export function stepResult(state: RunState, { body }: ResultMessage, facts: Facts): Decision {
  const found = findOpenAttempt(state, body.stepId, body.attempt);
  if (found === undefined) return ignored('late');
  const run = new Unfolding(state, facts);
  const place = { run, branchId: found.branchId };
  const task = currentState(place);
  if (task?.Type !== 'Task') throw new Error(`Expected a Task where an attempt is open, but found ${task?.Type}`);
  const error = body.outcome === 'failed' ? (body.error ?? technical('States.TaskFailed', 'The step failed without saying why')) : undefined;
  run.emit({
    type: 'attempt-closed',
    branch: found.branchId,
    stepId: body.stepId,
    attempt: body.attempt,
    outcome: body.outcome,
    worker: body.worker,
    ...(error !== undefined && { error }),
    ...(body.startedMs !== undefined && { startedMs: body.startedMs }),
    ...(body.endedMs !== undefined && { endedMs: body.endedMs }),
  });
  proceed(place, () => {
    if (error !== undefined) return attemptFailed(task, place, error);
    // Handed back unfinished: the next attempt opens at once and costs no retry.
    return body.outcome === 'released' ? openAttempt(task, place) : attemptSucceeded(task, place, body.output ?? null);
  });
  return accepted(run);
}
