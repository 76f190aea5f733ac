/**
 * Functions that are written here: those that AWS adds (AWS Step Functions, "Transforming data with JSONata"), and those of
 * the library whose time grows by the square, or that ask a clock or for chance.
 */
import { canonicalJson, ContractError, DEFAULT_JSON_LIMITS, parseJson } from '@baton/contracts';
import { seededFraction, uuidFrom } from '../../chance.ts';
import { digest, isHashAlgorithm } from '../../digest.ts';
import { chunksOf } from '../../intrinsics/arrays.ts';
import { EXPRESSION_LIMITS } from '../../limits.ts';
import { examine, sizeOf } from '../data.ts';
import { isFunction, nativeOf, sequence, type Focus, type Native } from '../library.ts';
import { failed, running } from '../meter.ts';
import { callable, charge, guarded, shownAs } from './guarded.ts';

/** @param parameters as the author sees them: the library binds by these names what is given before a function is called. */
function own(parameters: readonly string[], implementation: (this: Focus, ...args: readonly unknown[]) => unknown, signature?: Native['signature']): Native {
  const run = function (this: Focus, ...args: never[]): unknown {
    charge(args);
    return implementation.apply(this, args);
  };
  return { _jsonata_function: true, ...callable(shownAs(run, parameters.length, `(${parameters.join(', ')})`)), ...(signature !== undefined && { signature }) };
}

/** With the arguments, their names and their checks of the library's function of this name. */
function instead(name: string, implementation: (this: Focus, ...args: readonly unknown[]) => unknown): Native {
  const native = nativeOf(name);
  const parameters = /\(([^)]*)\)/.exec(native.implementation.toString())?.[1]?.split(',').map((parameter) => parameter.trim()) ?? [];
  return own(parameters, implementation, native.signature);
}

const textOf = (name: string, value: unknown): string => {
  if (typeof value !== 'string') throw failed(`${name}: expected a string`);
  return value;
};
const integerOf = (name: string, value: unknown): number => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw failed(`${name}: expected a whole number`);
  return value;
};

/** Pieces of a size; the last may be smaller. */
function partition(list: unknown, size: unknown): unknown {
  if (list === undefined) return undefined;
  const items: readonly unknown[] = Array.isArray(list) ? list : [list];
  const length = integerOf('$partition', size);
  if (length < 1) throw failed('$partition: expected a size of at least 1');
  return chunksOf(items, length);
}

/** Numbers from the first to the last, both included where a step hits it. */
function range(first: unknown, last: unknown, step: unknown): unknown {
  if (first === undefined || last === undefined) return undefined;
  const [from, to, by] = [integerOf('$range', first), integerOf('$range', last), step === undefined ? 1 : integerOf('$range', step)];
  if (by === 0) throw failed('$range: expected a step other than 0');
  return numbers(from, Math.max(0, Math.floor((to - from) / by) + 1), by);
}

export function numbers(from: number, length: number, by: number): number[] {
  if (length > EXPRESSION_LIMITS.items) throw failed(`Expected a list of at most ${EXPRESSION_LIMITS.items} items`);
  running().steps.take(length >> 3);
  return Array.from({ length }, (_, i) => from + i * by);
}

function hash(content: unknown, algorithm: unknown): unknown {
  if (content === undefined) return undefined;
  const [text, name] = [textOf('$hash', content), textOf('$hash', algorithm)];
  if (!isHashAlgorithm(name)) throw failed(`$hash: expected MD5, SHA-1, SHA-256, SHA-384 or SHA-512, but found ${JSON.stringify(name)}`);
  running().steps.take(text.length >> 1);
  return digest(text, name);
}

function random(seed: unknown): number {
  if (seed === undefined) return running().ambient.random();
  if (typeof seed !== 'number') throw failed('$random: expected a number as seed');
  return seededFraction(seed);
}

/** JSON as a value. AWS offers it instead of `$eval`. */
function parse(text: unknown): unknown {
  if (text === undefined) return undefined;
  const json = textOf('$parse', text);
  running().steps.take(json.length >> 3);
  try {
    const value = parseJson(json, { ...DEFAULT_JSON_LIMITS, maxBytes: EXPRESSION_LIMITS.resultBytes });
    examine(value);
    return value;
  } catch (error) {
    if (error instanceof ContractError) throw failed(`$parse: ${error.message}`);
    throw error;
  }
}

function distinct(list: unknown): unknown {
  if (!Array.isArray(list) || list.length <= 1) return list;
  running().steps.take(sizeOf(list) >> 2);
  const seen = new Set<unknown>();
  const found = list.filter((item) => {
    const key = typeof item === 'object' && item !== null && !isFunction(item) ? `${Array.isArray(item) ? 'list' : 'object'} ${canonicalJson(item)}` : typeof item === 'string' ? `text ${item}` : item;
    return !seen.has(key) && seen.add(key);
  });
  return (list as { readonly sequence?: boolean }).sequence === true ? sequence(found) : found;
}

/** Names of the members of an object, or of all objects of a list. A function has none. */
function keys(of: unknown): unknown {
  const names = new Set<string>();
  const collect = (value: unknown): void => {
    running().steps.take();
    if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === 'object' && value !== null && !isFunction(value)) for (const name of Object.keys(value)) names.add(name);
  };
  collect(of);
  running().steps.take(names.size >> 2);
  return sequence([...names]);
}

/** An object for each member. A function has none. */
function spread(of: unknown): unknown {
  const found: object[] = [];
  const collect = (value: unknown): void => {
    running().steps.take();
    if (Array.isArray(value)) return value.forEach(collect);
    if (typeof value !== 'object' || value === null || isFunction(value)) return void found.push(value as never);
    for (const [name, member] of Object.entries(value)) found.push(Object.assign(Object.create(null), { [name]: member }));
    running().steps.take(Object.keys(value).length >> 1);
  };
  if (!Array.isArray(of) && (typeof of !== 'object' || of === null || isFunction(of))) return of;
  collect(of);
  const some = found.filter((item) => item !== undefined);
  return Array.isArray(of) && of.length > 0 ? some : sequence(some);
}

/** In the order of a chance that is given. */
function shuffle(list: unknown): unknown {
  if (!Array.isArray(list)) return list;
  running().steps.take(list.length >> 2);
  const shuffled: unknown[] = [];
  for (const [i, item] of list.entries()) {
    const j = Math.floor(running().ambient.random() * (i + 1));
    if (j < i) shuffled[i] = shuffled[j];
    shuffled[j] = item;
  }
  return shuffled;
}

type Comparator = (left: unknown, right: unknown) => Generator<unknown, unknown>;

/** Stable, by merging halves; the comparator says whether two items must change places. */
function* sort(list: unknown, comparator: unknown): Generator<unknown, unknown> {
  if (!Array.isArray(list) || list.length <= 1) return list;
  return comparator === undefined ? sortedPlain(list) : yield* merged(list, comparator as Comparator);
}

function* merged(list: readonly unknown[], mustSwap: Comparator): Generator<unknown, readonly unknown[]> {
  if (list.length <= 1) return list;
  const middle = Math.floor(list.length / 2);
  const left = yield* merged(list.slice(0, middle), mustSwap);
  const right = yield* merged(list.slice(middle), mustSwap);
  const sorted: unknown[] = [];
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) {
    running().steps.take();
    sorted.push((yield* mustSwap(left[l], right[r])) ? right[r++] : left[l++]);
  }
  return [...sorted, ...left.slice(l), ...right.slice(r)];
}

function sortedPlain(list: readonly unknown[]): unknown[] {
  const kind = typeof list[0];
  if ((kind !== 'number' && kind !== 'string') || list.some((item) => typeof item !== kind)) throw failed('$sort: expected numbers or strings, or a function that compares');
  running().steps.take(list.length);
  return [...(list as readonly number[])].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
}

const extreme = (better: (a: number, b: number) => boolean) => (list: unknown): unknown => {
  if (!Array.isArray(list)) return undefined;
  return (list as readonly number[]).reduce<number | undefined>((best, item) => (best === undefined || better(item, best) ? item : best), undefined);
};

const HAS_PAIRS = /[\ud800-\udfff]/;
/** The Unicode characters of a text; most texts have one for each UTF-16 unit. */
function charactersOf(text: string): string | readonly string[] {
  if (!HAS_PAIRS.test(text)) return text;
  running().steps.take(text.length >> 3);
  return [...text];
}
const joined = (characters: string | readonly string[]): string => (typeof characters === 'string' ? characters : characters.join(''));

function substring(text: unknown, start: unknown, length: unknown): unknown {
  if (text === undefined) return undefined;
  const characters = charactersOf(textOf('$substring', text));
  const from = Math.max(start as number, -characters.length);
  if (length === undefined) return joined(characters.slice(from));
  if ((length as number) <= 0) return '';
  return joined(characters.slice(from, from >= 0 ? from + (length as number) : characters.length + from + (length as number)));
}

function pad(text: unknown, width: unknown, character: unknown): unknown {
  if (text === undefined) return undefined;
  const padded = textOf('$pad', text);
  const missing = Math.ceil(Math.abs(width as number)) - charactersOf(padded).length;
  if (missing <= 0) return padded;
  if (missing > EXPRESSION_LIMITS.characters) throw failed(`$pad: expected a text of at most ${EXPRESSION_LIMITS.characters} characters`);
  const filling = typeof character === 'string' && character.length > 0 ? [...character] : [' '];
  running().steps.take(missing >> 4);
  const padding = filling.length === 1 ? filling[0]!.repeat(missing) : Array.from({ length: missing }, (_, i) => filling[i % filling.length]!).join('');
  return (width as number) > 0 ? `${padded}${padding}` : `${padding}${padded}`;
}

export const ownFunctions: Readonly<Record<string, Native>> = {
  partition: own(['array', 'size'], partition),
  range: own(['first', 'last', 'step'], range),
  hash: own(['content', 'algorithm'], hash),
  random: own(['seed'], random),
  uuid: own([], () => uuidFrom(running().ambient)),
  parse: own(['text'], parse),
  now: own(['picture', 'timezone'], function (picture, timezone) {
    return guarded['fromMillis']!.implementation.apply(this, [running().ambient.nowMs, picture, timezone] as never[]);
  }, nativeOf('now').signature),
  millis: own([], () => running().ambient.nowMs),
  distinct: instead('distinct', distinct),
  keys: instead('keys', keys),
  spread: instead('spread', spread),
  shuffle: instead('shuffle', shuffle),
  sort: instead('sort', sort),
  max: instead('max', extreme((a, b) => a > b)),
  min: instead('min', extreme((a, b) => a < b)),
  length: instead('length', (text) => (text === undefined ? undefined : charactersOf(textOf('$length', text)).length)),
  substring: instead('substring', substring),
  pad: instead('pad', pad),
};
