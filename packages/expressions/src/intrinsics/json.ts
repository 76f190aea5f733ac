/** Source: AWS Step Functions, "Intrinsic functions for JSONPath states", "Intrinsics for JSON data manipulation". */
import { ContractError, DEFAULT_JSON_LIMITS, parseJson, type Json } from '@baton/contracts';
import { EXPRESSION_LIMITS } from '../limits.ts';
import { weigh } from '../weight.ts';
import { failure, objectAt, textAt, type Call } from './arguments.ts';

export function stringToJson(call: Call): Json {
  const text = textAt(call, 0);
  try {
    return parseJson(text, { ...DEFAULT_JSON_LIMITS, maxBytes: EXPRESSION_LIMITS.resultBytes });
  } catch (error) {
    if (error instanceof ContractError) throw failure(call, error.message);
    throw error;
  }
}

export function jsonToString(call: Call): Json {
  const value = call.values[0]!;
  call.steps.take(1 + (weigh(value, 'States.IntrinsicFailure', call.name) >> 4));
  return JSON.stringify(value);
}

/** Shallow: of a key that both have, the second object's value stands. Deep merging is not offered by AWS either. */
export function jsonMerge(call: Call): Json {
  const [first, second] = [objectAt(call, 0), objectAt(call, 1)];
  if (call.values[2] !== false) throw failure(call, 'expected false as argument 3: only shallow merging is offered');
  call.steps.take(1 + Object.keys(first).length + Object.keys(second).length);
  return { ...first, ...second };
}
