import type { DataPatch, Json } from '@baton/contracts';
import type { State } from '@baton/workflow';
import { flowOf } from '../data/data-flow.ts';
import type { Scope } from '../data/scope.ts';
import { compensationInput } from './compensate.ts';
import type { Outcome } from './outcome.ts';

/** A state that is done: where its data goes, which variables it sets, and what comes next. */
export function leaving(state: State, scope: Scope, { patch, result }: { readonly patch: DataPatch; readonly result?: Json }): Outcome {
  const { Assign, Next } = state as { readonly Assign?: Json; readonly Next?: string };
  const assign = Assign === undefined ? undefined : flowOf(scope.place.run.facts.machine, state).assigned(Assign, scope, { state, ...(result !== undefined && { result }) });
  return { kind: 'exit', patch, next: Next, assign, compensation: compensationInput(state, scope, result ?? null) };
}
