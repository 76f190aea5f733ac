import type { ArmedTimer, Awaited, OpenAttempt, RunError, RunState, TimerMessage } from '@baton/contracts';
import { endRun } from '../compensating.ts';
import { ignored, type Decision, type Facts } from '../decision.ts';
import { resume, resumeFanOut } from '../interpreter.ts';
import { technical } from '../states/outcome.ts';
import { escalate } from '../states/engine-tasks/ask-person.ts';
import { cancelChild } from '../states/engine-tasks/cancel-child.ts';
import type { Place } from '../states/place.ts';
import { abandonAttempt } from '../states/task.ts';
import { Unfolding } from '../unfolding.ts';
import { accepted } from './accepted.ts';

export function timer(state: RunState, { body }: TimerMessage, facts: Facts): Decision {
  const armed = state.timers[body.timerId];
  if (armed === undefined || armed.ver !== body.ver) return ignored('late');
  const run = new Unfolding(state, facts);
  // Timers never fire early (I10), whoever's clock sent the message.
  if (armed.dueMs > run.nowMs) return ignored('early');
  fired(armed, { run, branchId: armed.branch });
  return accepted(run);
}

function fired(armed: ArmedTimer, place: Place): void {
  switch (armed.kind) {
    case 'run':
      return endByTimeout(place);
    case 'attempt':
      return attemptTimedOut(place);
    case 'deadline':
      return awaitTimedOut(place);
    case 'escalation':
      return escalate(place);
    case 'continue':
      return resumeFanOut(place);
    default:
      return resume(place, { kind: armed.kind });
  }
}

/** At the deadline, or after too long a silence. */
function attemptTimedOut(place: Place): void {
  const { run, branchId } = place;
  const { open, stepId } = run.branch(branchId);
  if (open === undefined) throw new Error(`Expected an open attempt of ${stepId}, since its time-out is armed`);
  const timedOut = open.deadlineMs <= run.nowMs;
  const failure = timedOut ? { error: technical('States.Timeout', `No result within ${Math.round((open.deadlineMs - open.openedMs) / 1_000)} s`) } : silence(open);
  abandonAttempt(place, stepId, timedOut ? 'timed-out' : 'heartbeat-lost', failure.error);
  resume(place, { kind: 'failed', ...failure });
}

function awaitTimedOut(place: Place): void {
  const { run, branchId } = place;
  const { awaits, stepId, attempt } = run.branch(branchId);
  if (awaits === undefined) throw new Error(`Expected ${stepId} to wait for something, since its deadline is armed`);
  run.emit(awaits.kind === 'person' ? { type: 'question-expired', branch: branchId, stepId, attempt } : { type: 'await-timed-out', branch: branchId, stepId });
  if (awaits.kind === 'run') cancelChild(place, awaits.runId, `States.Timeout: the run ${run.state.runId} that started it waits for it no longer`);
  resume(place, { kind: 'failed', error: technical('States.Timeout', `${notCome(awaits)} within ${Math.round((awaits.deadlineMs - awaits.sinceMs) / 1_000)} s`) });
}

function notCome(awaits: Awaited): string {
  switch (awaits.kind) {
    case 'signal':
      return `No signal ${awaits.name}`;
    case 'run':
      return `The run ${awaits.runId} of ${awaits.name} has not ended`;
    case 'person':
      return `Nobody answered ${JSON.stringify(awaits.name)}`;
  }
}

/** AWS reports the silence of whoever holds a task token as a time-out, and takes it by either name. */
function silence({ heartbeatTimeoutMs = 0, worker = '', awaitsToken }: OpenAttempt): { readonly error: RunError; readonly also?: string } {
  const seconds = Math.round(heartbeatTimeoutMs / 1_000);
  if (awaitsToken === true) return { error: technical('States.Timeout', `No heartbeat for ${seconds} s by whoever holds the task token`), also: 'States.HeartbeatTimeout' };
  return { error: technical('States.HeartbeatTimeout', `No heartbeat for ${seconds} s; the worker ${worker} is gone or hangs`) };
}

/** The machine's own TimeoutSeconds: the run fails, whatever it was doing. */
function endByTimeout({ run }: Place): void {
  const { startedMs, branches } = run.state;
  for (const [branchId, { stepId }] of Object.entries(branches)) abandonAttempt({ run, branchId }, stepId, 'timed-out');
  endRun(run, { as: 'failed', error: technical('States.Timeout', `The run took longer than the ${Math.round((run.nowMs - startedMs) / 1_000)} s its definition allows`) });
}
