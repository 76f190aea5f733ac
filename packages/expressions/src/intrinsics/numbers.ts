/** Source: AWS Step Functions, "Intrinsic functions for JSONPath states", "Intrinsics for Math operations". */
import type { Json } from '@baton/contracts';
import { seededFraction } from '../chance.ts';
import { failure, integerAt, type Call } from './arguments.ts';

/** From the start, which is included, to the end, which is not; the same number for the same seed. */
export function mathRandom(call: Call): Json {
  const [start, end] = [integerAt(call, 0), integerAt(call, 1)];
  if (start >= end) throw failure(call, `expected a start below the end, but found ${start} and ${end}`);
  const fraction = call.values.length > 2 ? seededFraction(integerAt(call, 2)) : call.ambient.random();
  return start + Math.floor(fraction * (end - start));
}

/** The sum of two whole numbers; others are rounded first, each for itself. */
export function mathAdd(call: Call): Json {
  const sum = integerAt(call, 0) + integerAt(call, 1);
  if (!Number.isSafeInteger(sum)) throw failure(call, 'expected a sum that a number can hold exactly');
  return sum;
}
