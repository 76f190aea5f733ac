import { isJsonObject, type Json } from '@baton/contracts';

/** The value at `$.a.b[0]`, `a.b` or `$`; undefined where there is none. The scenarios look at results with their own eyes, not with the engine's. */
export function lookUp(path: string, value: Json): Json | undefined {
  let at: Json | undefined = value;
  for (const [, key, quoted, index] of path.replace(/^\$\.?/, '').matchAll(/([^.[\]]+)|\['([^']*)'\]|\[(\d+)\]/g)) {
    if (index !== undefined) at = Array.isArray(at) ? (at[Number(index)] as Json | undefined) : undefined;
    else at = isJsonObject(at) ? at[key ?? quoted ?? ''] : undefined;
  }
  return at;
}
