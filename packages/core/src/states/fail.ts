import type { FailState } from '@baton/workflow';
import { flowOf } from '../data/data-flow.ts';
import { Scope } from '../data/scope.ts';
import { failed } from './outcome.ts';
import type { StateKind } from './state-kind.ts';

/** Ends its machine with an error. */
export const fail: StateKind<FailState> = {
  enter(state, place) {
    const scope = new Scope(place);
    const flow = flowOf(place.run.facts.machine, state);
    const name = flow.text(state, 'Error', scope) ?? '';
    // A name that was given by the data may be anything; an error's own is bounded.
    return failed(name === '' ? 'States.Failed' : name.slice(0, 256), flow.text(state, 'Cause', scope) ?? '');
  },
};
