/** What would be evaluated in the other query language, and stands literally in this one. */
import { isJsonata } from '@baton/expressions';
import { isJsonObject, type Json, type JsonObject } from '@baton/contracts';
import type { Report } from '../problem.ts';
import type { QueryLanguage } from '../states/index.ts';

/** Templates of either language; in other fields such a value is a mistake of its own. */
const TEMPLATES: Readonly<Record<QueryLanguage, readonly string[]>> = {
  JSONPath: ['Parameters', 'ResultSelector', 'ItemSelector', 'Assign', 'Result'],
  JSONata: ['Arguments', 'Output', 'ItemSelector', 'Assign', 'Items'],
};

export function checkOtherLanguage(state: JsonObject, { language, at }: { readonly language: QueryLanguage; readonly at: readonly PropertyKey[] }, report: Report): void {
  for (const field of TEMPLATES[language]) if (state[field] !== undefined) look(state[field], [...at, field]);

  function look(value: Json, place: readonly PropertyKey[]): void {
    if (Array.isArray(value)) value.forEach((item, i) => look(item as Json, [...place, i]));
    else if (isJsonObject(value)) {
      for (const [key, inner] of Object.entries(value)) {
        if (language === 'JSONata' && key.endsWith('.$')) report([...place, key], 'This is a name like others: the state is in JSONata, where no path stands behind .$', { severity: 'warning', ofName: true });
        look(inner, [...place, key]);
      }
    } else if (language === 'JSONPath' && typeof value === 'string' && isJsonata(value)) {
      report(place, 'This is a text like others: the state is in JSONPath, where {% and %} mean nothing', { severity: 'warning' });
    }
  }
}
