/** Reading data by JSONPath as Amazon States Language means it. */
import type { Json } from '@baton/contracts';
import { compileJsonPath, dataPath } from '@baton/workflow';
import type { JsonObject } from '@baton/contracts';
import { StateError } from './state-error.ts';

export interface Scope {
  readonly data: Json;
  /** What `$$` addresses. */
  readonly context: JsonObject;
}

/** Undefined where a singular path finds nothing. A path with a wildcard or filter gives the list of what it finds. */
export function lookUp(path: string, scope: Scope): Json | undefined {
  const query = compileJsonPath(dataPath(path));
  const root = path.startsWith('$$') ? scope.context : scope.data;
  const found = query.query(root as never).values() as Json[];
  return query.singularQuery() ? found[0] : found;
}

/** @throws StateError `States.ParameterPathFailure`. */
export function read(path: string, scope: Scope, what: string): Json {
  const value = lookUp(path, scope);
  if (value === undefined) throw new StateError('States.ParameterPathFailure', `${what}: the path ${path} finds nothing in the data`);
  return value;
}
