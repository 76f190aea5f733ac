/**
 * The data that an expression is given. It is looked at once before it is used: some names of members would be taken for
 * marks of the library's own, and with them data could pass as a function or switch off what is watched.
 */
import { isForbiddenKey, type Json } from '@baton/contracts';
import { ExpressionError } from '../expression-error.ts';
import { EXPRESSION_LIMITS } from '../limits.ts';
import { isFunction } from './library.ts';

const RESERVED: ReadonlySet<string> = new Set(['_jsonata_lambda', '_jsonata_function', 'tupleStream', '__evaluate_entry', '__evaluate_exit']);

/** Names that no member of an object may have while an expression is evaluated. */
export const isReservedKey = (name: string): boolean => RESERVED.has(name) || isForbiddenKey(name);

export const reservedKey = (name: string): ExpressionError => new ExpressionError('States.QueryEvaluationError', `The key ${JSON.stringify(name)} cannot be used in JSONata; rename it`);

/** Sizes of what has been looked at, for values that are large: they are used by many expressions, and do not change. */
const known = new WeakMap<object, number>();
const LARGE = 512;

/** Deepest nesting of given data; parseJson refuses more long before. */
const MAX_DEPTH = 128;

/**
 * About the characters of `value` as JSON.
 * @throws ExpressionError `States.QueryEvaluationError` where it has a reserved key or is nested too deeply.
 */
export function examine(value: Json, depth = 0): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 5;
  const before = known.get(value);
  if (before !== undefined) return before;
  if (depth > MAX_DEPTH) throw new ExpressionError('States.QueryEvaluationError', `Expected data of at most ${MAX_DEPTH} levels`);
  let size = 2;
  if (Array.isArray(value)) for (const item of value as readonly Json[]) size += examine(item, depth + 1) + 1;
  else {
    for (const key of Object.keys(value)) {
      if (isReservedKey(key)) throw reservedKey(key);
      size += examine((value as { readonly [key: string]: Json })[key]!, depth + 1) + key.length + 4;
    }
  }
  if (size > LARGE) known.set(value, size);
  return size;
}

export const sizeOfExamined = (value: object): number | undefined => known.get(value);

/** A copy that may be written on, of data that has been examined. */
export function copyOf(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => copyOf(item as Json));
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(value)) copy[key] = copyOf((value as { readonly [key: string]: Json })[key]!);
  return copy;
}

/**
 * The size of any value that an expression has made: its characters as JSON, about. What is used many times counts each time.
 * @throws ExpressionError where it is larger or deeper than a value may be.
 */
export function sizeOf(value: unknown): number {
  const size = add(value, 0, 0);
  if (size > EXPRESSION_LIMITS.valueBytes) {
    throw new ExpressionError('States.QueryEvaluationError', size === TOO_DEEP ? `Expected a value of at most ${EXPRESSION_LIMITS.depth} levels` : `Expected a value of at most ${EXPRESSION_LIMITS.valueBytes} bytes while it is evaluated`);
  }
  return size;
}

const TOO_DEEP = Number.POSITIVE_INFINITY;

function add(value: unknown, before: number, depth: number): number {
  if (typeof value === 'string') return before + value.length + 2;
  // A function counts as one value: what it holds is no data.
  if (typeof value !== 'object' || value === null || isFunction(value)) return before + 5;
  const examined = known.get(value);
  if (examined !== undefined) return before + examined;
  if (depth >= EXPRESSION_LIMITS.depth) return TOO_DEEP;
  let size = before + 2;
  if (Array.isArray(value)) {
    for (const item of value) {
      size = add(item, size + 1, depth + 1);
      if (size > EXPRESSION_LIMITS.valueBytes) return size;
    }
    return size;
  }
  for (const key of Object.keys(value)) {
    size = add((value as Record<string, unknown>)[key], size + key.length + 4, depth + 1);
    if (size > EXPRESSION_LIMITS.valueBytes) return size;
  }
  return size;
}
