/** What a state would reach outside for, given by whoever tries it out. */
import { isJsonObject, type Json } from '@baton/contracts';
import type { State } from '@baton/workflow';

export type Mock =
  /** What the step answers, or the list of what the branches come to. */
  | { readonly result: Json }
  | { readonly error: { readonly name: string; readonly cause?: string } };

/** @returns what is wrong with the call, in words; undefined where nothing is. */
export function mistakeIn(state: State, mock: Mock | undefined): string | undefined {
  if (state.Type !== 'Task' && state.Type !== 'Map' && state.Type !== 'Parallel') {
    return mock === undefined ? undefined : `A ${state.Type} reaches for nothing, so there is nothing to give; leave the mock out`;
  }
  if (mock === undefined) return `Give what ${state.Type === 'Task' ? 'the step answers' : 'the branches come to'}, or an error: a ${state.Type} is tried out without running anything`;
  if ('error' in mock || state.Type === 'Task') return undefined;
  const { result } = mock;
  if (state.Type === 'Map' && state.ResultWriter !== undefined) return isJsonObject(result) ? undefined : 'Give an object, which is what a Map with a ResultWriter comes to';
  if (!Array.isArray(result)) return `Give a list, which is what a ${state.Type} comes to`;
  if (state.Type === 'Parallel' && result.length !== state.Branches.length) return `Give a list of ${state.Branches.length}, one for each branch; there are ${result.length}`;
  return undefined;
}
