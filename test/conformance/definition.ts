/** Walking a definition as it was written, before anybody has checked it. */
import { isJsonObject, type Json, type JsonObject } from '@baton/contracts';

export interface StateSeen {
  readonly name: string;
  readonly state: JsonObject;
  /** How many fan-outs it stands in. */
  readonly depth: number;
  /** Below a Map whose iterations are runs of their own on AWS: their states are in no history of the run. */
  readonly distributed: boolean;
}

/** Every state, those of branches and of item processors included. */
export function* statesOf(definition: Json, depth = 0, distributed = false): Generator<StateSeen> {
  if (!isJsonObject(definition) || !isJsonObject(definition['States'])) return;
  for (const [name, state] of Object.entries(definition['States'])) {
    if (!isJsonObject(state)) continue;
    yield { name, state, depth, distributed };
    if (Array.isArray(state['Branches'])) for (const branch of state['Branches'] as Json[]) yield* statesOf(branch, depth + 1, distributed);
    for (const field of ['ItemProcessor', 'Iterator']) {
      const processor = state[field];
      const config = isJsonObject(processor) ? processor['ProcessorConfig'] : undefined;
      yield* statesOf(processor ?? null, depth + 1, distributed || (isJsonObject(config) && config['Mode'] === 'DISTRIBUTED'));
    }
  }
}

/** A copy in which every state is what `change` makes of it. */
export function mapStates(definition: Json, change: (state: JsonObject, name: string) => Json): Json {
  if (!isJsonObject(definition) || !isJsonObject(definition['States'])) return definition;
  const states: Record<string, Json> = {};
  for (const [name, state] of Object.entries(definition['States'])) states[name] = isJsonObject(state) ? inside(change(state, name), change) : state;
  return { ...definition, States: states };
}

function inside(state: Json, change: (state: JsonObject, name: string) => Json): Json {
  if (!isJsonObject(state)) return state;
  const changed: Record<string, Json> = { ...state };
  if (Array.isArray(state['Branches'])) changed['Branches'] = (state['Branches'] as Json[]).map((branch) => mapStates(branch, change));
  for (const field of ['ItemProcessor', 'Iterator']) if (state[field] !== undefined) changed[field] = mapStates(state[field], change);
  return changed;
}
