/** Walking a definition as it was written, before anybody has checked it: whatever is no machine or state is passed over. */
import { isJsonObject, type Json, type JsonObject } from '@baton/contracts';

export interface StateWritten {
  readonly name: string;
  readonly state: JsonObject;
  /** The keys that lead to it. */
  readonly path: readonly (string | number)[];
}

/** Every state, an outer one before those inside it. @param machine has passed checkJson, so its depth is bounded. */
export function* statesWritten(machine: Json | undefined, at: readonly (string | number)[] = []): Generator<StateWritten> {
  if (machine === undefined || !isJsonObject(machine) || !isJsonObject(machine['States'])) return;
  for (const [name, state] of Object.entries(machine['States'])) {
    if (!isJsonObject(state)) continue;
    const path = [...at, 'States', name];
    yield { name, state, path };
    yield* statesInside(state, path);
  }
}

/** The Resources of a Task: its own, and that of what undoes it. */
export function resourcesWritten({ Type: type, Resource: resource, Compensate: compensate }: JsonObject): readonly string[] {
  const all = type === 'Task' ? [resource, compensate !== undefined && isJsonObject(compensate) ? compensate['Resource'] : undefined] : [];
  return all.filter((each) => typeof each === 'string');
}

/** The states of the machines inside a Parallel or a Map. */
export function* statesInside({ Branches: branches, ItemProcessor: processor, Iterator: iterator }: JsonObject, at: readonly (string | number)[]): Generator<StateWritten> {
  if (Array.isArray(branches)) for (const [i, branch] of branches.entries()) yield* statesWritten(branch as Json, [...at, 'Branches', i]);
  yield* statesWritten(processor, [...at, 'ItemProcessor']);
  yield* statesWritten(iterator, [...at, 'Iterator']);
}
