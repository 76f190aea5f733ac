import type { JsonObject } from '@baton/contracts';
import type { Report } from '../problem.ts';

const present = (state: JsonObject, fields: readonly string[]): string[] => fields.filter((field) => state[field] !== undefined);

export function exactlyOne(state: JsonObject, fields: readonly string[], at: readonly PropertyKey[], report: Report): void {
  const found = present(state, fields);
  if (found.length !== 1) report(at, `Expected exactly one of ${fields.join(', ')}, but found ${found.length === 0 ? 'none' : found.join(' and ')}`, { ofName: true });
}

export function atMostOne(state: JsonObject, fields: readonly string[], at: readonly PropertyKey[], report: Report): void {
  const found = present(state, fields);
  if (found.length > 1) report(at, `Expected at most one of ${fields.join(', ')}, but found ${found.join(' and ')}`, { ofName: true });
}
