/** Every field of the language, wherever it may stand, and the query language of those that have one. */
import { Catcher, COMPARATORS, Compensate, ItemBatcher, ItemReader, ProcessorConfig, ReaderConfig, ResultWriter, Retrier, STATES, WriterConfig, type QueryLanguage } from '../states/index.ts';

const pairs = [...Object.values(STATES), Catcher, Compensate, ItemBatcher, ItemReader, ReaderConfig, ResultWriter];
const rules = { JSONPath: ['Variable', 'And', 'Or', 'Not', ...Object.keys(COMPARATORS), ...Object.keys(COMPARATORS).map((name) => `${name}Path`)], JSONata: ['Condition'] };

const fieldsOf = (language: QueryLanguage): ReadonlySet<string> => new Set([...pairs.flatMap((schemas) => Object.keys(schemas[language].shape)), ...rules[language]]);
const FIELDS = { JSONPath: fieldsOf('JSONPath'), JSONata: fieldsOf('JSONata') };

export const KNOWN_FIELDS: readonly string[] = [...new Set([...FIELDS.JSONPath, ...FIELDS.JSONata, ...[Retrier, ProcessorConfig, WriterConfig].flatMap((schema) => Object.keys(schema.shape))])];

/** The one language that has this field; undefined where both have it or none. */
export function languageOfField(field: string): QueryLanguage | undefined {
  const [inPaths, inJsonata] = [FIELDS.JSONPath.has(field), FIELDS.JSONata.has(field)];
  return inPaths === inJsonata ? undefined : inPaths ? 'JSONPath' : 'JSONata';
}
