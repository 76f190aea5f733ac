import { isJsonObject, type JsonObject } from '@baton/contracts';
import type { Report } from '../problem.ts';
import type { QueryLanguage } from '../states/query-language.ts';

/** That what reads or writes for a Map is told all that it must be told, in the field that its query language has for it. */
export function checkTold(of: JsonObject, { language, names, at }: { readonly language: QueryLanguage; readonly names: readonly string[]; readonly at: readonly PropertyKey[] }, report: Report): void {
  const field = language === 'JSONata' ? 'Arguments' : 'Parameters';
  const told = of[field];
  // An expression gives all of it.
  if (typeof told === 'string') return;
  for (const name of names) {
    if (!isJsonObject(told) || (told[name] === undefined && told[`${name}.$`] === undefined)) report(told === undefined ? at : [...at, field], `Expected ${field} with ${names.join(' and ')}, but ${name} is missing`, { ofName: true });
  }
}
