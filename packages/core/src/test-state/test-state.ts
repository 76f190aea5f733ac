/**
 * One state tried out alone: what it does with an input, by the code that runs it in a run. What it would reach outside for
 * is given instead of done: the answer of a Task's step, what the branches of a Parallel or a Map have come to.
 *
 *   T1  Nothing but the state itself runs: what it leads to ends at once, its branches are not opened. One that leads to itself
 *       is entered again; what is told is of the first time.
 *   T2  What cannot be tried out is refused, as a value; a state that fails has been tried out.
 */
import { hashJson, PLATFORM_DEFAULTS, ROOT_BRANCH, type Json, type JsonObject, type RunError, type RunEvent, type RunId, type StepId } from '@baton/contracts';
import { resolveResource, splitResource, waysOut, type State, type StateMachine } from '@baton/workflow';
import { flowOf } from '../data/data-flow.ts';
import { Scope } from '../data/scope.ts';
import { failureOf } from '../data/state-error.ts';
import { backoffTimer } from '../evolve.ts';
import { applyPatch } from '../evolve/patch.ts';
import { compensateOf } from '../states/compensate.ts';
import { ruleFor } from '../states/error-match.ts';
import { kindOf } from '../states/index.ts';
import { leaving } from '../states/leaving.ts';
import { technical, type Outcome } from '../states/outcome.ts';
import type { Place } from '../states/place.ts';
import { brokenBy, writerOf } from '../states/result-writer.ts';
import type { Resumption } from '../states/state-kind.ts';
import { Unfolding } from '../unfolding.ts';
import { stepIdOf } from '../step-id.ts';
import { walk } from '../walk.ts';
import { inspect, type Inspection } from './inspect.ts';
import { mistakeIn, type Mock } from './mock.ts';

export interface StateTest {
  /** A state that has passed the checks. */
  readonly state: State;
  /** What the context object calls it. Default: State. */
  readonly name?: string;
  /** What is known of its machine: the language, what Resources are bound to. */
  readonly machine?: Pick<StateMachine, 'QueryLanguage' | 'Baton'>;
  readonly input: Json;
  readonly variables?: Readonly<Record<string, Json>>;
  /** Members of the context object, in place of those that it would have. */
  readonly context?: JsonObject;
  readonly mock?: Mock;
  /** Retries that were made before, by the rule of Retry that takes the error. Default 0. */
  readonly retries?: number;
  /** Items of a Map that have failed. Default 0. */
  readonly failedItems?: number;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

export interface StateTested {
  /** `RETRIABLE`: it failed, and would be tried again. `CAUGHT_ERROR`: it failed, and a rule of Catch goes on. */
  readonly status: 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';
  readonly output?: Json;
  readonly error?: RunError;
  /** The rules that took the error, and the wait before it would be tried again. */
  readonly errorDetails?: { readonly retryIndex?: number; readonly retryBackoffIntervalSeconds?: number; readonly catchIndex?: number };
  /** The state that comes next; absent where the machine ends. */
  readonly next?: string;
  /** What it has set. */
  readonly variables: Readonly<Record<string, Json>>;
  /** What would undo it, and what that would be given; absent where nothing would, or where it has not been done. */
  readonly compensation?: { readonly resource: string; readonly input: Json };
  /** The data on its way through the state. */
  readonly inspection: Inspection;
}

export type StateTestResult = StateTested | { readonly refused: string };

export function testState(test: StateTest): StateTestResult {
  const { state, mock } = test;
  const refused = mistakeIn(state, mock);
  if (refused !== undefined) return { refused };
  const place = entered(test);
  const inspection = inspect(state, place, mock !== undefined && 'result' in mock ? mock.result : undefined);
  const before = place.run.events.length;
  const failure = taken(place, () => kindOf(state).enter(state, place)) ?? (isAtRest(place) ? taken(place, () => reached(place, test)) : undefined);
  return told(place.run.events.slice(before), place, test, { inspection, failure });
}

/** Takes one step of the walk, and what follows from it. @returns the failure that it came to, whoever took it then. */
function taken(place: Place, step: () => Outcome): RunError | undefined {
  let failure: RunError | undefined;
  walk(
    place,
    () => {
      // Only the first step is the state's own; those that it leads to end at once.
      try {
        const outcome = step();
        if (outcome.kind === 'failed') failure = outcome.error;
        return outcome;
      } catch (thrown) {
        failure = failureOf(thrown);
        throw thrown;
      }
    },
    0,
  );
  return failure;
}

/** A run that has just entered the state, in a machine that ends wherever the state leads to. */
function entered(test: StateTest): Place {
  const { state, name = 'State', machine, input, variables, context = {}, nowMs } = test;
  const ends = waysOut(state as unknown as JsonObject).flatMap(([, target]) => (typeof target === 'string' ? [[target, { Type: 'Succeed' as const }] as const] : []));
  const run = new Unfolding(undefined, {
    nowMs,
    machine: { ...bound(state, machine), StartAt: name, States: { ...Object.fromEntries(ends), [name]: state } },
    policy: PLATFORM_DEFAULTS,
    eventSource: '',
    taskToken: (key) => key,
    // Nothing is started, so any workflow may be there.
    workflow: (other) => ({ name: other, ver: 1, hash: '0'.repeat(32) }),
    files: () => 'gone',
    context: { Execution: executionOf(test), ...context },
  });
  run.emit({ type: 'run-started', runId: 'test' as RunId, def: { name: 'test', ver: 1, hash: '0'.repeat(32) }, policy: PLATFORM_DEFAULTS, input, inputHash: hashJson(input), startId: 'test', via: 'api' });
  run.emit({ type: 'input-kept' });
  const stepId = stepIdOf(name, 1);
  run.emit({ type: 'state-entered', branch: ROOT_BRANCH, stepId, state: name, stateType: state.Type });
  if (variables !== undefined) run.emit({ type: 'variables-assigned', branch: ROOT_BRANCH, stepId, variables });
  const place = { run, branchId: ROOT_BRANCH };
  triedBefore(place, test, stepId);
  return place;
}

/** Nobody could redrive it, so it does not say how often somebody has. */
const executionOf = ({ input, nowMs }: StateTest): JsonObject => ({ Id: 'test', Input: input, Name: 'test', RoleArn: 'none', StartTime: new Date(nowMs).toISOString() });

/** Its step is not run, so a Resource that nothing runs for here is as good as any. */
function bound(state: State, machine: StateTest['machine'] = {}): NonNullable<StateTest['machine']> {
  if (state.Type !== 'Task' || resolveResource(state.Resource, machine) !== undefined) return machine;
  return { ...machine, Baton: { ...machine.Baton, Resources: { ...machine.Baton?.Resources, [splitResource(state.Resource).name]: 'test/step' } } };
}

function triedBefore({ run, branchId }: Place, { state, mock, failedItems = 0, retries = 0 }: StateTest, stepId: StepId): void {
  const error = errorOf(mock) ?? (failedItems > 0 ? technical('States.ExceedToleratedFailureThreshold', '') : undefined);
  const retrier = error === undefined ? undefined : ruleFor(error, (state as { readonly Retry?: Rules }).Retry);
  if (retrier === undefined) return;
  for (let i = 0; i < retries; i++) {
    run.emit({ type: 'retry-scheduled', branch: branchId, stepId, attempt: 1, retrier: String(retrier), timer: run.arming(backoffTimer(stepId), 'backoff', run.nowMs) });
    run.emit({ type: 'backoff-ended', branch: branchId, stepId });
  }
}

type Rules = readonly { readonly ErrorEquals: readonly string[] }[];

const errorOf = (mock: Mock | undefined): RunError | undefined => (mock !== undefined && 'error' in mock ? technical(mock.error.name, mock.error.cause ?? '') : undefined);

const isAtRest = ({ run, branchId }: Place): boolean => run.state.status === 'running' && run.branch(branchId).phase !== 'backoff';

/** What the state waits for has happened. */
function reached(place: Place, { state, mock, failedItems = 0 }: StateTest): Outcome {
  const { run, branchId } = place;
  const resumed = (by: Resumption): Outcome => kindOf(state).resumed!(state, place, by);
  if (state.Type === 'Wait') return resumed({ kind: 'wait' });
  const { open, fanOut, stepId } = run.branch(branchId);
  const error = errorOf(mock);
  const result = mock !== undefined && 'result' in mock ? mock.result : null;
  const scope = new Scope(place);
  const leavingWithResult = (): Outcome => leaving(state, scope, { patch: flowOf(run.facts.machine, state).output(state, result, scope), result });
  if (state.Type === 'Task' && open === undefined) {
    // What the engine does itself opens no attempt; what it would have come to is given like the answer of a step.
    return error === undefined ? leavingWithResult() : { kind: 'failed', error, of: 'attempt' };
  }
  if (state.Type === 'Task') {
    run.emit({ type: 'attempt-closed', branch: branchId, stepId, attempt: open!.attempt, outcome: error === undefined ? 'succeeded' : 'failed', ...(error !== undefined && { error }) });
    return resumed(error === undefined ? { kind: 'succeeded', output: result } : { kind: 'failed', error });
  }
  if (error !== undefined) return { kind: 'failed', error, of: 'branches' };
  if (failedItems > (fanOut?.tolerated ?? 0)) {
    const last = technical('States.TaskFailed', `${failedItems} items have failed`);
    // What would be written first is written nowhere.
    return state.Type === 'Map' && writerOf(state) !== undefined ? brokenBy(last) : resumed({ kind: 'broken', error: last });
  }
  return leavingWithResult();
}

/** @param events since the state was entered. */
function told(events: readonly RunEvent[], { run }: Place, { state, input }: StateTest, { inspection, failure }: { readonly inspection: Inspection; readonly failure: RunError | undefined }): StateTested {
  const find = <T extends RunEvent['type']>(type: T) => events.find((event): event is Extract<RunEvent, { type: T }> => event.type === type);
  const [exit, retry] = [find('state-exited'), find('retry-scheduled')];
  const error = exit === undefined ? (find('state-failed')?.error ?? failure) : exit.error;
  const { Retry, Catch } = state as { readonly Retry?: Rules; readonly Catch?: Rules };
  const seen = { variables: find('variables-assigned')?.variables ?? {}, inspection, ...(error !== undefined && { error }) };
  if (exit === undefined) {
    const retryIndex = error === undefined ? undefined : ruleFor(error, Retry);
    const details = retryIndex === undefined ? undefined : { retryIndex, ...(retry !== undefined && { retryBackoffIntervalSeconds: (retry.timer.dueMs - run.nowMs) / 1_000 }) };
    return { ...seen, status: retry === undefined ? 'FAILED' : 'RETRIABLE', ...(details !== undefined && { errorDetails: details }) };
  }
  const next = events.slice(events.indexOf(exit)).find((event) => event.type === 'state-entered')?.state;
  const kept = find('compensation-kept');
  const catchIndex = error === undefined ? undefined : ruleFor(error, Catch);
  return {
    ...seen,
    status: error === undefined ? 'SUCCEEDED' : 'CAUGHT_ERROR',
    output: applyPatch(input, exit.patch),
    ...(catchIndex !== undefined && { errorDetails: { catchIndex } }),
    ...(next !== undefined && { next }),
    ...(kept !== undefined && { compensation: { resource: compensateOf(state)!.Resource, input: kept.input } }),
  };
}
