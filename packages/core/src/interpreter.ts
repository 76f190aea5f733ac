/**
 * Walks a branch from state to state until something outside must happen. States are entered by the functions of
 * states/, one file each; a new kind of state is a new file and a line in `enter`.
 */
import { LIMITS, ROOT_BRANCH, utf8Length, type DataPatch, type Json, type RunError, type StepId } from '@baton/contracts';
import type { State, TaskState } from '@baton/workflow';
import { placeResult } from './data/flow.ts';
import { StateError } from './data/state-error.ts';
import { applyPatch } from './evolve/patch.ts';
import { enterChoice } from './states/choice.ts';
import { matchesError } from './states/error-match.ts';
import { enterFail } from './states/fail.ts';
import { technical, type Outcome } from './states/outcome.ts';
import { enterPass } from './states/pass.ts';
import { branchOf, type Place } from './states/place.ts';
import { policyOf } from './states/policy-of.ts';
import { enterSucceed } from './states/succeed.ts';
import { enterTask } from './states/task.ts';
import { enterWait } from './states/wait.ts';

/** Enters `state` and goes on from there. */
export const enterState = (place: Place, state: string): void => proceed(place, () => enter(place, state));

/** Goes on from an outcome of the state the branch is in. */
export function proceed(place: Place, first: () => Outcome): void {
  let step = first;
  for (let transitions = 0; ; transitions++) {
    if (transitions > LIMITS.statesPerDecision) return failRun(place, technical('States.Runtime', `More than ${LIMITS.statesPerDecision} transitions without waiting for anything; the definition loops`));
    const outcome = settle(place, step);
    if (outcome === undefined || outcome.kind === 'rest') return;
    if (outcome.kind === 'failed') return failRun(place, outcome.error);
    const { state, stepId } = branchOf(place);
    place.run.emit({
      type: 'state-exited',
      branch: place.branchId,
      stepId,
      state,
      patch: outcome.patch,
      via: outcome.via ?? 'done',
      ...(outcome.error !== undefined && { error: outcome.error }),
    });
    const next = outcome.next;
    if (next === undefined) return endBranch(place);
    step = () => enter(place, next);
  }
}

/** Runs one step of the walk; a failure is turned into what the definition says of it. */
function settle(place: Place, step: () => Outcome): Outcome | undefined {
  let outcome: Outcome;
  try {
    outcome = withinLimit(place, step());
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    outcome = { kind: 'failed', error: error.error };
  }
  if (outcome.kind !== 'failed') return outcome;
  const named = { ...outcome.error, step: branchOf(place).state };
  return handled(place, named) ?? { kind: 'failed', error: named };
}

function enter(place: Place, name: string): Outcome {
  const { run, branchId } = place;
  const state = run.facts.machine.States[name];
  if (state === undefined) throw new StateError('States.Runtime', `There is no state ${JSON.stringify(name)}`);
  run.emit({ type: 'state-entered', branch: branchId, stepId: stepIdOf(name, run.state.entries + 1), state: name, stateType: state.Type });
  switch (state.Type) {
    case 'Task':
      return enterTask(state, place);
    case 'Pass':
      return enterPass(state, place);
    case 'Choice':
      return enterChoice(state, place);
    case 'Wait':
      return enterWait(state, place);
    case 'Succeed':
      return enterSucceed(state, place);
    case 'Fail':
      return enterFail(state, place);
  }
}

/** Catch, then the continuing error handler; undefined where nobody takes the error. */
function handled(place: Place, error: RunError): Outcome | undefined {
  const state = currentState(place);
  if (state?.Type !== 'Task') return undefined;
  const catcher = state.Catch?.find((candidate) => matchesError(candidate.ErrorEquals, error));
  if (catcher !== undefined) {
    const output: Json = { Error: error.name, Cause: error.message, ...(error.details !== undefined && { Details: error.details as Json }) };
    return { kind: 'exit', patch: placeResult(catcher.ResultPath, output), next: catcher.Next, via: 'caught', error };
  }
  return continues(state, place, error) ? { kind: 'exit', patch: recordedError(place, error), next: state.Next, via: 'continued', error } : undefined;
}

/** A business error is never continued: it says the input is at fault, and what follows would build on it. */
function continues(task: TaskState, place: Place, error: RunError): boolean {
  return error.kind === 'technical' && policyOf(task, place.run.facts.machine, place.run.state)?.default_error_handler === 'continue';
}

function recordedError(place: Place, error: RunError): DataPatch {
  const { data, stepId, attempt } = branchOf(place);
  const before = typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as { errors?: Json }).errors : undefined;
  const entry: Json = { step: error.step ?? '', stepId, attempts: attempt, name: error.name, message: error.message };
  return { op: 'set', path: ['errors'], value: [...(Array.isArray(before) ? before : []), entry] };
}

function withinLimit(place: Place, outcome: Outcome): Outcome {
  if (outcome.kind !== 'exit' || outcome.patch.op === 'keep') return outcome;
  const bytes = utf8Length(JSON.stringify(applyPatch(branchOf(place).data, outcome.patch)));
  if (bytes <= LIMITS.payloadBytes) return outcome;
  return { kind: 'failed', error: technical('States.DataLimitExceeded', `The run's data would have ${bytes} bytes; at most ${LIMITS.payloadBytes} are allowed. Pass large things as artifacts`) };
}

function endBranch(place: Place): void {
  if (place.branchId === ROOT_BRANCH) place.run.emit({ type: 'run-completed' });
}

function failRun(place: Place, error: RunError): void {
  const { state, stepId } = branchOf(place);
  const named = { ...error, step: error.step ?? state };
  if (stepId !== '') place.run.emit({ type: 'state-failed', branch: place.branchId, stepId, state, error: named });
  place.run.emit({ type: 'run-failed', error: named });
}

export function currentState(place: Place): State | undefined {
  return place.run.facts.machine.States[branchOf(place).state];
}

/** Readable, unique in the run, fit for keys: a name may hold any character, so it is reduced to those an id may have. */
export function stepIdOf(state: string, entry: number): StepId {
  const readable = state.replace(/[^A-Za-z0-9_]+/g, '-').replace(/^[-_]+|[-_]+$/g, '').slice(0, 64);
  return `${readable === '' ? 'state' : readable}.${entry}` as StepId;
}
