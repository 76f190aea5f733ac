import type { PassState } from '@baton/workflow';
import { effectiveInput, outputPatch, passPatch } from '../data/flow.ts';
import type { Outcome } from './outcome.ts';
import { scopeOf, type Place } from './place.ts';

export function enterPass(state: PassState, place: Place): Outcome {
  const scope = scopeOf(place);
  const changes = state.Result !== undefined || state.Parameters !== undefined || state.ResultPath !== undefined;
  const patch = changes ? outputPatch(state, state.Result ?? effectiveInput(state, scope), scope, false) : passPatch(state, scope);
  return { kind: 'exit', patch, next: state.Next };
}
