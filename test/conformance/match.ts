/** Whether what came out is what was expected, but for the places whose value no two executions share. */
import { isJsonObject, type Json } from '@baton/contracts';

export interface Tolerance {
  /** Places that are not compared, as paths from the root: `$.output.Entries[0].EventId`. */
  readonly volatile: ReadonlySet<string>;
  /** Values that stand for something masked, wherever they are expected. */
  readonly masks: ReadonlySet<string>;
  /** Whatever looks like the name of a mask is one. */
  readonly anyMask: boolean;
}

export const EXACT: Tolerance = { volatile: new Set(), masks: new Set(), anyMask: false };
export const MASKED: Tolerance = { ...EXACT, anyMask: true };

/** `<uuid:1>`, `<lambda_function_name>`, `stateExitedEventDetails.output`: what the recordings have in place of something of theirs. */
const MASK = /<[A-Za-z][A-Za-z0-9_:-]*>|^[A-Za-z]+EventDetails\.[a-z]+$/;

/** @returns the first differences, each with its place; none where the two are the same. */
export function differences(expected: Json | undefined, actual: Json | undefined, tolerance: Tolerance = EXACT, at = '$'): string[] {
  if (tolerance.volatile.has(at)) return [];
  if (typeof expected === 'string' && (tolerance.masks.has(expected) || (tolerance.anyMask && MASK.test(expected)))) return [];
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (expected.length !== actual.length) return [`${at}: expected ${expected.length} elements, found ${actual.length}: ${short(actual)}`];
    return expected.flatMap((item, i) => differences(item as Json, actual[i] as Json, tolerance, `${at}[${i}]`));
  }
  if (isJsonObject(expected) && isJsonObject(actual)) {
    return [...new Set([...Object.keys(expected), ...Object.keys(actual)])].flatMap((key) => {
      const place = at + member(key);
      if (!Object.hasOwn(actual, key)) return tolerance.volatile.has(place) ? [] : [`${place}: expected ${short(expected[key])}, found nothing`];
      if (!Object.hasOwn(expected, key)) return [`${place}: expected nothing, found ${short(actual[key])}`];
      return differences(expected[key], actual[key], tolerance, place);
    });
  }
  if (typeof expected === 'string' && typeof actual === 'string' && expected !== actual && /\.[Cc]ause$/.test(at)) {
    const [left, right] = [jsonText(expected), jsonText(actual)];
    if (left !== undefined && right !== undefined) return differences(left, right, tolerance, at);
  }
  return expected === actual ? [] : [`${at}: expected ${short(expected)}, found ${short(actual)}`];
}

export const same = (left: Json | undefined, right: Json | undefined): boolean => differences(left, right).length === 0;

/** A cause is often an object as JSON text; its blanks and the order of its keys mean nothing. */
export function jsonText(text: string): Json | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const member = (key: string): string => (/^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `['${key}']`);

export function short(value: Json | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 157)}…` : text;
}
