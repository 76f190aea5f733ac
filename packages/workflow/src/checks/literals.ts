/** A template whose value must fit a schema: what stands there literally is held against it, what is evaluated later is left to the run. */
import { isJsonObject, type Json, type JsonObject } from '@baton/contracts';
import { isJsonata } from '@baton/expressions';
import type { z } from 'zod';
import type { Report } from '../problem.ts';
import type { QueryLanguage } from '../states/query-language.ts';
import { wording } from './wording.ts';

export function checkLiterals(template: JsonObject, { schema, language, at }: { readonly schema: z.ZodObject; readonly language: QueryLanguage; readonly at: readonly PropertyKey[] }, report: Report): void {
  const known = Object.keys(schema.shape);
  for (const [key, value] of Object.entries(template)) {
    const evaluated = language === 'JSONPath' ? key.endsWith('.$') : typeof value === 'string' && isJsonata(value);
    const name = language === 'JSONPath' && evaluated ? key.slice(0, -2) : key;
    const field = Object.hasOwn(schema.shape, name) ? (schema.shape[name] as z.ZodType) : undefined;
    if (field === undefined) report([...at, key], `Expected one of ${known.join(', ')}, but found ${name}`, { ofName: true, meant: { word: name, among: known } });
    else if (!evaluated) checkLiteral(value, { schema: field, language, at: [...at, key] }, report);
  }
  for (const [name, field] of Object.entries(schema.shape)) {
    const there = Object.hasOwn(template, name) || (language === 'JSONPath' && Object.hasOwn(template, `${name}.$`));
    if (!there && !(field as z.ZodType).safeParse(undefined).success) report([...at, name], 'Expected this field, but it is missing');
  }
}

function checkLiteral(value: Json, { schema, language, at }: { readonly schema: z.ZodType; readonly language: QueryLanguage; readonly at: readonly PropertyKey[] }, report: Report): void {
  const left: (readonly PropertyKey[])[] = [];
  const literal = withoutEvaluated(value, { language, path: [], left });
  const parsed = schema.safeParse(literal);
  if (parsed.success) return;
  for (const issue of parsed.error.issues) {
    // What comes of an expression, and whatever it may be part of the reason for, the run will see.
    const open = left.some((place) => isWithin(place, issue.path) || (issue.code === 'custom' && isWithin(issue.path, place)));
    if (!open) report([...at, ...issue.path], wording(issue, issue.path.reduce<unknown>((found, part) => (found as Record<PropertyKey, unknown> | undefined)?.[part], literal)).message);
  }
}

/** Whether a path leads to this place or into it. */
const isWithin = (place: readonly PropertyKey[], path: readonly PropertyKey[]): boolean => place.every((part, i) => path[i] === part);

/** What stands there literally. @param about `left`: where the rest was. */
function withoutEvaluated(value: Json, about: { readonly language: QueryLanguage; readonly path: readonly PropertyKey[]; readonly left: (readonly PropertyKey[])[] }): Json {
  const { language, path, left } = about;
  if (Array.isArray(value)) return value.map((item: Json, i) => withoutEvaluated(item, { ...about, path: [...path, i] }));
  if (isJsonObject(value)) {
    const kept: Record<string, Json> = {};
    for (const [key, member] of Object.entries(value)) {
      if (language === 'JSONPath' && key.endsWith('.$')) left.push([...path, key.slice(0, -2)]);
      else kept[key] = withoutEvaluated(member, { ...about, path: [...path, key] });
    }
    return kept;
  }
  if (language === 'JSONata' && typeof value === 'string' && isJsonata(value)) left.push(path);
  return value;
}
