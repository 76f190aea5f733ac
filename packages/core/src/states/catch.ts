/** Who takes a failure that is not tried again: a rule of Catch, then the continuing error handler. */
import type { DataPatch, Json, RunError } from '@baton/contracts';
import type { Catcher, State, TaskState } from '@baton/workflow';
import { flowOf } from '../data/data-flow.ts';
import { Scope } from '../data/scope.ts';
import { matchesError } from './error-match.ts';
import type { Failure, Outcome } from './outcome.ts';
import { branchOf, type Place } from './place.ts';
import { policyOf } from './policy-of.ts';

/** @returns undefined where nobody takes it. */
export function caught(place: Place, state: State, { error, also }: Failure): Outcome | undefined {
  const catcher = (state as { readonly Catch?: readonly Catcher[] }).Catch?.find(({ ErrorEquals }) => matchesError(ErrorEquals, error, also));
  if (catcher !== undefined) return byCatcher(place, state, catcher, error);
  if (state.Type !== 'Task' || !continues(state, place, error)) return undefined;
  return { kind: 'exit', patch: recordedError(place, error), next: state.Next, via: 'continued', error };
}

function byCatcher(place: Place, state: State, catcher: Catcher, error: RunError): Outcome {
  const scope = new Scope(place);
  const flow = flowOf(place.run.facts.machine, state);
  const output: Json = { Error: error.name, Cause: error.message, ...(error.details !== undefined && { Details: error.details as Json }) };
  const assign = catcher.Assign === undefined ? undefined : flow.assigned(catcher.Assign as Json, scope, { state, error: output });
  return { kind: 'exit', patch: flow.caught(catcher, output, scope), next: catcher.Next, via: 'caught', error, assign };
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
