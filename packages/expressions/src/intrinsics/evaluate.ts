/** Checks and runs intrinsic functions. */
import type { Json } from '@baton/contracts';
import { BoundedCache } from '../bounded-cache.ts';
import { ExpressionError, type ExpressionProblem } from '../expression-error.ts';
import type { Ambient, Roots } from '../facts.ts';
import { read } from '../json-path/read.ts';
import { Steps } from '../steps.ts';
import { weigh } from '../weight.ts';
import { FUNCTIONS } from './functions.ts';
import { parseIntrinsic } from './parse.ts';
import type { Argument, Invocation } from './syntax.ts';

const MAX_CACHED_TEXT = 1_024;
const cache = new BoundedCache<Invocation | ExpressionProblem>(2_000);

function parsed(text: string): Invocation | ExpressionProblem {
  let call = cache.get(text);
  if (call === undefined) {
    call = parseIntrinsic(text);
    if (text.length <= MAX_CACHED_TEXT) cache.set(text, call);
  }
  return call;
}

/** What keeps `text` from being a call of an intrinsic function: its syntax, an unknown name, too few or many arguments, a path in it that is none. */
export function checkIntrinsic(text: string): ExpressionProblem | undefined {
  const call = parsed(text);
  return 'message' in call ? call : undefined;
}

/** The paths that `text` reads; empty where it is no call. */
export function pathsInIntrinsic(text: string): readonly string[] {
  const call = parsed(text);
  return 'message' in call ? [] : pathsOf(call);
}

const pathsOf = (argument: Argument): readonly string[] => (argument.kind === 'path' ? [argument.path] : argument.kind === 'call' ? argument.arguments.flatMap(pathsOf) : []);

/**
 * @param what names the field that holds the call, for messages.
 * @param steps what the evaluation may still do; of its own where it is not given.
 * @throws ExpressionError `States.IntrinsicFailure` where a function refuses its arguments or makes too much of them, `States.Runtime`
 * where a path in it finds nothing or all of it takes too many steps.
 */
export function evaluateIntrinsic(text: string, roots: Roots, what: string, ambient: Ambient, steps: Steps = new Steps('States.Runtime', what, ambient)): Json {
  const call = parsed(text);
  if ('message' in call) throw new ExpressionError('States.IntrinsicFailure', `${what}: ${call.message}`);
  const result = run(call, { roots, what, ambient, steps });
  steps.take(weigh(result, 'States.IntrinsicFailure', what) >> 6);
  return result;
}

interface Evaluation {
  readonly roots: Roots;
  readonly what: string;
  readonly ambient: Ambient;
  readonly steps: Steps;
}

function run(call: Invocation, evaluation: Evaluation): Json {
  const { ambient, steps } = evaluation;
  const [first] = call.arguments;
  const values = call.arguments.map((argument) => valueOf(argument, evaluation));
  return FUNCTIONS[call.name]!.run({ name: call.name, values, parts: first?.kind === 'text' ? first.parts : undefined, ambient, steps });
}

function valueOf(argument: Argument, evaluation: Evaluation): Json {
  evaluation.steps.take();
  if (argument.kind === 'path') return read(argument.path, evaluation.roots, evaluation.what, evaluation.steps);
  return argument.kind === 'call' ? run(argument, evaluation) : argument.value;
}
