/** Reading values by path. Source: Amazon States Language, "Paths", which leaves the syntax to JsonPath. */
import type { Json, JsonObject } from '@baton/contracts';
import { excerpt, ExpressionError } from '../expression-error.ts';
import type { Roots } from '../facts.ts';
import { Steps } from '../steps.ts';
import { compilePath, type CompiledPath } from './compile.ts';
import { walk } from './walk.ts';

/**
 * What a path finds, or undefined. A path that may find several gives a list, which is empty where it finds none, also where
 * what it begins with is not there; undefined is only a variable that is not set.
 * @param steps what the evaluation may still do; of its own where it is not given.
 * @throws ExpressionError `States.Runtime` for a text that is no path, and where looking takes too many steps.
 */
export function lookUp(path: string, roots: Roots, steps?: Steps): Json | undefined {
  const compiled = compilePath(path);
  if ('message' in compiled) throw new ExpressionError('States.Runtime', `${excerpt(path)}: ${compiled.message}`);
  const root = rootOf(compiled, roots);
  if (root === undefined) return undefined;
  if (compiled.keys !== undefined) return follow(compiled.keys, root);
  const found = walk(compiled.segments, root, root, steps ?? new Steps('States.Runtime', excerpt(path), {}));
  return compiled.isOne ? found[0] : found;
}

/**
 * As lookUp, for a value that must be there.
 * @param what names the field that holds the path, for the message.
 * @throws ExpressionError `States.Runtime` where the path finds nothing: the name that AWS reports, although its documentation has States.ParameterPathFailure.
 */
export function read(path: string, roots: Roots, what: string, steps?: Steps): Json {
  const value = lookUp(path, roots, steps);
  if (value === undefined) throw new ExpressionError('States.Runtime', `${what}: the path ${excerpt(path)} finds nothing in the data`);
  return value;
}

function rootOf({ root }: CompiledPath, roots: Roots): Json | undefined {
  if (root === 'data') return roots.data;
  if (root === 'context') return roots.context;
  return Object.hasOwn(roots.variables, root.variable) ? roots.variables[root.variable] : undefined;
}

function follow(keys: readonly (string | number)[], root: Json): Json | undefined {
  let value: Json | undefined = root;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) value = typeof key === 'number' ? (value as readonly Json[]).at(key) : undefined;
    else value = typeof key === 'string' && Object.hasOwn(value, key) ? (value as JsonObject)[key] : undefined;
  }
  return value;
}
