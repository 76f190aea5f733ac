/** The rules of a Choice state. Source: Amazon States Language, section "Choice State". */
import type { Json } from '@baton/contracts';
import { lookUp, type Roots } from '@baton/expressions';
import { COMPARATORS, type ChoiceRule, type Comparator } from '@baton/workflow';
import { StateError } from './state-error.ts';

export function holds(rule: ChoiceRule, scope: Roots): boolean {
  if ('And' in rule && Array.isArray(rule.And)) return (rule.And as ChoiceRule[]).every((part) => holds(part, scope));
  if ('Or' in rule && Array.isArray(rule.Or)) return (rule.Or as ChoiceRule[]).some((part) => holds(part, scope));
  if ('Not' in rule) return !holds(rule.Not as ChoiceRule, scope);
  return compare(rule as { Variable: string } & Record<string, unknown>, scope);
}

/** Members of a rule that are no comparison. */
const BESIDE: ReadonlySet<string> = new Set(['Variable', 'Next', 'Comment', 'Assign']);

function compare(rule: { readonly Variable: string } & Readonly<Record<string, unknown>>, scope: Roots): boolean {
  const name = Object.keys(rule).find((key) => !BESIDE.has(key)) ?? '';
  if (name === 'IsPresent') return (lookUp(rule.Variable, scope) !== undefined) === rule[name];
  const value = read(rule.Variable, scope, 'Variable');
  const byPath = name.endsWith('Path') && Object.hasOwn(COMPARATORS, name.slice(0, -4));
  const comparator = (byPath ? name.slice(0, -4) : name) as Comparator;
  const operand = byPath ? read(rule[name] as string, scope, name) : (rule[name] as Json);
  switch (COMPARATORS[comparator]) {
    case 'test':
      return test(comparator, value) === operand;
    case 'boolean':
      return typeof value === 'boolean' && value === operand;
    case 'number':
      return typeof value === 'number' && typeof operand === 'number' && ordered(comparator, value - operand);
    case 'string':
      if (typeof value !== 'string' || typeof operand !== 'string') return false;
      return comparator === 'StringMatches' ? matchesWildcard(value, operand) : ordered(comparator, value < operand ? -1 : value > operand ? 1 : 0);
    case 'timestamp': {
      const [left, right] = [timestamp(value), timestamp(operand)];
      return left !== undefined && right !== undefined && ordered(comparator, left - right);
    }
    default:
      throw new StateError('States.Runtime', `Choice: there is no comparison ${name}`);
  }
}

function read(path: string, scope: Roots, what: string): Json {
  const value = lookUp(path, scope);
  if (value === undefined) throw new StateError('States.Runtime', `Choice: the path ${path} of ${what} finds nothing in the data`);
  return value;
}

function ordered(comparator: string, difference: number): boolean {
  if (comparator.endsWith('LessThanEquals')) return difference <= 0;
  if (comparator.endsWith('GreaterThanEquals')) return difference >= 0;
  if (comparator.endsWith('LessThan')) return difference < 0;
  if (comparator.endsWith('GreaterThan')) return difference > 0;
  return difference === 0;
}

function test(comparator: Comparator, value: Json): boolean {
  switch (comparator) {
    case 'IsNull':
      return value === null;
    case 'IsNumeric':
      return typeof value === 'number';
    case 'IsString':
      return typeof value === 'string';
    case 'IsBoolean':
      return typeof value === 'boolean';
    default:
      return timestamp(value) !== undefined;
  }
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** Epoch milliseconds of an RFC 3339 time with upper-case T and Z, or undefined. */
export function timestamp(value: Json): number | undefined {
  if (typeof value !== 'string' || value.length > 40 || !RFC_3339.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) || !hasThatDay(value) ? undefined : ms;
}

/** A month has no more days than it has: Date.parse takes the 31st of February for the 3rd of March. */
function hasThatDay(time: string): boolean {
  const [year, month, day] = time.slice(0, 10).split('-').map(Number) as [number, number, number];
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** `*` stands for any run of characters, `\*` for a star, `\\` for a backslash. Greedy with one point of return: linear in practice, never exponential. */
export function matchesWildcard(text: string, pattern: string): boolean {
  const parts = patternParts(pattern);
  let at = 0;
  let star = -1;
  let resume = 0;
  let part = 0;
  while (at < text.length) {
    const wanted = parts[part];
    if (wanted === '*') {
      star = part++;
      resume = at;
    } else if (wanted !== undefined && wanted.slice(1) === text[at]) {
      part++;
      at++;
    } else if (star >= 0) {
      part = star + 1;
      at = ++resume;
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === '*');
}

/** Each part is '*' or '=' followed by the character meant. */
function patternParts(pattern: string): string[] {
  const parts: string[] = [];
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === '\\' && i + 1 < pattern.length) parts.push(`=${pattern[++i]}`);
    else parts.push(pattern[i] === '*' ? '*' : `=${pattern[i]}`);
  }
  return parts;
}
