/** Why an expression finds nothing or is refused, and what would help: the names that are there, and the nearest of them. */
import type { Json } from '@baton/contracts';
import { deadEnd, INTRINSIC_FUNCTIONS, lookUp, pathsInIntrinsic, type DeadEnd, type JsonataScope, type Roots } from '@baton/expressions';
import { didYouMean } from '@baton/workflow';
import type { Expression } from './expression.ts';

export interface Advice {
  readonly message: string;
  /** UTF-16 units from the beginning of the expression. */
  readonly offset?: number;
}

const MOST_NAMES = 12;

/** For a text that is no expression. @param offset where it stops being one. */
export function spellingAdvice({ language, text }: Expression, offset: number | undefined): string | undefined {
  if (language !== 'intrinsic function' || offset === undefined) return undefined;
  const word = /^[A-Za-z0-9._]+/.exec(text.slice(offset))?.[0];
  if (word === undefined || INTRINSIC_FUNCTIONS.includes(word)) return undefined;
  return `There is no function ${word}${didYouMean(word, INTRINSIC_FUNCTIONS) || `; there are ${INTRINSIC_FUNCTIONS.join(', ')}`}`;
}

/** For an expression that finds nothing in what it was given. */
export function missingAdvice(expression: Expression, roots: Roots, scope: JsonataScope): Advice | undefined {
  return expression.language === 'JSONata' ? missingInJsonata(expression.text, scope) : missingOnPaths(expression, roots);
}

function missingOnPaths({ language, text }: Expression, roots: Roots): Advice | undefined {
  for (const path of language === 'JSONPath' ? [text] : pathsInIntrinsic(text)) {
    const end = lookUp(path, roots) === undefined ? deadEnd(path, roots) : undefined;
    if (end === undefined) continue;
    const offset = offsetOfStep(path, end.step);
    return { message: missing(end), ...(offset !== undefined && { offset: text.indexOf(path) + offset }) };
  }
  return undefined;
}

/** Names that follow $states one after another, each behind a dot. */
const CHAIN = /\$states((?:\.[A-Za-z_][A-Za-z0-9_]*)+)/g;

function missingInJsonata(text: string, { states }: JsonataScope): Advice | undefined {
  for (const { 0: whole, 1: chain, index } of text.matchAll(CHAIN)) {
    const end = deadEnd(`$${chain!}`, { data: states as unknown as Json, context: {}, variables: {} });
    // A name asked of a list is asked of each of its items.
    if (end === undefined || Array.isArray(end.value)) continue;
    return { message: missing({ ...end, reached: `$states${end.reached.slice(1)}` }), offset: index + whole.length - chain!.length + offsetOfStep(`$${chain!}`, end.step)! - 1 };
  }
  return text.includes('$') ? undefined : { message: 'The data stands in $states.input, such as $states.input.id' };
}

function missing({ reached, value, missing: name, step }: DeadEnd): string {
  if (step < 0) return `No variable ${String(name)} is given${didYouMean(String(name), Object.keys(value as object)) || '; give it with --variables'}`;
  if (Array.isArray(value)) {
    if (typeof name === 'number') return `${reached} has ${value.length === 1 ? '1 item' : `${value.length} items`}`;
    return `${reached} is a list: say which item, such as ${reached}[0].${name}, or all, ${reached}[*].${name}`;
  }
  if (typeof value !== 'object' || value === null) return `${reached} is ${value === null ? 'null' : `a ${typeof value}`}, which has no members`;
  const names = Object.keys(value);
  const near = didYouMean(String(name), names);
  const there = names.length === 0 ? '; it is empty' : `; it has ${names.slice(0, MOST_NAMES).join(', ')}${names.length > MOST_NAMES ? ', …' : ''}`;
  return `${reached} has no member ${JSON.stringify(name)}${near === '' ? there : near}`;
}

/** Where a step of a path begins, where it is written plainly: names behind dots and brackets without brackets inside. */
function offsetOfStep(path: string, step: number): number | undefined {
  if (step < 0) return 0;
  const steps = [...path.matchAll(/\.[^.[\]]+|\[[^[\]]*\]/g)];
  const found = steps[step];
  return found === undefined ? undefined : found.index + (found[0].startsWith('.') ? 1 : 0);
}
