/** Payload templates: a JSON value in which members whose name ends in `.$` take their value from a path or an intrinsic function. */
import { isForbiddenKey, type Json } from '@baton/contracts';
import { ExpressionError, type ExpressionProblem } from '../expression-error.ts';
import type { Ambient, Roots } from '../facts.ts';
import { checkIntrinsic, evaluateIntrinsic, pathsInIntrinsic } from '../intrinsics/evaluate.ts';
import { checkJsonPath, variableOfPath } from '../json-path/check.ts';
import { read } from '../json-path/read.ts';
import { Steps } from '../steps.ts';
import { weigh } from '../weight.ts';

/** Members that are filled without weighing the whole: each is at most as large as the data, and the host has a bound of its own. */
const UNWEIGHED = 4;

/**
 * @param what names the field that holds the template, for messages.
 * @throws ExpressionError as the expressions in it do, and `States.Runtime` where the whole is too large. Values that come from
 * data are never looked at again: no template in data.
 */
export function fillTemplate(template: Json, roots: Roots, what: string, ambient: Ambient): Json {
  const filling = { roots, what, ambient, steps: new Steps('States.Runtime', what, ambient), filled: 0 };
  const result = fill(template, filling);
  if (filling.filled > UNWEIGHED) weigh(result, 'States.Runtime', what);
  return result;
}

/** The value of one dynamic member, or of a field such as ErrorPath that takes either: a path, or a call of an intrinsic function. */
export const pathOrCall = (text: string, roots: Roots, what: string, ambient: Ambient, steps?: Steps): Json =>
  text.startsWith('$') ? read(text, roots, what, steps) : evaluateIntrinsic(text, roots, what, ambient, steps);

/** What keeps `text` from being either. */
export const checkPathOrCall = (text: string): ExpressionProblem | undefined => (text.startsWith('States.') ? checkIntrinsic(text) : checkJsonPath(text));

/** The names of the variables that a path or a call reads, each once. */
export function variablesInPathOrCall(text: string): readonly string[] {
  const paths = text.startsWith('$') ? [text] : pathsInIntrinsic(text);
  return [...new Set(paths.flatMap((path) => variableOfPath(path) ?? []))];
}

interface Filling {
  readonly roots: Roots;
  readonly what: string;
  readonly ambient: Ambient;
  /** Of the whole template, so that many expressions do no more than one may. */
  readonly steps: Steps;
  filled: number;
}

function fill(template: Json, filling: Filling): Json {
  if (Array.isArray(template)) return template.map((item) => fill(item as Json, filling));
  if (typeof template !== 'object' || template === null) return template;
  const filled: Record<string, Json> = {};
  for (const [key, value] of Object.entries(template)) {
    const dynamic = key.endsWith('.$') && typeof value === 'string';
    const name = dynamic ? key.slice(0, -2) : key;
    if (isForbiddenKey(name)) throw new ExpressionError('States.Runtime', `${filling.what}: the key ${JSON.stringify(name)} is not allowed`);
    if (dynamic) filling.filled++;
    filled[name] = dynamic ? pathOrCall(value, filling.roots, `${filling.what}.${key}`, filling.ambient, filling.steps) : fill(value as Json, filling);
  }
  return filled;
}

export type TemplateProblem = ExpressionProblem & { readonly path: readonly (string | number)[] };

/** Everything that keeps a template from being filled, each with the way to it. */
export function checkTemplate(template: Json): readonly TemplateProblem[] {
  if (Array.isArray(template)) return template.flatMap((item, i) => under(i, checkTemplate(item as Json)));
  if (typeof template !== 'object' || template === null) return [];
  return Object.entries(template).flatMap(([key, value]) => {
    const own = key.endsWith('.$') ? dynamicProblems(key, value as Json) : checkTemplate(value as Json);
    return under(key, Object.hasOwn(template, `${key}.$`) ? [...own, { message: `Expected either ${JSON.stringify(key)} or ${JSON.stringify(`${key}.$`)}, not both`, path: [] }] : own);
  });
}

const under = (key: string | number, problems: readonly TemplateProblem[]): readonly TemplateProblem[] => problems.map((problem) => ({ ...problem, path: [key, ...problem.path] }));

function dynamicProblems(key: string, value: Json): readonly TemplateProblem[] {
  if (isForbiddenKey(key.slice(0, -2))) return [{ message: `The key ${JSON.stringify(key)} is not allowed; rename it`, path: [] }];
  if (typeof value !== 'string') return [{ message: 'Expected a JSONPath such as $.order.id or a call such as States.UUID(), since the key ends with ".$"', path: [] }];
  const problem = checkPathOrCall(value);
  return problem === undefined ? [] : [{ ...problem, path: [] }];
}
