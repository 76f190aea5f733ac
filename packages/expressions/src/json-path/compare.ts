/** Equality and order of JSON values. Source: RFC 9535, section 2.3.5.2.2. */
import type { Json, JsonObject } from '@baton/contracts';
import type { Steps } from '../steps.ts';

/** Deep; undefined, for nothing found, equals only itself. Every pair that is looked at counts as a step, and every kilobyte of text. */
export function equal(left: Json | undefined, right: Json | undefined, steps: Steps): boolean {
  if (typeof left === 'string' && typeof right === 'string' && left.length === right.length) steps.take(1 + (left.length >> 10));
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    steps.take(left.length);
    return (left as readonly Json[]).every((item, i) => equal(item, right[i] as Json, steps));
  }
  const keys = Object.keys(left);
  steps.take(keys.length);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && equal((left as JsonObject)[key], (right as JsonObject)[key], steps));
}

/** Numbers with numbers, strings with strings; anything else has no order. */
export function less(left: Json | undefined, right: Json | undefined, steps: Steps): boolean {
  if (typeof left === 'number') return typeof right === 'number' && left < right;
  if (typeof left !== 'string' || typeof right !== 'string') return false;
  steps.take(1 + (Math.min(left.length, right.length) >> 10));
  return left < right;
}
