import type { ArmedTimer, RunState, TimerMessage } from '@baton/contracts';
import { ignored, type Decision, type Facts } from '../decision.ts';
import { currentState, proceed } from '../interpreter.ts';
import { REST, technical, type Outcome } from '../states/outcome.ts';
import type { Place } from '../states/place.ts';
import { abandonAttempt, attemptFailed, openAttempt } from '../states/task.ts';
import { endWait } from '../states/wait.ts';
import { Unfolding } from '../unfolding.ts';
import { accepted } from './accepted.ts';

export function timer(state: RunState, { body }: TimerMessage, facts: Facts): Decision {
  const armed = state.timers[body.timerId];
  if (armed === undefined || armed.ver !== body.ver) return ignored('late');
  const run = new Unfolding(state, facts);
  // Timers never fire early (I10), whoever's clock sent the message.
  if (armed.dueMs > run.nowMs) return ignored('early');
  const place = { run, branchId: armed.branch };
  if (armed.kind === 'run') endByTimeout(run);
  else proceed(place, () => fired(armed, place));
  return accepted(run);
}

function fired(armed: ArmedTimer, place: Place): Outcome {
  const state = currentState(place);
  const branch = place.run.branch(place.branchId);
  if (armed.kind === 'wait' && state?.Type === 'Wait') {
    place.run.emit({ type: 'wait-ended', branch: place.branchId, stepId: branch.stepId });
    return endWait(state, place);
  }
  if (state?.Type !== 'Task') throw new Error(`Expected a Task at a timer of kind ${armed.kind}, but found ${state?.Type}`);
  if (armed.kind === 'backoff') return openAttempt(state, place);
  const { open, stepId } = branch;
  if (open === undefined) return REST;
  const timedOut = open.deadlineMs <= place.run.nowMs;
  const error = timedOut
    ? technical('States.Timeout', `No result within ${Math.round((open.deadlineMs - open.openedMs) / 1_000)} s`)
    : technical('States.HeartbeatTimeout', `No heartbeat for ${Math.round((open.heartbeatTimeoutMs ?? 0) / 1_000)} s; the worker ${open.worker ?? ''} is gone or hangs`);
  abandonAttempt(place, stepId, timedOut ? 'timed-out' : 'heartbeat-lost', error);
  return attemptFailed(state, place, error);
}

/** The machine's own TimeoutSeconds: the run fails, whatever it was doing. */
function endByTimeout(run: Unfolding): void {
  const { startedMs, branches } = run.state;
  for (const [branchId, { stepId }] of Object.entries(branches)) abandonAttempt({ run, branchId }, stepId, 'timed-out');
  run.emit({ type: 'run-failed', error: technical('States.Timeout', `The run took longer than the ${Math.round((run.nowMs - startedMs) / 1_000)} s its definition allows`) });
}
