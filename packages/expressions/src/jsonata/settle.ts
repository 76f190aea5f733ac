/** From what an expression has made to JSON: no functions, nothing undefined, no number that JSON lacks. */
import type { Json } from '@baton/contracts';
import { EXPRESSION_LIMITS } from '../limits.ts';
import { isFunction } from './library.ts';
import { failed } from './meter.ts';

/** @param isGiven data that was given and is still what it was, which needs no second look. */
export function settled(value: unknown, isGiven: (value: object) => boolean): Json {
  let size = 0;

  const settle = (part: unknown, depth: number): Json => {
    if (typeof part === 'string') return count(part.length + 2, part);
    if (typeof part === 'number') {
      if (!Number.isFinite(part)) throw failed('Expected a number that JSON can hold');
      return count(5, part);
    }
    if (typeof part === 'boolean' || part === null) return count(5, part);
    if (typeof part !== 'object' || isFunction(part)) throw failed('Expected a value of JSON, but found a function');
    if (depth >= EXPRESSION_LIMITS.depth) throw failed(`Expected a result of at most ${EXPRESSION_LIMITS.depth} levels`);
    count(2, null);
    if (Array.isArray(part)) return part.map((item) => (count(1, null), item === undefined ? null : settle(item, depth + 1)));
    const object: Record<string, Json> = {};
    for (const [key, member] of Object.entries(part)) {
      if (member === undefined) continue;
      count(key.length + 4, null);
      object[key] = settle(member, depth + 1);
    }
    return object;
  };

  const count = <T extends Json>(characters: number, part: T): T => {
    size += characters;
    if (size > EXPRESSION_LIMITS.resultBytes) throw failed(`Expected a result of at most ${EXPRESSION_LIMITS.resultBytes} bytes`);
    return part;
  };

  return typeof value === 'object' && value !== null && isGiven(value) ? (value as Json) : settle(value, 0);
}
