/** A template whose value must fit a schema: what stands there literally is held against it, what is evaluated later is left to the run. */
import type { Json, JsonObject } from '@baton/contracts';
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
    else if (!evaluated) checkLiteral(value, field, [...at, key], report);
  }
  for (const [name, field] of Object.entries(schema.shape)) {
    const there = Object.hasOwn(template, name) || (language === 'JSONPath' && Object.hasOwn(template, `${name}.$`));
    if (!there && !(field as z.ZodType).safeParse(undefined).success) report([...at, name], 'Expected this field, but it is missing');
  }
}

function checkLiteral(value: Json, schema: z.ZodType, at: readonly PropertyKey[], report: Report): void {
  const parsed = schema.safeParse(value);
  if (!parsed.success) for (const issue of parsed.error.issues) report([...at, ...issue.path], wording(issue, value).message);
}
