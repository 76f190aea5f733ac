import type { PassState } from '@baton/workflow';
import { flowOf } from '../data/data-flow.ts';
import { Scope } from '../data/scope.ts';
import { leaving } from './leaving.ts';
import type { StateKind } from './state-kind.ts';

/** Gives data on, changed or not. */
export const pass: StateKind<PassState> = {
  enter(state, place) {
    const scope = new Scope(place);
    const flow = flowOf(place.run.facts.machine, state);
    const result = state.Result ?? flow.input(state, scope);
    const changes = state.Result !== undefined || state.Parameters !== undefined || state.ResultPath !== undefined;
    return leaving(state, scope, { patch: changes ? flow.output(state, result, scope) : flow.passed(state, scope), result });
  },
};
