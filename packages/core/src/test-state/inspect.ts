/** The data on its way through a state, after each step of it, by the names that AWS gives them. */
import type { Json, JsonObject } from '@baton/contracts';
import { languageOf, type MapState, type State } from '@baton/workflow';
import { flowOf, type DataFlow } from '../data/data-flow.ts';
import { Scope } from '../data/scope.ts';
import { failureOf } from '../data/state-error.ts';
import { applyPatch } from '../evolve/patch.ts';
import type { Place } from '../states/place.ts';

export type Inspection = Readonly<Record<string, Json>>;

/** @param place where the state has just been entered. @param result what it comes to, where that is known. */
export function inspect(state: State, place: Place, result: Json | undefined): Inspection {
  const { machine } = place.run.facts;
  const scope = new Scope(place);
  const flow = flowOf(machine, state);
  const seen: Record<string, Json> = { input: scope.data };
  try {
    if (languageOf(machine, state) === 'JSONata') {
      if (state.Type === 'Task' || state.Type === 'Parallel') seen['afterArguments'] = flow.input(state, scope);
    } else alongJsonPath(state, flow, scope, result, seen);
    if (state.Type === 'Map') ofMap(state, flow, scope, seen);
  } catch (thrown) {
    // The state fails there, and nothing comes after it.
    if (failureOf(thrown) === undefined) throw thrown;
  }
  return seen;
}

function alongJsonPath(state: State, flow: DataFlow, scope: Scope, result: Json | undefined, seen: Record<string, Json>): void {
  if (state.Type !== 'Fail') seen['afterInputPath'] = flow.view(state, scope);
  if (state.Type === 'Task' || state.Type === 'Pass' || state.Type === 'Parallel') seen['afterParameters'] = flow.input(state, scope);
  const came = state.Type === 'Pass' ? (state.Result ?? seen['afterParameters']) : result;
  if (came === undefined) return;
  if (state.Type !== 'Pass') seen['result'] = came;
  // What a step of the flow gives is what the whole gives where the steps after it are left out.
  const { OutputPath: _output, ...placed } = state as JsonObject & State;
  const { ResultPath: _place, ...selected } = placed as JsonObject & State;
  const after = (fields: unknown): Json => applyPatch(scope.data, flow.output(fields as State, came, scope));
  seen['afterResultSelector'] = after(selected);
  seen['afterResultPath'] = after(placed);
}

function ofMap(state: MapState, flow: DataFlow, scope: Scope, seen: Record<string, Json>): void {
  const view = scope.over(flow.view(state, scope));
  const items = flow.items(state, view);
  if (languageOf(scope.place.run.facts.machine, state) === 'JSONPath') seen['afterItemsPath'] = items;
  seen['maxConcurrency'] = flow.number(state, 'MaxConcurrency', view, { least: 0 }) ?? 0;
  const count = flow.number(state, 'ToleratedFailureCount', view, { least: 0 });
  const share = flow.number(state, 'ToleratedFailurePercentage', view, { least: 0, most: 100, fraction: true });
  if (count !== undefined) seen['toleratedFailureCount'] = count;
  if (share !== undefined) seen['toleratedFailurePercentage'] = share;
}
