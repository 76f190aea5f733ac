/** Every expression of a state, whatever its kind, with the place where it stands. Machines inside the state are not looked into. */
import { isJsonObject, type Json, type JsonObject } from '@baton/contracts';
import { isJsonata } from '@baton/expressions';
import type { QueryLanguage } from '../states/query-language.ts';

export interface Expression {
  /** From the state on. */
  readonly keys: readonly PropertyKey[];
  /** A path, a call of an intrinsic function, or an expression of JSONata with its `{%` and `%}`. */
  readonly text: string;
}

/** Fields in which nothing is evaluated, or that are looked at by themselves. */
const APART: ReadonlySet<string> = new Set(['Branches', 'ItemProcessor', 'Iterator', 'Comment', 'Result']);
/** Fields whose value is a template: any JSON with expressions in it. What stands in other fields is part of the language. */
const TEMPLATES: ReadonlySet<string> = new Set(['Parameters', 'ResultSelector', 'ItemSelector', 'Assign', 'Credentials', 'BatchInput']);

export const expressionsIn = (state: JsonObject, language: QueryLanguage): readonly Expression[] =>
  Object.entries(state).flatMap(([key, value]) => (APART.has(key) ? [] : language === 'JSONata' ? jsonataIn(value, [key]) : pathsOfField(key, value, [key])));

function jsonataIn(value: Json, keys: readonly PropertyKey[]): readonly Expression[] {
  if (typeof value === 'string') return isJsonata(value) ? [{ keys, text: value }] : [];
  return membersOf(value).flatMap(([key, inner]) => jsonataIn(inner, [...keys, key]));
}

function pathsOfField(field: string, value: Json, keys: readonly PropertyKey[]): readonly Expression[] {
  if (TEMPLATES.has(field)) return pathsOfTemplate(value, keys);
  if (typeof value === 'string') return field.endsWith('Path') || field === 'Variable' ? [{ keys, text: value }] : [];
  return membersOf(value).flatMap(([key, inner]) => (key === 'Comment' ? [] : pathsOfField(String(key), inner, [...keys, key])));
}

function pathsOfTemplate(value: Json, keys: readonly PropertyKey[]): readonly Expression[] {
  return membersOf(value).flatMap(([key, inner]) => {
    const place = [...keys, key];
    if (typeof key === 'string' && key.endsWith('.$')) return typeof inner === 'string' ? [{ keys: place, text: inner }] : [];
    return pathsOfTemplate(inner, place);
  });
}

const membersOf = (value: Json): readonly (readonly [string | number, Json])[] =>
  Array.isArray(value) ? value.map((item, i) => [i, item as Json] as const) : isJsonObject(value) ? Object.entries(value) : [];
