import type { ChoiceEntry, ChoiceState } from '@baton/workflow';
import type { Json } from '@baton/contracts';
import { flowOf } from '../data/data-flow.ts';
import { Scope } from '../data/scope.ts';
import { failed } from './outcome.ts';
import type { StateKind } from './state-kind.ts';

/** Goes on where the first rule that holds says; else by Default, which has the state's own Assign and Output. */
export const choice: StateKind<ChoiceState> = {
  enter(state, place) {
    const scope = new Scope(place);
    const flow = flowOf(place.run.facts.machine, state);
    const view = scope.over(flow.view(state, scope));
    const rule = (state.Choices as readonly ChoiceEntry[]).find((candidate) => flow.holds(candidate, view));
    const next = rule?.Next ?? state.Default;
    if (next === undefined) return failed('States.NoChoiceMatched', 'No rule of the Choice fits the input and it has no Default');
    const assign = (rule ?? state).Assign as Json | undefined;
    return {
      kind: 'exit',
      patch: rule === undefined ? flow.passed(state, scope) : flow.chosen(state, rule, scope),
      next,
      assign: assign === undefined ? undefined : flow.assigned(assign, scope, { state }),
    };
  },
};
