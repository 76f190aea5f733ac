/**
 * Walks a branch from state to state until something outside must happen. How each kind of state runs is in states/, one
 * file each and one table of them; the branches of Parallel and Map are looked after in fan-outs.ts.
 */
import { LIMITS, ROOT_BRANCH, type RunError } from '@baton/contracts';
import { Budget } from './budget.ts';
import { endRun } from './compensating.ts';
import { bytesOf } from './data/size.ts';
import { failureOf, StateError } from './data/state-error.ts';
import { caught } from './states/catch.ts';
import { failWithin } from './states/fan-out.ts';
import { kindOf } from './states/index.ts';
import { technical, type Failure, type Outcome } from './states/outcome.ts';
import { branchOf, machineOf, stateOf, type Place } from './states/place.ts';
import { retried } from './states/retry.ts';
import { unexpected, type Resumption } from './states/state-kind.ts';
import { stepIdOf } from './step-id.ts';

/**
 * From an outcome of the state the branch is in to where it has to wait, or to its end.
 * @param before what the decision has written that this branch has nothing to do with.
 * @param since states that the branch has gone through without waiting for anything outside.
 */
export function walk(place: Place, first: () => Outcome, before: number, since = 0): void {
  const { run } = place;
  const budget = new Budget(before);
  let step = first;
  for (let transitions = since; ; transitions++) {
    run.transitions = transitions;
    if (transitions > LIMITS.statesPerDecision) return failBranch(place, technical('States.Runtime', `More than ${LIMITS.statesPerDecision} transitions without waiting for anything; the definition loops`));
    const outcome = settle(place, step, budget);
    if (outcome.kind === 'rest') return;
    if (outcome.kind === 'failed') return failBranch(place, outcome.error);
    const { state, stepId } = branchOf(place);
    if (outcome.assign !== undefined) run.emit({ type: 'variables-assigned', branch: place.branchId, stepId, variables: outcome.assign });
    if (outcome.compensation !== undefined) run.emit({ type: 'compensation-kept', branch: place.branchId, stepId, state, input: outcome.compensation });
    run.emit({
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

/** Begins with a state. */
export const walkFrom = (place: Place, state: string, before: number): void => walk(place, () => enter(place, state), before);

/** Goes on with the state that a branch is in, after what it has waited for. */
export const walkOn = (place: Place, by: Resumption, before: number, since = 0): void => walk(place, () => resumed(place, by), before, since);

function enter(place: Place, name: string): Outcome {
  const { run, branchId } = place;
  const state = machineOf(place)?.States[name];
  if (state === undefined) throw new StateError('States.Runtime', `There is no state ${JSON.stringify(name)}`);
  run.emit({ type: 'state-entered', branch: branchId, stepId: stepIdOf(name, run.state.entries + 1), state: name, stateType: state.Type });
  return kindOf(state).enter(state, place);
}

function resumed(place: Place, by: Resumption): Outcome {
  const state = stateOf(place);
  if (state === undefined) throw new Error(`Expected a state where ${by.kind} happens, but found none`);
  return kindOf(state).resumed?.(state, place, by) ?? unexpected(state, by);
}

/** Runs one step of the walk; a failure is turned into what the definition says of it. */
function settle(place: Place, step: () => Outcome, budget: Budget): Outcome {
  const outcome = attempt(() => budget.take(place, step()));
  if (outcome.kind !== 'failed') return outcome;
  const { state: at, phase, stepId } = branchOf(place);
  if (phase === 'backoff') place.run.emit({ type: 'backoff-ended', branch: place.branchId, stepId });
  // What has failed inside is named where it has.
  const failure: Failure = { ...outcome, error: { ...outcome.error, step: (outcome.of === 'branches' ? outcome.error.step : undefined) ?? at } };
  const state = stateOf(place);
  if (state === undefined) return failure;
  if (retried(place, state, failure)) return { kind: 'rest' };
  const taken = attempt(() => caught(place, state, failure) ?? failure);
  if (taken === failure) return failure;
  // What an error leaves in the data counts as well, or a loop of caught errors would grow the run without end.
  const bounded = taken.kind === 'failed' ? taken : budget.take(place, taken);
  return bounded.kind === 'failed' ? { kind: 'failed', error: { ...bounded.error, step: at } } : bounded;
}

function attempt(step: () => Outcome): Outcome {
  try {
    return step();
  } catch (thrown) {
    const error = failureOf(thrown);
    if (error === undefined) throw thrown;
    return { kind: 'failed', error };
  }
}

function endBranch(place: Place): void {
  const { run, branchId } = place;
  if (branchId === ROOT_BRANCH) return run.emit({ type: 'run-completed' });
  const { parent, data } = branchOf(place);
  run.emit({ type: 'branch-ended', branch: branchId, bytes: bytesOf(data) });
  run.lookAt(parent!);
}

function failBranch(place: Place, error: RunError): void {
  const { run, branchId } = place;
  const { state, stepId } = branchOf(place);
  const named = { ...error, step: error.step ?? state };
  if (stepId !== '') run.emit({ type: 'state-failed', branch: branchId, stepId, state, error: named });
  if (branchId === ROOT_BRANCH) return endRun(run, { as: 'failed', error: named });
  failWithin(place, named);
}
