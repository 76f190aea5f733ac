/** Payload templates: a JSON value in which members whose name ends in `.$` take their value from a path. */
import type { Json } from '@baton/contracts';
import { read, type Scope } from './path.ts';

/** @throws StateError `States.ParameterPathFailure`. Values that come from data are never looked at again: no template in data. */
export function fillTemplate(template: Json, scope: Scope, what: string): Json {
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item as Json, scope, what));
  if (typeof template !== 'object' || template === null) return template;
  const filled: Record<string, Json> = {};
  for (const [key, value] of Object.entries(template)) {
    if (key.endsWith('.$') && typeof value === 'string') filled[key.slice(0, -2)] = read(value, scope, `${what}.${key}`);
    else filled[key] = fillTemplate(value as Json, scope, what);
  }
  return filled;
}
