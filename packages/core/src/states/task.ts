/** A Task: attempts are opened, answered, timed out, retried. One attempt is open at a time, and is closed exactly once (I4). */
import { LIMITS, utf8Length, type Json, type RunError, type StepId } from '@baton/contracts';
import { MAX_SECONDS, resolveResource, type TaskState } from '@baton/workflow';
import { flowOf } from '../data/data-flow.ts';
import { Scope } from '../data/scope.ts';
import { StateError } from '../data/state-error.ts';
import { attemptTimer } from '../evolve.ts';
import { withdrawQuestion } from './engine-tasks/ask-person.ts';
import { abandonChild } from './engine-tasks/cancel-child.ts';
import { engineTaskOf, resumeEngineTask } from './engine-tasks/index.ts';
import { leaving } from './leaving.ts';
import { REST, type Outcome } from './outcome.ts';
import { branchOf, type Place } from './place.ts';
import { policyOf } from './policy-of.ts';
import { unexpected, type StateKind } from './state-kind.ts';

/** Without HeartbeatSeconds: how long a worker that has sent its first heartbeat may be silent. */
export const DEFAULT_HEARTBEAT_SECONDS = 30;
/** Without TimeoutSeconds and without platform defaults. Source: Amazon States Language. */
const ASL_TIMEOUT_SECONDS = 99_999_999;
const SECONDS = { least: 1, most: MAX_SECONDS };

/** Has a step run by its service, or done by the engine itself what its Resource says. */
export const task: StateKind<TaskState> = {
  enter: (state, place) => (engineTaskOf(state, place.run.facts.machine)?.enter ?? openAttempt)(state, place),
  resumed(state, place, by) {
    const byEngine = engineTaskOf(state, place.run.facts.machine);
    if (byEngine !== undefined) return resumeEngineTask(byEngine, state, place, by);
    switch (by.kind) {
      case 'backoff':
      case 'released':
        // What was handed back unfinished costs no retry.
        return openAttempt(state, place);
      case 'succeeded': {
        const scope = new Scope(place);
        return leaving(state, scope, { patch: flowOf(place.run.facts.machine, state).output(state, by.output, scope), result: by.output });
      }
      case 'failed':
        return { ...by, of: 'attempt' };
      default:
        return unexpected(state, by);
    }
  },
};

function openAttempt(state: TaskState, place: Place): Outcome {
  const { run } = place;
  const { machine } = run.facts;
  const scope = new Scope(place, { attempt: branchOf(place).attempt + 1 });
  const flow = flowOf(machine, state);
  const input = flow.input(state, scope);
  return beginAttempt(place, {
    resource: state.Resource,
    input,
    timeoutSeconds: flow.number(state, 'TimeoutSeconds', scope, SECONDS) ?? policyOf(state, machine, run.state)?.timeout_seconds ?? ASL_TIMEOUT_SECONDS,
    heartbeatSeconds: flow.number(state, 'HeartbeatSeconds', scope, SECONDS) ?? DEFAULT_HEARTBEAT_SECONDS,
  });
}

/** Has a step run for the state that a branch is in, and waits for its answer. */
export function beginAttempt(place: Place, { resource, input, timeoutSeconds, heartbeatSeconds }: { readonly resource: string; readonly input: Json; readonly timeoutSeconds: number; readonly heartbeatSeconds: number }): Outcome {
  const { run, branchId } = place;
  const { stepId, attempt: last } = branchOf(place);
  const bytes = withinLimit(input);
  const step = resolveResource(resource, run.facts.machine);
  if (step === undefined) throw new StateError('States.Runtime', `Nothing runs for the Resource ${resource}; bind it to a step in Baton.Resources`);
  const deadlineMs = run.nowMs + timeoutSeconds * 1_000;
  run.emit({
    type: 'attempt-opened',
    branch: branchId,
    stepId,
    attempt: last + 1,
    service: step.service,
    step: step.step,
    deadlineMs,
    heartbeatTimeoutMs: heartbeatSeconds * 1_000,
    // Only the deadline counts until the first heartbeat: before that the command may lie in the topic, and Kafka redelivers it.
    timer: run.arming(attemptTimer(stepId), 'attempt', deadlineMs),
  });
  run.sendRun({ stepId, open: branchOf(place).open!, input, bytes });
  return REST;
}

/** Closes the open attempt of a branch because its result is no longer wanted, and tells the worker; a run that the branch waits for is told as well, and what a person is asked is withdrawn. */
export function abandonAttempt(place: Place, stepId: StepId, why: 'cancelled' | 'timed-out' | 'heartbeat-lost', error?: RunError): void {
  abandonChild(place, why);
  withdrawQuestion(place);
  const open = branchOf(place).open;
  if (open === undefined) return;
  place.run.emit({ type: 'attempt-closed', branch: place.branchId, stepId, attempt: open.attempt, outcome: why, ...(error !== undefined && { error }), ...(open.worker !== undefined && { worker: open.worker }) });
  place.run.sendAbandon(stepId, open, why);
}

function withinLimit(input: Json): number {
  const bytes = utf8Length(JSON.stringify(input));
  if (bytes > LIMITS.payloadBytes) throw new StateError('States.DataLimitExceeded', `The step's input has ${bytes} bytes; at most ${LIMITS.payloadBytes} are allowed. Pass large things as artifacts`);
  return bytes;
}
