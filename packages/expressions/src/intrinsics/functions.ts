/** Every intrinsic function, by its name. Source: Amazon States Language, "Appendix B". */
import type { Json } from '@baton/contracts';
import { uuidFrom } from '../chance.ts';
import { listAt, type Call } from './arguments.ts';
import { arrayContains, arrayGetItem, arrayPartition, arrayRange, arrayUnique } from './arrays.ts';
import { base64Decode, base64Encode, hash } from './encoding.ts';
import { jsonMerge, jsonToString, stringToJson } from './json.ts';
import { mathAdd, mathRandom } from './numbers.ts';
import { format, stringSplit } from './text.ts';

export interface IntrinsicFunction {
  /** How many arguments it takes. */
  readonly least: number;
  readonly most: number;
  /** What each argument is, where only one kind will do. */
  readonly kinds: readonly (ArgumentKind | undefined)[];
  readonly run: (call: Call) => Json;
}

/** By the words of the messages. */
export type ArgumentKind = 'an array' | 'a JSON object' | 'a string' | 'a whole number';

const [LIST, OBJECT, TEXT, NUMBER] = ['an array', 'a JSON object', 'a string', 'a whole number'] as const;

const taking = (least: number, kinds: IntrinsicFunction['kinds'], run: (call: Call) => Json, most: number = least): IntrinsicFunction => ({ least, most, kinds, run });

export const FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  'States.Format': taking(1, [TEXT], format, Infinity),
  'States.StringToJson': taking(1, [TEXT], stringToJson),
  'States.JsonToString': taking(1, [], jsonToString),
  'States.Array': taking(0, [], (call) => call.values, Infinity),
  'States.ArrayPartition': taking(2, [LIST, NUMBER], arrayPartition),
  'States.ArrayContains': taking(2, [LIST], arrayContains),
  'States.ArrayRange': taking(3, [NUMBER, NUMBER, NUMBER], arrayRange),
  'States.ArrayGetItem': taking(2, [LIST, NUMBER], arrayGetItem),
  'States.ArrayLength': taking(1, [LIST], (call) => listAt(call, 0).length),
  'States.ArrayUnique': taking(1, [LIST], arrayUnique),
  'States.Base64Encode': taking(1, [TEXT], base64Encode),
  'States.Base64Decode': taking(1, [TEXT], base64Decode),
  'States.Hash': taking(2, [undefined, TEXT], hash),
  'States.JsonMerge': taking(3, [OBJECT, OBJECT], jsonMerge),
  'States.MathRandom': taking(2, [NUMBER, NUMBER, NUMBER], mathRandom, 3),
  'States.MathAdd': taking(2, [NUMBER, NUMBER], mathAdd),
  'States.StringSplit': taking(2, [TEXT, TEXT], stringSplit),
  'States.UUID': taking(0, [], (call) => uuidFrom(call.ambient)),
};

/** Their names. */
export const INTRINSIC_FUNCTIONS: readonly string[] = Object.keys(FUNCTIONS);
