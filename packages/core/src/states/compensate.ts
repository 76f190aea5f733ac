/** `Compensate` of a Task: what undoes it. Filled while the state is left, since later its data is gone. */
import type { Json } from '@baton/contracts';
import type { Compensate, State } from '@baton/workflow';
import { flowOf } from '../data/data-flow.ts';
import type { Scope } from '../data/scope.ts';

/** What the compensation would be given; undefined where the state has none. */
export function compensationInput(state: State, scope: Scope, result: Json): Json | undefined {
  const compensate = compensateOf(state);
  return compensate === undefined ? undefined : flowOf(scope.place.run.facts.machine, state).compensation(compensate, result, scope);
}

export const compensateOf = (state: State | undefined): Compensate | undefined => (state?.Type === 'Task' ? state.Compensate : undefined);
