import { isJsonObject, type Json, type JsonObject } from '@baton/contracts';

/** The objects of a list, each with its place; nothing where it is no list. */
export function objectsIn(value: Json | undefined): readonly (readonly [number, JsonObject])[] {
  return Array.isArray(value) ? value.flatMap((item, i) => (isJsonObject(item) ? [[i, item] as const] : [])) : [];
}

/** Of a Map: whether its iterations are runs of their own on AWS. */
export function isDistributed({ ItemProcessor: processor, Iterator: iterator }: JsonObject): boolean {
  const machine = processor ?? iterator;
  const config = isJsonObject(machine) ? machine['ProcessorConfig'] : undefined;
  return isJsonObject(config) && config['Mode'] === 'DISTRIBUTED';
}
