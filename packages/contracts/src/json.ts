/**
 * JSON as it crosses every boundary of Baton (HTTP, Kafka, Redis, files).
 *
 * `parseJson` is the only door: it refuses keys that could reach a prototype, depth, size and key counts over the
 * limits, and names the place in its error. What came through it is safe to walk without further checks.
 */
import { ContractError } from './contract-error.ts';
import { decodeUtf8, utf8Length } from './text.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export interface JsonLimits {
  /** UTF-8 bytes of the whole document. */
  readonly maxBytes: number;
  /** Nesting of objects and arrays; a scalar has depth 0. */
  readonly maxDepth: number;
  /** Keys over all objects. */
  readonly maxKeys: number;
  /** UTF-16 units of one string. */
  readonly maxStringLength: number;
  /** Elements of one array. */
  readonly maxArrayLength: number;
}

/**
 * Applied wherever nothing narrower is asked for. Keys as many as elements: a list of 10,000 objects is what a wide Map works on,
 * and a key takes five bytes at least, so the bytes bound what they cost.
 */
export const DEFAULT_JSON_LIMITS: JsonLimits = {
  maxBytes: 1_048_576,
  maxDepth: 64,
  maxKeys: 100_000,
  maxStringLength: 262_144,
  maxArrayLength: 100_000,
};

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Parses UTF-8 bytes or text as JSON within the limits.
 * @throws ContractError `payload_too_large`, `invalid_json` or `forbidden_key`, with the path of the offending field.
 */
export function parseJson(source: Uint8Array | string, limits: JsonLimits = DEFAULT_JSON_LIMITS): Json {
  const bytes = typeof source === 'string' ? bytesOf(source, limits.maxBytes) : source.byteLength;
  if (bytes > limits.maxBytes) {
    throw new ContractError('payload_too_large', '', `Expected at most ${limits.maxBytes} bytes, but found ${bytes}`);
  }
  const text = typeof source === 'string' ? source : decodeUtf8(source);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (cause) {
    throw new ContractError('invalid_json', '', `Expected JSON, but ${(cause as Error).message}`);
  }
  checkJson(value, limits);
  return value;
}

/** A text of a third of the limit cannot be over it, so most texts are not counted. */
const bytesOf = (text: string, maxBytes: number): number => (text.length * 3 <= maxBytes || text.length > maxBytes ? text.length : utf8Length(text));

/** Names that could reach a prototype. */
export const isForbiddenKey = (name: string): boolean => FORBIDDEN_KEYS.has(name);

/** Holds an already parsed value against the limits. Iterative: depth cannot exhaust the stack. */
export function checkJson(value: unknown, limits: JsonLimits = DEFAULT_JSON_LIMITS): asserts value is Json {
  if (typeof value !== 'object' || value === null) return checkScalar(value, limits, []);
  let keys = 0;
  const stack: { node: object; depth: number; path: Path }[] = [{ node: value, depth: 1, path: [] }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { node, depth, path } = top;
    if (depth > limits.maxDepth) {
      throw new ContractError('invalid_json', pointer(path), `Expected nesting of at most ${limits.maxDepth}`);
    }
    const isArray = Array.isArray(node);
    const names = Object.keys(node);
    if (isArray && names.length > limits.maxArrayLength) {
      throw new ContractError('payload_too_large', pointer(path), `Expected at most ${limits.maxArrayLength} elements, but found ${names.length}`);
    }
    if (!isArray) keys += names.length;
    if (keys > limits.maxKeys) {
      throw new ContractError('payload_too_large', pointer(path), `Expected at most ${limits.maxKeys} keys in all`);
    }
    for (const name of names) {
      if (!isArray && FORBIDDEN_KEYS.has(name)) {
        throw new ContractError('forbidden_key', pointer([...path, name]), `The key "${name}" is not allowed; rename it`);
      }
      const child = (node as Record<string, unknown>)[name];
      if (typeof child === 'object' && child !== null) stack.push({ node: child, depth: depth + 1, path: [...path, name] });
      else if (typeof child === 'string' && child.length > limits.maxStringLength) checkScalar(child, limits, [...path, name]);
      else if (typeof child !== 'string') checkScalar(child, limits, path, name);
    }
  }
}

type Path = readonly string[];

function checkScalar(value: unknown, limits: JsonLimits, path: Path, name?: string): void {
  const at = () => pointer(name === undefined ? path : [...path, name]);
  switch (typeof value) {
    case 'string':
      if (value.length > limits.maxStringLength) {
        throw new ContractError('payload_too_large', at(), `Expected a string of at most ${limits.maxStringLength} characters`);
      }
      return;
    case 'number':
      if (!Number.isFinite(value)) throw new ContractError('invalid_json', at(), 'Expected a finite number');
      return;
    case 'boolean':
      return;
    default:
      if (value !== null) throw new ContractError('invalid_json', at(), `Expected a JSON value, but found ${typeof value}`);
  }
}

/** RFC 6901 pointer. */
export function pointer(path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** One text for one value, whatever the order of its keys: sorted keys, no blanks (after RFC 8785, for values that JSON.stringify writes alike). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const object = value as Record<string, unknown>;
    const members = Object.keys(object)
      .filter((key) => object[key] !== undefined)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key])}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
