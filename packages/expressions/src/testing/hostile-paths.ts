/** Paths and calls that ask for more than an evaluation may do. The tests prove that each is held, the benchmark how soon. */
import type { Json } from '@baton/contracts';

export interface HostileCase {
  readonly what: string;
  /** A path, or a call of an intrinsic function. */
  readonly text: string;
  readonly data: Json;
}

const numbers = Array.from({ length: 20_000 }, (_, i) => i);
const deep = JSON.parse(`${'['.repeat(63)}1${']'.repeat(63)}`) as Json;
const pairs = { list: numbers.map((i) => ({ i, s: 'x' })) };
const big = {
  s: 'x'.repeat(250_000),
  list: Array.from({ length: 40_000 }, (_, i) => i),
  objects: Array.from({ length: 3_000 }, (_, i) => ({ i, a: [i] })),
  t: JSON.stringify('x'.repeat(9_990)),
};
const many = (argument: string): string => Array(400).fill(argument).join(', ');
const stars = Array(100).fill('*').join(',');

export const hostilePaths: readonly HostileCase[] = [
  { what: 'a filter that compares every pair', text: '$.list[?count($.list[?@.i == 1]) > 5]', data: pairs },
  { what: '.. inside ..', text: '$..*..*..*..*', data: deep },
  { what: 'filters inside filters', text: '$..[?@..[?@..[?@..[?@..*]]]]', data: deep },
  { what: 'deep comparison of everything', text: '$..[?$ == $.list]', data: pairs },
  { what: 'selectors that are repeated', text: `$.list[${stars}][${stars}]`, data: pairs },
  { what: 'many comparisons of each', text: `$..[?${Array(300).fill("@.s == 'y'").join('||')}]`, data: pairs },
  { what: 'the length of a large text, many times', text: `$..[?${Array(200).fill('length(@.s) == 3').join('||')}]`, data: { a: { s: big.s }, b: { s: big.s } } },
];

export const hostileCalls: readonly HostileCase[] = [
  { what: 'text that grows', text: `States.Format('${'{}'.repeat(400)}', ${many('$.s')})`, data: big },
  { what: 'a list of everything, many times', text: `States.JsonToString(States.Array(${many('$')}))`, data: big },
  { what: 'lists of lists of lists', text: `${'States.Array('.repeat(5)}${many('$.list')}${')'.repeat(5)}`, data: big },
  { what: 'everything compared with everything', text: `States.Array(${many('States.ArrayContains($.objects, $.objects[2999])')})`, data: big },
  { what: 'many serializations', text: `States.Array(${many('States.ArrayLength(States.StringSplit(States.JsonToString($.list), $.s))')})`, data: big },
  { what: 'many distinct lists', text: `States.Array(${many('States.ArrayLength(States.ArrayUnique($.objects))')})`, data: big },
  { what: 'many texts that are split', text: `States.Array(${many('States.ArrayLength(States.StringSplit($.s, $.s))')})`, data: big },
  { what: 'many encodings', text: `States.ArrayLength(States.Array(${many('States.Base64Encode($.t)')}))`, data: big },
  { what: 'many hashes', text: `States.ArrayLength(States.Array(${many("States.Hash($.t, 'SHA-512')")}))`, data: big },
  { what: 'many parsed texts', text: `States.ArrayLength(States.Array(${many('States.StringToJson($.t)')}))`, data: big },
  { what: 'many searches', text: `States.Array(${many('$..[?@.i == 1]')})`, data: big },
];
