/**
 * JSONPath by RFC 9535 (json-p3: no code evaluation, own properties only). `match` and `search` are taken out, since a
 * regular expression in a definition could hold a lane for ever.
 */
import jsonP3, { type JSONPathQuery } from 'json-p3';

const environment = new jsonP3.JSONPathEnvironment({ maxRecursionDepth: 64 });
environment.functionRegister.delete('match');
environment.functionRegister.delete('search');

const MAX_CACHED = 5_000;
const compiled = new Map<string, JSONPathQuery>();

/** A compiled path into the data. @throws where `path` is not JSONPath. The cache is a memo: it changes nothing that can be seen. */
export function compileJsonPath(path: string): JSONPathQuery {
  let query = compiled.get(path);
  if (query === undefined) {
    query = environment.compile(path);
    if (compiled.size >= MAX_CACHED) compiled.clear();
    compiled.set(path, query);
  }
  return query;
}

/** True for a path into the data ($…) or into the context object ($$…). */
export function isJsonPath(path: string): boolean {
  try {
    compileJsonPath(dataPath(path));
    return path.startsWith('$');
  } catch {
    return false;
  }
}

/** `$$.x` addresses the context object; its path there is `$.x`. */
export function dataPath(path: string): string {
  return path.startsWith('$$') ? path.slice(1) : path;
}

export function isReferencePath(path: string): boolean {
  return !path.startsWith('$$') && referencePath(path) !== undefined;
}

/** The keys of a reference path, or undefined where it is none. `$` is the empty list. */
export function referencePath(path: string): readonly string[] | undefined {
  if (!isJsonPath(path) || path.startsWith('$$')) return undefined;
  const query = compileJsonPath(path);
  if (!query.singularQuery()) return undefined;
  const keys: string[] = [];
  for (const segment of query.segments) {
    for (const selector of segment.selectors) {
      const named = selector as { name?: string; index?: number };
      if (named.name !== undefined) keys.push(named.name);
      else if (named.index !== undefined && named.index >= 0) keys.push(String(named.index));
      else return undefined;
    }
  }
  return keys;
}
