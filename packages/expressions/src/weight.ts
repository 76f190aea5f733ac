/** How large a value is as JSON, without writing it down. */
import type { Json } from '@baton/contracts';
import { ExpressionError, type ExpressionErrorName } from './expression-error.ts';
import { EXPRESSION_LIMITS } from './limits.ts';

/**
 * About the characters of `value` as JSON (what is escaped counts as one), looked at no further than the bound of a result.
 * @throws ExpressionError where a value is larger or deeper than a result may be. Values that are used many times count each time.
 */
export function weigh(value: Json, errorName: ExpressionErrorName, what: string): number {
  const weight = add(value, 0, 0);
  if (weight === TOO_DEEP) throw new ExpressionError(errorName, `${what}: expected a value of at most ${EXPRESSION_LIMITS.depth} levels`);
  if (weight > EXPRESSION_LIMITS.resultBytes) throw new ExpressionError(errorName, `${what}: expected a value of at most ${EXPRESSION_LIMITS.resultBytes} bytes`);
  return weight;
}

const TOO_DEEP = Number.POSITIVE_INFINITY;

function add(value: Json, before: number, depth: number): number {
  if (typeof value === 'string') return before + value.length + 2;
  if (typeof value !== 'object' || value === null) return before + 5;
  if (depth >= EXPRESSION_LIMITS.depth) return TOO_DEEP;
  let weight = before + 2;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) {
      weight = add(item, weight + 1, depth + 1);
      if (weight > EXPRESSION_LIMITS.resultBytes) return weight;
    }
    return weight;
  }
  for (const [key, member] of Object.entries(value)) {
    weight = add(member as Json, weight + key.length + 4, depth + 1);
    if (weight > EXPRESSION_LIMITS.resultBytes) return weight;
  }
  return weight;
}
