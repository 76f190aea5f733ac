/** What stands in the place of operators: the same values, within bounds. */
import { EXPRESSION_LIMITS } from '../limits.ts';
import { numbers } from './functions/own.ts';
import { sequence, type Native } from './library.ts';
import { failed, running } from './meter.ts';

export const operator = (implementation: (...args: readonly unknown[]) => unknown): Native => ({ _jsonata_function: true, implementation: (...args: never[]) => implementation(...args) });

/** `[a..b]` */
export const rangeOf: Native = operator((from, to) => {
  for (const end of [from, to]) if (end !== undefined && !Number.isInteger(end)) throw failed('Expected whole numbers on both sides of ..');
  if (from === undefined || to === undefined || (from as number) > (to as number)) return undefined;
  return sequence(numbers(from as number, (to as number) - (from as number) + 1, 1));
});

/** The items of an array constructor; `nested` says which are array constructors themselves, and stay lists. */
export const collect = (nested: readonly boolean[]): Native =>
  operator((...values) => {
    const items: unknown[] = [];
    for (const [i, value] of values.entries()) {
      if (value === undefined) continue;
      if (nested[i] === true || !Array.isArray(value)) items.push(value);
      else for (const item of value) items.push(item);
      if (items.length > EXPRESSION_LIMITS.items) throw failed(`Expected a list of at most ${EXPRESSION_LIMITS.items} items`);
    }
    running().steps.take(items.length >> 5);
    return items;
  });

/** An empty list as one of its own, anything else as it is. */
export const copyOfEmpty: Native = operator((value) => (Array.isArray(value) && value.length === 0 ? [] : value));
