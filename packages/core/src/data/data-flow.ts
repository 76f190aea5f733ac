/**
 * How a state takes its input in and gives its result on, in one query language. Each language is one file; a state's own
 * language, else the machine's, says which. What cannot be done is thrown as a StateError or an ExpressionError.
 */
import type { DataPatch, Json } from '@baton/contracts';
import { languageOf, type Catcher, type ChoiceEntry, type Compensate, type ItemReader, type MapState, type ResultWriter, type State, type StateMachine } from '@baton/workflow';
import type { Scope } from './scope.ts';
import type { Variables } from './variables.ts';
import { jsonataFlow } from './jsonata-flow.ts';
import { jsonPathFlow } from './json-path-flow.ts';

export interface DataFlow {
  /** What the state works on: what its step gets, what the branches of a Parallel get; of a reader or writer what it is to read or write. */
  input(state: State | ItemReader | ResultWriter, scope: Scope): Json;
  /** What a state without a step looks at: what a Choice compares, where a Map has its list. */
  view(state: State, scope: Scope): Json;
  /** How the data changes by a result. */
  output(state: State, result: Json, scope: Scope): DataPatch;
  /** As output for a state without a result. */
  passed(state: State, scope: Scope): DataPatch;
  /** How the data changes by a rule of a Choice, which may have an output of its own. */
  chosen(state: State, rule: ChoiceEntry, scope: Scope): DataPatch;
  /** How the data changes by an error. @param error {Error, Cause}. */
  caught(catcher: Catcher, error: Json, scope: Scope): DataPatch;
  /** Variables that are set as the state is left. @param result what it has come to; absent where it has none. */
  assigned(assign: Json, scope: Scope, about: { readonly result?: Json; readonly error?: Json; readonly state: State }): Variables;
  /** What undoes a Task is given: its input and its result, or what is made of them. */
  compensation(compensate: Compensate, result: Json, scope: Scope): Json;
  holds(rule: ChoiceEntry, scope: Scope): boolean;
  /** A whole number, or with `fraction` any, from `least` on; undefined where the state has no such field. */
  number(fields: object, field: string, scope: Scope, range: { readonly least: number; readonly most?: number; readonly fraction?: true }): number | undefined;
  text(fields: object, field: string, scope: Scope): string | undefined;
  /** The list that a Map goes over. */
  items(state: MapState, scope: Scope): readonly Json[];
  /** What an iteration gets; undefined where that is the item. */
  item(state: MapState, scope: Scope): Json | undefined;
  /** What each batch gets beside its items. */
  batchInput(state: MapState, scope: Scope): Json | undefined;
}

export function flowOf(machine: StateMachine, state: State): DataFlow {
  return languageOf(machine, state) === 'JSONata' ? jsonataFlow : jsonPathFlow;
}
