/**
 * Evaluates JSONata. Source: Amazon States Language, "JSONata Concepts"; AWS Step Functions, "Transforming data with JSONata".
 */
import { isForbiddenKey, type Json, type JsonObject } from '@baton/contracts';
import { excerpt, ExpressionError } from '../expression-error.ts';
import type { Ambient } from '../facts.ts';
import { Steps } from '../steps.ts';
import { weigh } from '../weight.ts';
import { compileJsonata, isJsonata, placeOf, type Compiled } from './compile.ts';
import { copyOf, examine } from './data.ts';
import { isFunction } from './library.ts';
import { failed, Meter, metered } from './meter.ts';
import { settled } from './settle.ts';

/** What the expressions of a state address. */
export interface JsonataScope {
  /** `$states`. `result` is there once the state has one, `errorOutput` in a Catch. */
  readonly states: { readonly input: Json; readonly result?: Json; readonly errorOutput?: Json; readonly context: JsonObject };
  /** `$name` */
  readonly variables: Readonly<Record<string, Json>>;
}

/**
 * The value of one expression.
 * @param text `{% … %}`
 * @param what names the field that holds it, for messages.
 * @param steps what the evaluation may still do; of its own where it is not given.
 * @throws ExpressionError `States.QueryEvaluationError`: the expression is none, fails, gives nothing or something that is no JSON, or does more than it may.
 */
export function evaluateJsonata(text: string, scope: JsonataScope, what: string, ambient: Ambient, steps: Steps = new Steps('States.QueryEvaluationError', what, ambient)): Json {
  const compiled = compileJsonata(text);
  if ('message' in compiled) throw failure(what, excerpt(text), `cannot be evaluated: ${compiled.message}`);
  try {
    return run(compiled, scope, ambient, steps);
  } catch (error) {
    throw failure(what, compiled.shown, messageOf(error), placeOf(error, text));
  }
}

function run(compiled: Compiled, scope: JsonataScope, ambient: Ambient, steps: Steps): Json {
  const bindings: Record<string, Json> = Object.create(null) as Record<string, Json>;
  const give = (value: Json): Json => {
    steps.take(examine(value) >> 10);
    return compiled.writes ? copyOf(value) : value;
  };
  for (const name of [...compiled.variables, ...compiled.shadowed]) if (Object.hasOwn(scope.variables, name)) bindings[name] = give(scope.variables[name]!);
  if (compiled.usesStates) bindings['states'] = Object.fromEntries(Object.entries(scope.states).flatMap(([name, value]) => (value === undefined ? [] : [[name, give(value as Json)]])));
  const result = metered(new Meter(ambient, steps), () => compiled.program.evaluate(undefined, bindings));
  if (result === undefined) throw failed(NOTHING);
  return settled(result, (value) => !compiled.writes && isData(value));
}

/** Whether an object is data that was given, or a part of it. What expressions make has no prototype, or is a list or a function. */
const isData = (value: object): boolean => Object.getPrototypeOf(value) === Object.prototype && !isFunction(value);

/**
 * A value with every expression in it, at any depth, replaced by what it gives.
 * @throws ExpressionError as evaluateJsonata; all expressions together may do what one may.
 */
export function fillJsonata(template: Json, scope: JsonataScope, what: string, ambient: Ambient): Json {
  const steps = new Steps('States.QueryEvaluationError', what, ambient);
  let filled = 0;
  const fill = (part: Json, at: string): Json => {
    if (typeof part === 'string') {
      if (!isJsonata(part)) return part;
      filled++;
      return evaluateJsonata(part, scope, at, ambient, steps);
    }
    if (typeof part !== 'object' || part === null) return part;
    if (Array.isArray(part)) return part.map((item, i) => fill(item as Json, `${at}[${i}]`));
    return Object.fromEntries(
      Object.entries(part).map(([key, value]) => {
        if (isForbiddenKey(key)) throw new ExpressionError('States.QueryEvaluationError', `${at}: the key ${JSON.stringify(key)} is not allowed`);
        return [key, fill(value as Json, `${at}/${key}`)];
      }),
    );
  };
  const result = fill(template, what);
  if (filled > 1) weigh(result, 'States.QueryEvaluationError', what);
  return result;
}

const failure = (what: string, shown: string, message: string, offset?: number): ExpressionError =>
  new ExpressionError('States.QueryEvaluationError', `The JSONata expression '${shown}' specified for the field '${what}' ${message}`, offset);

/** Errors of the library are objects with a message; those of the engine tell of memory and stack, which is no business of the author's. */
function messageOf(error: unknown): string {
  if (error instanceof RangeError) return 'failed: it is nested too deeply or grows too large';
  if (error instanceof TypeError) return 'failed: a function was called in a way that it is not made for';
  const { message } = error as { readonly message?: unknown };
  if (message === NOTHING) return NOTHING;
  return `failed: ${typeof message === 'string' ? message.slice(0, 500) : 'it cannot be evaluated'}`;
}

const NOTHING = 'returned nothing (undefined)';
