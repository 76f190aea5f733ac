/** The generated parts of docs/reference/language.md: what the schemas say of each field, and what is reserved or cannot run yet. */
import { z } from 'zod';
import { ENGINE_RESOURCES, engineResourceOf, type EngineResource } from '../engine-resources/index.ts';
import { definitionSchema } from '../json-schema/definition-schema.ts';
import { RESERVED_ERRORS } from '../states/index.ts';
import { UNSUPPORTED } from '../unsupported.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}
type Fields = Readonly<Record<string, Schema>>;

let made: Readonly<Record<string, Schema>> | undefined;
const fieldsOf = (name: string): Fields => (made ??= definitionSchema()['definitions'] as unknown as Readonly<Record<string, Schema>>)[name]!.properties!;
const inside = (fields: Fields, name: string): Fields => {
  const { items, properties } = fields[name]!;
  return (items ?? { properties: properties! }).properties!;
};
const both = (pick: (task: Fields, map: Fields, choice: Fields) => Fields): readonly [Fields, Fields] => [
  pick(fieldsOf('Task.JSONPath'), fieldsOf('Map.JSONPath'), fieldsOf('Choice.JSONPath')),
  pick(fieldsOf('Task.JSONata'), fieldsOf('Map.JSONata'), fieldsOf('Choice.JSONata')),
];

/** Of a resource that the engine itself is behind. */
const parametersOf = ({ parameters }: EngineResource): Fields => (z.toJSONSchema(parameters, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as unknown as { readonly properties: Fields }).properties;

/** Both languages' fields of what a marker names; one where it knows no language. */
function tableOf(name: string): string {
  const resource = engineResourceOf(name);
  if (resource !== undefined) return plain(parametersOf(ENGINE_RESOURCES[resource]));
  switch (name) {
    case 'machine':
      return plain(fieldsOf('machine.JSONPath'));
    case 'rule':
      return plain(Object.fromEntries([...Object.entries(fieldsOf('rule.outer.comparison')), ...['And', 'Or', 'Not'].map((kind) => [kind, fieldsOf(`rule.outer.${kind}`)[kind]!] as const)]));
    case 'condition':
      return plain(inside(fieldsOf('Choice.JSONata'), 'Choices'));
    case 'Retrier':
      return plain(inside(fieldsOf('Task.JSONPath'), 'Retry'));
    case 'Compensate':
      return ofLanguages(...both((task) => inside(task, 'Compensate')));
    case 'Catcher':
      return ofLanguages(...both((task) => inside(task, 'Catch')));
    case 'ProcessorConfig':
      return plain(inside(fieldsOf('processor.JSONPath'), 'ProcessorConfig'));
    case 'MachineExtension':
      return plain(inside(fieldsOf('machine.JSONPath'), 'Baton'));
    case 'WriterConfig':
      return plain(inside(inside(fieldsOf('Map.JSONPath'), 'ResultWriter'), 'WriterConfig'));
    case 'ReaderConfig':
      return ofLanguages(...both((_task, map) => inside(inside(map, 'ItemReader'), 'ReaderConfig')));
    case 'ItemBatcher':
    case 'ItemReader':
    case 'ResultWriter':
      return ofLanguages(...both((_task, map) => inside(map, name)));
    default:
      return ofLanguages(fieldsOf(`${name}.JSONPath`), fieldsOf(`${name}.JSONata`));
  }
}

/** Fields that every state has are described once. */
const EVERYWHERE = new Set(['Type', 'Comment', 'QueryLanguage']);

function ofLanguages(paths: Fields, ata: Fields): string {
  const names = [...new Set([...Object.keys(paths), ...Object.keys(ata)])].filter((name) => !EVERYWHERE.has(name));
  const rows = names.map((name) => {
    const [inPaths, inAta] = [paths[name], ata[name]];
    const [first, second] = [inPaths && takes(inPaths), inAta && takes(inAta)];
    const both = first === undefined || second === undefined || first === second ? (first ?? second!) : second === `${first} or an expression` ? `${first}; in JSONata also an expression` : `${first}; in JSONata ${second}`;
    return `| \`${name}\` | ${inPaths === undefined ? 'JSONata' : inAta === undefined ? 'JSONPath' : ''} | ${both} | ${meaning((inPaths ?? inAta)!)} |`;
  });
  return ['| Field | Only in | Takes | Meaning |', '|---|---|---|---|', ...rows].join('\n');
}

const plain = (fields: Fields): string => ['| Field | Takes | Meaning |', '|---|---|---|', ...Object.entries(fields).map(([name, schema]) => `| \`${name}\` | ${takes(schema)} | ${meaning(schema)} |`)].join('\n');

const meaning = ({ description = '' }: Schema): string => description.replaceAll('<', '&lt;').replaceAll('|', '\\|');

/** What may stand in a field, in a few words. */
function takes(schema: Schema): string {
  const { $ref: reference, allOf, anyOf, const: only, enum: values, type, items, pattern, format } = schema;
  if (reference !== undefined) return /\/rule\./.test(reference) ? 'a rule' : 'a machine';
  if (allOf !== undefined) return takes(allOf[0]!);
  if (anyOf !== undefined) return [...new Set(anyOf.map(takes))].join(' or ');
  if (only !== undefined) return `\`${JSON.stringify(only)}\``;
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(', ');
  if (format === 'date-time') return 'a time';
  if (pattern !== undefined) return pattern.startsWith('^\\{%') ? 'an expression' : pattern.includes('States') ? 'a path or a call' : pattern.startsWith('^\\$') ? 'a path' : 'a text';
  switch (type) {
    case 'integer':
    case 'number':
      return `${type === 'integer' ? 'a whole number' : 'a number'}${range(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return items?.properties !== undefined || items?.$ref !== undefined || items?.allOf !== undefined ? (takes(items) === 'a machine' ? 'a list of machines' : 'a list of rules') : items?.type === 'string' ? 'a list of texts' : 'a list';
    case 'object':
      return 'an object';
    case 'string':
      return `a text${schema.maxLength === undefined ? '' : ` of at most ${grouped(schema.maxLength)} characters`}`;
    case 'null':
      return '`null`';
    default:
      return 'any JSON';
  }
}

const grouped = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',');

function range({ minimum, maximum }: Schema): string {
  const [from, to] = [minimum === undefined ? undefined : grouped(minimum), maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? undefined : grouped(maximum)];
  if (from !== undefined && to !== undefined) return ` from ${from} to ${to}`;
  return from === undefined ? '' : ` from ${from}`;
}

const errors = (): string => ['| Error | Meaning |', '|---|---|', ...Object.entries(RESERVED_ERRORS).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`)].join('\n');
const unsupported = (): string => (UNSUPPORTED.length === 0 ? 'nothing at present.' : UNSUPPORTED.map(({ feature }) => `- ${feature}`).join('\n'));

/** The page with its generated parts as the code has them. @throws Error for a marker that names nothing. */
export function withLanguageTables(page: string): string {
  return page.replaceAll(/(<!-- (fields: ([\w:.]+)|errors|unsupported) -->\n)[\s\S]*?(<!-- end -->)/g, (_whole, begin: string, what: string, name: string | undefined, end: string) => `${begin}\n${name !== undefined ? tableOf(name) : what === 'errors' ? errors() : unsupported()}\n\n${end}`);
}
