/**
 * Whether a schema takes every input that another one takes, so that who starts a workflow need not change when it is deployed
 * anew. Which schema contains which cannot be decided in general; here a keyword that both have in the same words is the same, one
 * that is known to be wider is wider, and of everything else it is said that it cannot be told. Source: JSON Schema 2020-12, Validation.
 */
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '@baton/contracts';

export interface Narrowing {
  /** JSON Pointer of the input's field, items as `*`. Empty: the input itself. */
  readonly field: string;
  /** What is taken no more, or cannot be told. */
  readonly message: string;
}

const MAX_NARROWINGS = 20;
/** Deeper than this schemas are compared as texts. */
const MAX_DEPTH = 30;

/**
 * How `after` refuses what `before` took; nothing where it takes all of it. A property that is new and optional is none, although
 * somebody may have sent another one under that name.
 * @param before,after undefined: everything is taken.
 */
export function narrowings(before: JsonObject | undefined, after: JsonObject | undefined): readonly Narrowing[] {
  const found: Narrowing[] = [];
  new Comparison(before ?? {}, after ?? {}, found).compare(before ?? {}, after ?? {}, '', 0);
  return found.slice(0, MAX_NARROWINGS);
}

type Schema = JsonObject | boolean;

class Comparison {
  readonly #before: JsonObject;
  readonly #after: JsonObject;
  readonly #found: Narrowing[];
  /** Pairs that were compared, by identity: schemas may refer to themselves. */
  readonly #compared = new Map<JsonObject, Set<JsonObject>>();

  constructor(before: JsonObject, after: JsonObject, found: Narrowing[]) {
    this.#before = before;
    this.#after = after;
    this.#found = found;
  }

  compare(left: Schema, right: Schema, field: string, depth: number): void {
    if (same(left, right) && sameDefinitions(this.#before, this.#after)) return;
    const before = this.#resolved(left, this.#before);
    const after = this.#resolved(right, this.#after);
    if (before === undefined || after === undefined || depth > MAX_DEPTH) return this.#say(field, 'is described by a reference that cannot be compared');
    if (before === false || after === true) return;
    if (after === false) return this.#say(field, 'is not taken any more');
    const of = before === true ? ANYTHING : before;
    const others = this.#compared.get(of) ?? new Set();
    if (others.has(after)) return;
    this.#compared.set(of, others.add(after));
    this.#types(of, after, field);
    this.#values(of, after, field);
    this.#bounds(of, after, field);
    this.#properties(of, after, field, depth);
    this.#items(of, after, field, depth);
    for (const keyword of OTHERS) if (after[keyword] !== undefined && !same(of[keyword], after[keyword])) this.#say(field, `is held against another \`${keyword}\`, of which it cannot be told whether it takes as much`);
  }

  #types(before: JsonObject, after: JsonObject, field: string): void {
    const [was, is] = [typesOf(before), typesOf(after)];
    if (is === undefined) return;
    const gone = (was ?? ALL_TYPES).filter((type) => !is.includes(type) && !(type === 'integer' && is.includes('number')));
    if (gone.length > 0) this.#say(field, was === undefined ? `must be of type ${is.join(' or ')} now` : `was taken as ${gone.join(' and ')}, which is refused now`);
  }

  #values(before: JsonObject, after: JsonObject, field: string): void {
    const [was, is] = [valuesOf(before), valuesOf(after)];
    if (is === undefined) return;
    if (was === undefined) return this.#say(field, `must be one of ${excerpt(is)} now`);
    const gone = was.filter((value) => !is.some((other) => same(value, other)));
    if (gone.length > 0) this.#say(field, `takes ${excerpt(gone)} no more`);
  }

  #bounds(before: JsonObject, after: JsonObject, field: string): void {
    for (const [keyword, tighter] of Object.entries(BOUNDS)) {
      const [was, is] = [before[keyword], after[keyword]];
      if (typeof is === 'number' && (typeof was !== 'number' || tighter(was, is))) this.#say(field, `has a tighter \`${keyword}\`: ${is}${typeof was === 'number' ? `, it was ${was}` : ''}`);
    }
    for (const keyword of WORDS) if (after[keyword] !== undefined && after[keyword] !== false && !same(before[keyword], after[keyword])) this.#say(field, `must fit \`${keyword}\` ${excerpt(after[keyword])} now`);
  }

  #properties(before: JsonObject, after: JsonObject, field: string, depth: number): void {
    const required = (of: JsonObject): readonly string[] => (Array.isArray(of['required']) ? (of['required'] as string[]) : []);
    for (const name of required(after)) if (!required(before).includes(name)) this.#say(`${field}/${escaped(name)}`, 'is required now');
    const [was, is] = [propertiesOf(before), propertiesOf(after)];
    const [othersWere, othersAre] = [schemaAt(before, 'additionalProperties'), schemaAt(after, 'additionalProperties')];
    for (const [name, schema] of Object.entries(was)) this.compare(schema, Object.hasOwn(is, name) ? is[name]! : othersAre, `${field}/${escaped(name)}`, depth + 1);
    // Where others were taken only as a schema says, a new property is one of them. Where anything was, it is new to everybody.
    if (othersWere !== true) for (const [name, schema] of Object.entries(is)) if (!Object.hasOwn(was, name)) this.compare(othersWere, schema, `${field}/${escaped(name)}`, depth + 1);
    if (othersWere === false || same(othersWere, othersAre)) return;
    if (othersAre === false) this.#say(field, 'takes no other properties any more');
    else this.compare(othersWere, othersAre, `${field}/*`, depth + 1);
  }

  #items(before: JsonObject, after: JsonObject, field: string, depth: number): void {
    const [was, is] = [prefixOf(before), prefixOf(after)];
    const [restWas, restIs] = [schemaAt(before, 'items'), schemaAt(after, 'items')];
    for (let i = 0; i < Math.max(was.length, is.length); i++) this.compare(was[i] ?? restWas, is[i] ?? restIs, `${field}/${i}`, depth + 1);
    this.compare(restWas, restIs, `${field}/*`, depth + 1);
  }

  /** Undefined for a reference to somewhere else, or to itself. */
  #resolved(schema: Schema, root: JsonObject): Schema | undefined {
    let at: Json | undefined = schema;
    for (let hops = 0; isJsonObject(at) && typeof at['$ref'] === 'string'; hops++) {
      const reference: string = at['$ref'];
      if (hops > 10 || !reference.startsWith('#') || Object.keys(at).some((key) => key !== '$ref' && !ANNOTATIONS.has(key))) return undefined;
      at = reference
        .slice(1)
        .split('/')
        .slice(1)
        .reduce<Json | undefined>((inside, part) => (isJsonObject(inside) ? inside[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')] : undefined), root);
    }
    return isJsonObject(at) || typeof at === 'boolean' ? at : undefined;
  }

  #say(field: string, message: string): void {
    if (this.#found.length < MAX_NARROWINGS && !this.#found.some((one) => one.field === field && one.message === message)) this.#found.push({ field, message });
  }
}

const ANYTHING: JsonObject = {};
const ALL_TYPES: readonly string[] = ['null', 'boolean', 'object', 'array', 'number', 'string'];
/** Say nothing of what is taken. */
const ANNOTATIONS = new Set(['$schema', '$id', '$anchor', '$defs', 'definitions', 'title', 'description', 'examples', 'default', 'deprecated', '$comment', 'readOnly', 'writeOnly']);
/** Whether the second number takes less than the first. */
const BOUNDS: Readonly<Record<string, (was: number, is: number) => boolean>> = {
  minimum: (was, is) => is > was,
  exclusiveMinimum: (was, is) => is > was,
  minLength: (was, is) => is > was,
  minItems: (was, is) => is > was,
  minProperties: (was, is) => is > was,
  maximum: (was, is) => is < was,
  exclusiveMaximum: (was, is) => is < was,
  maxLength: (was, is) => is < was,
  maxItems: (was, is) => is < was,
  maxProperties: (was, is) => is < was,
  multipleOf: (was, is) => was % is !== 0,
};
const WORDS = ['pattern', 'format', 'uniqueItems'] as const;
const OTHERS = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'patternProperties', 'propertyNames', 'dependentRequired', 'dependentSchemas', 'contains', 'minContains', 'maxContains', 'unevaluatedProperties', 'unevaluatedItems', '$dynamicRef'] as const;

const same = (a: Json | undefined, b: Json | undefined): boolean => a === b || (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b));
const sameDefinitions = (a: JsonObject, b: JsonObject): boolean => same(a['$defs'], b['$defs']) && same(a['definitions'], b['definitions']);
const typesOf = (schema: JsonObject): readonly string[] | undefined => {
  const { type } = schema;
  if (typeof type === 'string') return [type];
  return Array.isArray(type) ? (type as string[]) : valuesOf(schema)?.map(typeOf);
};
const typeOf = (value: Json): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value);
const valuesOf = (schema: JsonObject): readonly Json[] | undefined => (schema['const'] !== undefined ? [schema['const']] : Array.isArray(schema['enum']) ? (schema['enum'] as Json[]) : undefined);
const propertiesOf = ({ properties }: JsonObject): Readonly<Record<string, Schema>> => (isJsonObject(properties) ? (properties as Record<string, Schema>) : {});
const prefixOf = ({ prefixItems }: JsonObject): readonly Schema[] => (Array.isArray(prefixItems) ? (prefixItems as Schema[]) : []);
const schemaAt = (schema: JsonObject, keyword: string): Schema => (isJsonObject(schema[keyword]) || typeof schema[keyword] === 'boolean' ? (schema[keyword] as Schema) : true);
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
const excerpt = (value: unknown): string => JSON.stringify(value).slice(0, 200);
