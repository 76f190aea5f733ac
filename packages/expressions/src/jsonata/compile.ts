/** Expressions, parsed once and kept. */
import { BoundedCache } from '../bounded-cache.ts';
import { excerpt, type ExpressionProblem } from '../expression-error.ts';
import { EXPRESSION_LIMITS } from '../limits.ts';
import { FUNCTIONS } from './functions/table.ts';
import { parse, type Program } from './library.ts';
import { enter, leave } from './meter.ts';
import { prepare, Refusal, type Prepared } from './prepare.ts';

export interface Compiled extends Prepared {
  readonly program: Program;
  /** The expression without its marks, as messages show it. */
  readonly shown: string;
}

const [OPEN, CLOSE] = ['{%', '%}'];

/** Whether a string is a JSONata expression: `{% … %}`, with nothing around. Source: Amazon States Language, "Expressions". */
export const isJsonata = (text: string): boolean => text.length >= OPEN.length + CLOSE.length && text.startsWith(OPEN) && text.endsWith(CLOSE);

const MAX_CACHED_TEXT = 4_096;
const cache = new BoundedCache<Compiled | ExpressionProblem>(1_000);

export function compileJsonata(text: string): Compiled | ExpressionProblem {
  let compiled = cache.get(text);
  if (compiled === undefined) {
    compiled = compile(text);
    if (text.length <= MAX_CACHED_TEXT) cache.set(text, compiled);
  }
  return compiled;
}

function compile(text: string): Compiled | ExpressionProblem {
  if (!isJsonata(text)) return { message: `Expected an expression between ${OPEN} and ${CLOSE}` };
  if (text.length > EXPRESSION_LIMITS.textLength) return { message: `Expected an expression of at most ${EXPRESSION_LIMITS.textLength} characters` };
  const expression = text.slice(OPEN.length, -CLOSE.length);
  try {
    const program = parse(expression);
    const prepared = prepare(program.ast());
    program.assign('__evaluate_entry', enter);
    program.assign('__evaluate_exit', leave);
    for (const [name, native] of Object.entries(FUNCTIONS)) program.assign(name, native);
    program.assign('eval', undefined);
    return { ...prepared, program, shown: excerpt(expression.trim()) };
  } catch (error) {
    return problemOf(error, text);
  }
}

/** Errors of the library have a code, a message, a token and where that ends; those of the engine, for too deep a nesting, have none. */
function problemOf(error: unknown, text: string): ExpressionProblem {
  if (error instanceof RangeError) return { message: 'Expected an expression that is nested less' };
  if (error instanceof Refusal) return { message: error.message, ...offsetOf(error.offset) };
  const { message } = error as { readonly message?: string };
  const offset = placeOf(error, text);
  return { message: `Expected JSONata, but ${message === undefined ? 'found something else' : excerpt(message)}`, ...(offset !== undefined && { offset }) };
}

/** Where an error of the library stands in a text, marks included: it tells where its token ends, or for a call a place behind it. */
export function placeOf(error: unknown, text: string): number | undefined {
  const { position, token } = error as { readonly position?: number; readonly token?: unknown };
  if (position === undefined) return undefined;
  if (typeof token !== 'string' || token === '(end)') return position + OPEN.length;
  const latest = Math.max(0, position - token.length) + OPEN.length;
  const found = text.lastIndexOf(token, latest);
  return found < OPEN.length ? latest : found;
}

const offsetOf = (offset: number | undefined): { readonly offset?: number } => (offset === undefined ? {} : { offset: offset + OPEN.length });
