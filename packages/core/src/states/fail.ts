import type { FailState } from '@baton/workflow';
import { read } from '../data/path.ts';
import { StateError } from '../data/state-error.ts';
import { technical, type Outcome } from './outcome.ts';
import { scopeOf, type Place } from './place.ts';

export function enterFail(state: FailState, place: Place): Outcome {
  const text = (literal: string | undefined, path: string | undefined, field: string): string | undefined => {
    if (path === undefined) return literal;
    const value = read(path, scopeOf(place), field);
    if (typeof value !== 'string') throw new StateError('States.Runtime', `${field}: expected a string at ${path}`);
    return value;
  };
  return { kind: 'failed', error: technical(text(state.Error, state.ErrorPath, 'ErrorPath') ?? 'States.Failed', text(state.Cause, state.CausePath, 'CausePath') ?? '') };
}
