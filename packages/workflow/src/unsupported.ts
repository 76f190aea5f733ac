/**
 * What the language has and this version cannot run yet. A definition that uses any of it is refused by name, so that
 * nothing passes the checks and then misbehaves. A feature that the core has learned is taken out of this list.
 */
import { isJsonObject, type JsonObject } from '@baton/contracts';
import type { QueryLanguage } from './states/query-language.ts';

interface Unsupported {
  /** As people call it; harnesses count by it. */
  readonly feature: string;
  /** Where a state uses it: the keys from the state on; undefined where it does not. */
  find(state: JsonObject, language: QueryLanguage): readonly PropertyKey[] | undefined;
}

/** A value of a field of the WriterConfig, of results that go on. Written out, they may have any. */
function givingOn(feature: string, name: string, value: string): Unsupported {
  return {
    feature,
    find({ ResultWriter: writer }) {
      const config = isJsonObject(writer) && writer['Resource'] === undefined ? writer['WriterConfig'] : undefined;
      return isJsonObject(config) && config[name] === value ? ['ResultWriter', 'WriterConfig', name] : undefined;
    },
  };
}

export const UNSUPPORTED: readonly Unsupported[] = [
  // Only of results that are written out is it kept what they tell of each iteration.
  givingOn('ResultWriter with Transformation NONE and no Resource', 'Transformation', 'NONE'),
  givingOn('ResultWriter with OutputType JSONL and no Resource', 'OutputType', 'JSONL'),
  { feature: 'Items of an object', find: ({ Items }) => (isJsonObject(Items) ? ['Items'] : undefined) },
];
