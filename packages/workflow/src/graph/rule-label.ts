/** A rule of a Choice in few characters. */
import { isJsonObject, type Json, type JsonObject } from '@baton/contracts';
import { COMPARATORS } from '../states/index.ts';

const SIGNS: readonly (readonly [RegExp, string])[] = [[/LessThanEquals$/, '≤'], [/GreaterThanEquals$/, '≥'], [/LessThan$/, '<'], [/GreaterThan$/, '>'], [/Equals$/, '='], [/Matches$/, 'matches']];

export function ruleLabel(rule: JsonObject): string {
  const { Condition: condition, And: and, Or: or, Not: not, Variable: variable } = rule;
  if (condition !== undefined) return typeof condition === 'string' ? condition.replace(/^\{%\s*|\s*%\}$/g, '') : String(condition);
  if (Array.isArray(and)) return joined(and, ' and ');
  if (Array.isArray(or)) return joined(or, ' or ');
  if (isJsonObject(not)) return `not (${ruleLabel(not)})`;
  const name = Object.keys(rule).find((key) => Object.hasOwn(COMPARATORS, key.replace(/Path$/, '')));
  if (name === undefined) return '';
  const operand = rule[name];
  const what = typeof variable === 'string' ? variable : '?';
  if (name.startsWith('Is')) return `${what} is ${operand === false ? 'not ' : ''}${name.slice(2).toLowerCase()}`;
  const sign = SIGNS.find(([ending]) => ending.test(name.replace(/Path$/, '')))?.[1] ?? name;
  return `${what} ${sign} ${name.endsWith('Path') ? String(operand) : JSON.stringify(operand)}`;
}

const joined = (rules: readonly Json[], word: string): string => rules.map((rule) => (isJsonObject(rule) ? ('And' in rule || 'Or' in rule ? `(${ruleLabel(rule)})` : ruleLabel(rule)) : '?')).join(word);
