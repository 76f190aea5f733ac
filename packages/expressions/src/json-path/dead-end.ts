/** Why a path to one place finds nothing, for whoever tries it out by hand. */
import type { Json } from '@baton/contracts';
import type { Roots } from '../facts.ts';
import { compilePath } from './compile.ts';

export interface DeadEnd {
  /** As far as the path leads. */
  readonly reached: string;
  /** What stands there; for a variable that is not set, all that are. */
  readonly value: Json;
  /** What is not there: a name, or an index of a list. */
  readonly missing: string | number;
  /** Its place among the keys of the path, from 0. */
  readonly step: number;
}

/** Undefined where the path leads to something, may lead to several places, or is none. */
export function deadEnd(path: string, roots: Roots): DeadEnd | undefined {
  const compiled = compilePath(path);
  if ('message' in compiled || compiled.keys === undefined) return undefined;
  const { root, keys } = compiled;
  if (typeof root !== 'string' && !Object.hasOwn(roots.variables, root.variable)) return { reached: '$', value: roots.variables, missing: root.variable, step: -1 };
  let value: Json = root === 'data' ? roots.data : root === 'context' ? roots.context : roots.variables[root.variable]!;
  let reached = root === 'data' ? '$' : root === 'context' ? '$$' : `$${root.variable}`;
  for (const [step, key] of keys.entries()) {
    const next: Json | undefined = Array.isArray(value) ? (typeof key === 'number' ? (value as readonly Json[]).at(key) : undefined) : memberOf(value, key);
    if (next === undefined) return { reached, value, missing: key, step };
    value = next;
    reached += typeof key === 'number' ? `[${key}]` : /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `.${key}` : `['${key}']`;
  }
  return undefined;
}

const memberOf = (value: Json, key: string | number): Json | undefined => (typeof value === 'object' && value !== null && typeof key === 'string' && Object.hasOwn(value, key) ? (value as Readonly<Record<string, Json>>)[key] : undefined);
