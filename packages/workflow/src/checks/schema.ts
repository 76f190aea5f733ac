/** A place of the definition against its schema. */
import type { Json } from '@baton/contracts';
import type { z } from 'zod';
import type { Report, ReportExtra } from '../problem.ts';
import type { QueryLanguage } from '../states/index.ts';
import { KNOWN_FIELDS, languageOfField } from './known-fields.ts';
import { wording } from './wording.ts';

export interface Shape {
  readonly schema: z.ZodType;
  /** Fields that may stand here. */
  readonly fields: readonly string[];
  /** The language in which this place is; absent where it has none. */
  readonly language?: QueryLanguage;
}

export function checkShape(value: Json, { schema, fields, language }: Shape, at: readonly PropertyKey[], report: Report): void {
  const parsed = schema.safeParse(value);
  if (parsed.success) return;
  for (const issue of parsed.error.issues) {
    const where = [...at, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      const candidates = issue.path.length === 0 ? fields : KNOWN_FIELDS;
      for (const key of issue.keys) report([...where, key], ...unknownField(key, candidates, language));
      continue;
    }
    const { message, meant } = wording(issue, valueAt(value, issue.path));
    report(where, message, { meant });
  }
}

function unknownField(key: string, candidates: readonly string[], language: QueryLanguage | undefined): [string, ReportExtra] {
  const other = language === undefined ? undefined : languageOfField(key);
  if (other !== undefined && other !== language) return [`Expected no ${key} here: it is a field of ${other}, and this state is in ${language}`, { ofName: true }];
  return [`Expected no field ${JSON.stringify(key)} here`, { ofName: true, meant: { word: key, among: candidates.filter((name) => name !== key) } }];
}

function valueAt(value: Json, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined), value);
}
