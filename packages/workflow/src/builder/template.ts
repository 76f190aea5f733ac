/** Values with references in them, as the payload templates of Amazon States Language. */
import { isJsonObject, type Json, type JsonObject } from '@baton/contracts';
import { argument, textOf } from './reference.ts';

/** What a state is given: all of it by a path, or a template. */
export type Given = { readonly InputPath: string } | { readonly Parameters: Json };

/** @param what names the state, for messages. @throws TypeError for what the language has no words for. */
export function givenOf(value: unknown, what: string): Given {
  const text = textOf(value);
  if (text === undefined) return { Parameters: templateOf(value, what) };
  if (text.startsWith('$')) return { InputPath: text };
  throw new TypeError(`${what}: expected a place in the data or an object, but found ${text}; put it into an object`);
}

export function templateOf(value: unknown, what: string): Json {
  if (Array.isArray(value)) return listOf(value, what);
  if (typeof value !== 'object' || value === null) return value as Json;
  const filled: Record<string, Json> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    if (key.endsWith('.$')) throw new TypeError(`${what}: expected a name without ".$" behind it, but found ${JSON.stringify(key)}; a reference needs none`);
    const text = textOf(inner) ?? (Array.isArray(inner) ? callOf(inner) : undefined);
    if (text === undefined) filled[key] = templateOf(inner, what);
    else filled[`${key}.$`] = text;
  }
  return filled;
}

function listOf(items: readonly unknown[], what: string): Json {
  if (!items.some(hasReference)) return items as Json;
  if (!items.some((item) => textOf(item) !== undefined)) return items.map((item) => templateOf(item, what));
  throw new TypeError(`${what}: a list with references in it can stand only as the member of an object`);
}

/** A list whose items are references and plain values, as the call that makes it; undefined where it has none of the first. */
function callOf(items: readonly unknown[]): string | undefined {
  if (!items.some((item) => textOf(item) !== undefined)) return undefined;
  const plain = items.every((item) => textOf(item) !== undefined || typeof item !== 'object' || item === null);
  return plain ? `States.Array(${items.map((item) => argument(item as never)).join(', ')})` : undefined;
}

function hasReference(value: unknown): boolean {
  if (textOf(value) !== undefined) return true;
  return Array.isArray(value) ? value.some(hasReference) : isJsonObject(value as Json) && Object.values(value as JsonObject).some(hasReference);
}
