/** Source: AWS Step Functions, "Intrinsic functions for JSONPath states", "Intrinsics for arrays". */
import { canonicalJson, type Json } from '@baton/contracts';
import { equal } from '../json-path/compare.ts';
import { weigh } from '../weight.ts';
import { failure, integerAt, listAt, type Call } from './arguments.ts';

/** The most that States.ArrayRange gives. */
const MAX_RANGE = 1_000;

/** Chunks of a size; the last may be smaller. */
export function arrayPartition(call: Call): Json {
  const list = listAt(call, 0);
  const size = integerAt(call, 1);
  if (size < 1) throw failure(call, `expected a chunk size of at least 1, but found ${size}`);
  return chunksOf(list, size);
}

export function chunksOf<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}

export function arrayContains(call: Call): Json {
  const wanted = call.values[1]!;
  return listAt(call, 0).some((item) => equal(item, wanted, call.steps));
}

/** From the first to the last element, both included where a step hits it. */
export function arrayRange(call: Call): Json {
  const [first, last, step] = [integerAt(call, 0), integerAt(call, 1), integerAt(call, 2)];
  if (step === 0) throw failure(call, 'expected a step other than 0');
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > MAX_RANGE) throw failure(call, `expected at most ${MAX_RANGE} elements, but this range has ${length}`);
  return Array.from({ length }, (_, i) => first + i * step);
}

export function arrayGetItem(call: Call): Json {
  const list = listAt(call, 0);
  const index = integerAt(call, 1);
  const item = index < 0 ? undefined : list[index];
  if (item === undefined) throw failure(call, `expected an index from 0 to ${list.length - 1}, but found ${index}`);
  return item;
}

/** The first of each value, in their order. Objects are the same whatever the order of their keys. */
export function arrayUnique(call: Call): Json {
  const list = listAt(call, 0);
  call.steps.take(weigh(list, 'States.IntrinsicFailure', call.name) >> 2);
  const seen = new Map<string, Json>();
  for (const item of list) {
    const key = canonicalJson(item);
    if (!seen.has(key)) seen.set(key, item);
  }
  return [...seen.values()];
}
