import type { SucceedState } from '@baton/workflow';
import { flowOf } from '../data/data-flow.ts';
import { Scope } from '../data/scope.ts';
import type { StateKind } from './state-kind.ts';

/** Ends its machine well. */
export const succeed: StateKind<SucceedState> = {
  enter: (state, place) => ({ kind: 'exit', patch: flowOf(place.run.facts.machine, state).passed(state, new Scope(place)), next: undefined }),
};
