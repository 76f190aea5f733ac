import { LIMITS, utf8Length, type ResultMessage, type RunError, type RunState } from '@baton/contracts';
import { ignored, type Decision, type Facts } from '../decision.ts';
import { resume } from '../interpreter.ts';
import { payloadTooLarge, technical } from '../states/outcome.ts';
import { awaitsToken, awaitToken } from '../states/task-token.ts';
import { Unfolding } from '../unfolding.ts';
import { accepted } from './accepted.ts';
import { findOpenAttempt } from './open-attempt.ts';

export function stepResult(state: RunState, { body }: ResultMessage, facts: Facts): Decision {
  const found = findOpenAttempt(state, body.stepId, body.attempt);
  // A worker that has handed its attempt over to whoever holds the token has nothing more to say.
  if (found === undefined || (found.open.awaitsToken === true && body.callback !== true)) return ignored('late');
  const run = new Unfolding(state, facts);
  const place = { run, branchId: found.branchId };
  if (body.callback !== true && body.outcome === 'succeeded' && awaitsToken(place)) {
    awaitToken(place, found.open, body.worker);
    return accepted(run);
  }
  const error = body.outcome === 'failed' ? (bounded(body.error) ?? technical('States.TaskFailed', 'The step failed without saying why')) : tooLarge(body, found.open.step);
  run.emit({
    type: 'attempt-closed',
    branch: found.branchId,
    stepId: body.stepId,
    attempt: body.attempt,
    outcome: error === undefined ? body.outcome : 'failed',
    worker: body.worker,
    ...(error !== undefined && { error }),
    ...(body.startedMs !== undefined && { startedMs: body.startedMs }),
    ...(body.endedMs !== undefined && { endedMs: body.endedMs }),
  });
  if (error !== undefined) resume(place, { kind: 'failed', error });
  else resume(place, body.outcome === 'released' ? { kind: 'released' } : { kind: 'succeeded', output: body.output ?? null });
  return accepted(run);
}

/** The SDK refuses such an output by itself, with the same error; other workers may not. */
function tooLarge({ outcome, output = null }: ResultMessage['body'], step: string): RunError | undefined {
  if (outcome !== 'succeeded') return undefined;
  const bytes = utf8Length(JSON.stringify(output));
  return bytes > LIMITS.payloadBytes ? payloadTooLarge(`the output of ${step} has`, bytes, LIMITS.payloadBytes) : undefined;
}

/** An error stands in several events of one transition; details over this would make it too large for a record. */
const MAX_DETAILS_BYTES = 65_536;

function bounded(error: RunError | undefined): RunError | undefined {
  if (error?.details === undefined || utf8Length(JSON.stringify(error.details)) <= MAX_DETAILS_BYTES) return error;
  return { ...error, details: { omitted: `more than ${MAX_DETAILS_BYTES} bytes` } };
}
