import type { ChoiceState } from '@baton/workflow';
import { holds } from '../data/choice-rule.ts';
import { effectiveInput, passPatch } from '../data/flow.ts';
import { technical, type Outcome } from './outcome.ts';
import { scopeOf, type Place } from './place.ts';

export function enterChoice(state: ChoiceState, place: Place): Outcome {
  const scope = scopeOf(place);
  const input = { ...scope, data: effectiveInput({ InputPath: state.InputPath }, scope) };
  const next = state.Choices.find((rule) => holds(rule, input))?.Next ?? state.Default;
  if (next === undefined) return { kind: 'failed', error: technical('States.NoChoiceMatched', 'No rule of the Choice fits the input and it has no Default') };
  return { kind: 'exit', patch: passPatch(state, scope), next };
}
