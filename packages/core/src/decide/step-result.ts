import { utf8Length, type ResultMessage, type RunError, type RunState } from '@baton/contracts';
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
  const error = body.outcome === 'failed' ? (bounded(body.error) ?? technical('States.TaskFailed', 'The step failed without saying why')) : undefined;
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

/** An error stands in several events of one transition; details over this would make it too large for a record. */
const MAX_DETAILS_BYTES = 65_536;

function bounded(error: RunError | undefined): RunError | undefined {
  if (error?.details === undefined || utf8Length(JSON.stringify(error.details)) <= MAX_DETAILS_BYTES) return error;
  return { ...error, details: { omitted: `more than ${MAX_DETAILS_BYTES} bytes` } };
}
