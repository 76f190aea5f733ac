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

function writing(feature: string, at: readonly string[], uses: (writer: JsonObject) => boolean): Unsupported {
  return { feature, find: ({ ResultWriter: writer }) => (isJsonObject(writer) && uses(writer) ? ['ResultWriter', ...at] : undefined) };
}

/** A value of a field of the ReaderConfig. */
function reading(feature: string, name: string, value: string): Unsupported {
  return {
    feature,
    find({ ItemReader: reader }) {
      const config = isJsonObject(reader) ? reader['ReaderConfig'] : undefined;
      return isJsonObject(config) && config[name] === value ? ['ItemReader', 'ReaderConfig', name] : undefined;
    },
  };
}

export const UNSUPPORTED: readonly Unsupported[] = [
  reading('ItemReader of PARQUET', 'InputType', 'PARQUET'),
  reading('ItemReader of MANIFEST', 'InputType', 'MANIFEST'),
  // Nobody keeps what they tell of each iteration: whether it failed, and what it was given.
  writing('ResultWriter with a Resource', ['Resource'], (writer) => writer['Resource'] !== undefined),
  writing('ResultWriter with Transformation NONE', ['WriterConfig', 'Transformation'], ({ WriterConfig: config }) => isJsonObject(config) && config['Transformation'] === 'NONE'),
  writing('ResultWriter with OutputType JSONL', ['WriterConfig', 'OutputType'], ({ WriterConfig: config }) => isJsonObject(config) && config['OutputType'] === 'JSONL'),
  { feature: 'Items of an object', find: ({ Items }) => (isJsonObject(Items) ? ['Items'] : undefined) },
];
