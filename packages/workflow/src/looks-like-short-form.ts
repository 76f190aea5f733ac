import { isJsonObject } from '@baton/contracts';

/** True for a document that looks like the short form: one member, an object with `steps`. */
export function looksLikeShortForm(document: unknown): document is Readonly<Record<string, unknown>> {
  if (!isJsonObject(document)) return false;
  const [only, ...more] = Object.values(document);
  return more.length === 0 && isJsonObject(only) && 'steps' in only;
}
