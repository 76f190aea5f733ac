import { MAX_SECONDS, readEngineParameters, type EngineResource, type ParametersOf, type TaskState } from '@baton/workflow';
import { flowOf } from '../../data/data-flow.ts';
import { Scope } from '../../data/scope.ts';
import { StateError } from '../../data/state-error.ts';
import type { Outcome } from '../outcome.ts';
import type { Place } from '../place.ts';
import type { Resumption } from '../state-kind.ts';

/** How a Task runs whose Resource is the engine's own. */
export interface EngineTask {
  /** Begins it, also when it is tried again. */
  enter(state: TaskState, place: Place): Outcome;
  /** Goes on after what it has waited for. */
  resumed(state: TaskState, place: Place, by: Resumption): Outcome;
}

/** What the state gives to the engine. @throws StateError where that is not what the resource takes. */
export function parametersOf<R extends EngineResource>(resource: R, state: TaskState, place: Place): ParametersOf<R> {
  const given = readEngineParameters(resource, flowOf(place.run.facts.machine, state).input(state, new Scope(place)));
  if ('mistake' in given) throw new StateError('Baton.InvalidParameters', given.mistake);
  return given.parameters;
}

/** Without TimeoutSeconds the platform's own time-out does not count: that is about steps, and nobody knows how long the world takes. */
export function deadlineOf(state: TaskState, place: Place): number {
  const seconds = flowOf(place.run.facts.machine, state).number(state, 'TimeoutSeconds', new Scope(place), { least: 1, most: MAX_SECONDS }) ?? MAX_SECONDS;
  return place.run.nowMs + seconds * 1_000;
}
