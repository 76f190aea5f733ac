/** What a schema says of a value, in the words of an author: what was expected, and what was found. */
import { isJsonObject } from '@baton/contracts';
import type { z } from 'zod';
import type { ReportExtra } from '../problem.ts';

export interface Wording {
  readonly message: string;
  readonly meant?: ReportExtra['meant'];
}

const KINDS: Readonly<Record<string, string>> = { int: 'a whole number', number: 'a number', string: 'a text', boolean: 'true or false', object: 'an object', record: 'an object', array: 'an array' };
const UNITS: Readonly<Record<string, string>> = { array: ' elements', string: ' characters', set: ' elements' };

export function wording(issue: z.core.$ZodIssue, found: unknown): Wording {
  switch (issue.code) {
    case 'invalid_type':
      return found === undefined ? { message: 'Expected this field, but it is missing' } : { message: `Expected ${KINDS[issue.expected] ?? issue.expected}, but found ${shown(found)}` };
    case 'invalid_value':
      return oneOf(issue.values.map(String), found);
    case 'too_small':
      return { message: `Expected at least ${String(issue.minimum)}${UNITS[issue.origin] ?? ''}, but found ${measured(issue.origin, found)}` };
    case 'too_big':
      return { message: `Expected at most ${String(issue.maximum)}${UNITS[issue.origin] ?? ''}, but found ${measured(issue.origin, found)}` };
    case 'invalid_union':
      return eitherOf(issue, found);
    default:
      return { message: found === undefined || issue.message.includes(', but ') ? issue.message : `${issue.message}, but found ${shown(found)}` };
  }
}

function oneOf(values: readonly string[], found: unknown): Wording {
  if (found === undefined) return { message: `Expected this field (${values.join(', ')}), but it is missing` };
  return { message: `Expected ${values.length === 1 ? '' : 'one of '}${values.join(', ')}, but found ${shown(found)}`, ...(typeof found === 'string' && { meant: { word: found, among: values } }) };
}

/** A value or an expression: what looks like an expression is told what is wrong with it as one. */
function eitherOf(issue: z.core.$ZodIssueInvalidUnion, found: unknown): Wording {
  const ways = issue.errors.map((errors) => errors.find((inner) => inner.path.length === 0) ?? errors[0]).filter((inner) => inner !== undefined);
  const expression = typeof found === 'string' && (found.startsWith('{%') || found.endsWith('%}'));
  const chosen = expression ? ways[ways.length - 1] : ways[0];
  if (chosen === undefined) return { message: `Expected another form, but found ${shown(found)}` };
  const said = wording(chosen, found);
  return expression ? said : { ...said, message: said.message.replace(', but found', ' or an expression between {% and %}, but found') };
}

const measured = (origin: string, found: unknown): string => (origin === 'array' && Array.isArray(found) ? String(found.length) : origin === 'string' && typeof found === 'string' ? String(found.length) : shown(found));

/** A value as a message shows it: short. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (isJsonObject(value)) return 'an object';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
