/**
 * How the view holds a run: its state in one field, and of a run with branches each large value in a field of its own. A wide Map
 * has a list of items, hundreds of results and few of them that change between two writes: only those are written again.
 *
 * A value never changes, so what is the same object in two states is what the view holds already.
 */
import type { Branch, Json, RunState } from '@baton/contracts';

/** A smaller value is written with the state. */
const LEAST_CHARACTERS = 1_024;

/** Values as JSON by themselves: how long they are. One is asked for with every write while it is held. */
const measured = new WeakMap<object, number>();

export interface WrittenRun {
  /** The state, with null where a value is held apart. */
  readonly state: string;
  /** All that are held apart. */
  readonly names: readonly string[];
  /** Those that are written, each with its JSON. */
  readonly parts: readonly (readonly [name: string, text: string])[];
}

/** @param before what the view holds of it; absent: nothing that can be counted on. */
export function writtenRun(state: RunState, before?: RunState): WrittenRun {
  const apart = new Map([...candidates(state)].filter(([, value]) => isLarge(value)));
  if (apart.size === 0) return { state: JSON.stringify(state), names: [], parts: [] };
  const held = before === undefined ? undefined : new Map(candidates(before));
  return {
    state: JSON.stringify(placed(state, (name) => (apart.has(name) ? null : undefined))),
    names: [...apart.keys()],
    parts: [...apart].filter(([name, value]) => held?.get(name) !== value).map(([name, value]) => [name, JSON.stringify(value)] as const),
  };
}

/** A state as the scripts answer it: alone, or followed by the name and the JSON of each value that is held apart. */
export type ReadRun = string | readonly string[];

export function readRun(read: ReadRun): RunState {
  if (typeof read === 'string') return JSON.parse(read) as RunState;
  const [state = '', ...rest] = read;
  const parts = new Map<string, Json>();
  for (let i = 0; i + 1 < rest.length; i += 2) parts.set(rest[i]!, JSON.parse(rest[i + 1]!) as Json);
  return placed(JSON.parse(state) as RunState, (name) => parts.get(name));
}

/** The values that may be held apart, by their names. Only a run with branches has some that outlive many transitions. */
function* candidates({ branches, parts, input }: RunState): Iterable<readonly [string, Json]> {
  if (Object.keys(branches).length === 1) return;
  if (input !== undefined) yield ['input', input];
  for (const [key, value] of Object.entries(parts ?? {})) yield [partName(key), value];
  for (const [id, { data, variables, given }] of Object.entries(branches)) {
    yield [dataName(id), data];
    if (given !== undefined) yield [givenName(id), given];
    if (variables !== undefined) yield [variablesName(id), variables];
  }
}

const partName = (key: string): string => `part ${key}`;
const dataName = (branch: string): string => `data ${branch}`;
const givenName = (branch: string): string => `given ${branch}`;
const variablesName = (branch: string): string => `variables ${branch}`;

function isLarge(value: Json): boolean {
  if (typeof value === 'string') return value.length >= LEAST_CHARACTERS;
  if (typeof value !== 'object' || value === null) return false;
  let characters = measured.get(value);
  if (characters === undefined) {
    characters = JSON.stringify(value).length;
    measured.set(value, characters);
  }
  return characters >= LEAST_CHARACTERS;
}

/** The state with other values in their places, in the order it had. @param other what stands in a place; undefined: what is there. */
function placed(state: RunState, other: (name: string) => Json | undefined): RunState {
  const record = <T>(values: Readonly<Record<string, T>>, change: (key: string, value: T) => T): Record<string, T> => Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(key, value)]));
  const or = <T extends Json>(name: string, value: T): T => {
    const found = other(name);
    return found === undefined ? value : (found as T);
  };
  const { branches, parts, input } = state;
  return {
    ...state,
    branches: record(branches, (id, branch): Branch => ({ ...branch, data: or(dataName(id), branch.data), ...(branch.given !== undefined && { given: or(givenName(id), branch.given) }), ...(branch.variables !== undefined && { variables: or(variablesName(id), branch.variables as Json) as Branch['variables'] & object }) })),
    ...(parts !== undefined && { parts: record(parts, (key, value) => or(partName(key), value)) }),
    ...(input !== undefined && { input: or('input', input) }),
  };
}
