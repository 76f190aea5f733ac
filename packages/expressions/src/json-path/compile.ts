/**
 * The paths of Amazon States Language: `$…` into the data, `$$…` into the context object, `$name…` into a variable.
 *
 * Grammar: RFC 9535 by json-p3, which never evaluates code and sees own properties only. `match` and `search` are taken out,
 * since a regular expression in a definition could hold a lane for ever.
 */
import jsonP3 from 'json-p3';
import { BoundedCache } from '../bounded-cache.ts';
import type { ExpressionProblem } from '../expression-error.ts';
import { EXPRESSION_LIMITS } from '../limits.ts';
import { inRfc9535 } from './dialect.ts';
import { planOf, type Segment } from './plan.ts';

export interface CompiledPath {
  /** Whose values it addresses; a variable by its name. */
  readonly root: 'data' | 'context' | { readonly variable: string };
  readonly segments: readonly Segment[];
  /** The way to the one place that a singular path addresses; undefined where the path may find several. */
  readonly keys: readonly (string | number)[] | undefined;
  /** Whether it gives one value, not a list: a singular path, also with several names at its end. */
  readonly isOne: boolean;
}

const environment = new jsonP3.JSONPathEnvironment({ maxRecursionDepth: EXPRESSION_LIMITS.depth });
environment.functionRegister.delete('match');
environment.functionRegister.delete('search');

const cache = new BoundedCache<CompiledPath | ExpressionProblem>(5_000);

/** The compiled path, or what is wrong with it. */
export function compilePath(path: string): CompiledPath | ExpressionProblem {
  let compiled = cache.get(path);
  if (compiled === undefined) {
    compiled = parse(path);
    if (path.length <= MAX_CACHED_TEXT) cache.set(path, compiled);
  }
  return compiled;
}

const MAX_CACHED_TEXT = 1_024;
/** Filters inside filters, and brackets inside them: the library descends once for each. */
const MAX_OPEN = 64;
/** Source: Amazon States Language, "State Machine Variables": Unicode's identifiers. */
const VARIABLE = /^\$([\p{ID_Start}_][\p{ID_Continue}]*)/u;

function parse(path: string): CompiledPath | ExpressionProblem {
  if (!path.startsWith('$')) return { message: 'Expected a path that begins with $', offset: 0 };
  if (path.length > EXPRESSION_LIMITS.textLength) return { message: `Expected a path of at most ${EXPRESSION_LIMITS.textLength} characters` };
  const variable = VARIABLE.exec(path)?.[1];
  const skipped = variable !== undefined ? variable.length : path.startsWith('$$') ? 1 : 0;
  const deep = tooDeepAt(path);
  if (deep !== undefined) return { message: `Expected at most ${MAX_OPEN} open brackets`, offset: deep };
  const [ownPart, readPart] = [path.slice(skipped + 1), inRfc9535(path.slice(skipped + 1))];
  try {
    const segments = planOf(environment.compile(`$${readPart}`), EXPRESSION_LIMITS.nodes);
    return { root: variable !== undefined ? { variable } : skipped === 1 ? 'context' : 'data', segments, keys: keysOf(segments), isOne: isOne(segments) };
  } catch (error) {
    const { message, token } = error as Error & { readonly token?: { readonly index: number } };
    return { message: `Expected a JSONPath, but ${message}`, ...(token !== undefined && readPart === ownPart && { offset: token.index + skipped }) };
  }
}

/** The library's own parser recurses, for a bracket and for a negation; what it is given cannot exhaust the stack. */
function tooDeepAt(path: string): number | undefined {
  let open = 0;
  let negations = 0;
  for (let i = 0; i < path.length; i++) {
    const character = path[i]!;
    if ('[('.includes(character)) open++;
    else if ('])'.includes(character)) open--;
    if (character === '!') negations++;
    else if (character !== ' ') negations = 0;
    if (open + negations > MAX_OPEN) return i;
  }
  return undefined;
}

const isOne = (segments: readonly Segment[]): boolean => keysOf(segments.filter((_, i) => i < segments.length - 1 || segments[i]!.selectors[0]!.kind !== 'members' || segments[i]!.descends)) !== undefined;

function keysOf(segments: readonly Segment[]): readonly (string | number)[] | undefined {
  const keys: (string | number)[] = [];
  for (const { descends, selectors } of segments) {
    const [only] = selectors;
    if (descends || selectors.length !== 1 || (only?.kind !== 'name' && only?.kind !== 'index')) return undefined;
    keys.push(only.kind === 'name' ? only.name : only.index);
  }
  return keys;
}
