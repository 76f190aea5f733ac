/**
 * The library's own functions, each behind what it may cost. A function that is not named here is not offered: prepare.ts
 * refuses it, so that a new release of the library cannot add one unseen.
 */
import { EXPRESSION_LIMITS } from '../../limits.ts';
import { sizeOf } from '../data.ts';
import { nativeOf, type Focus, type Implementation, type Native } from '../library.ts';
import { failed, running } from '../meter.ts';
import { checkDatePicture, checkDateRead, checkIntegerPicture, checkNumberPicture } from './pictures.ts';

type Check = (...args: readonly unknown[]) => void;

const lengthOf = (value: unknown): number => (typeof value === 'string' || Array.isArray(value) ? value.length : 0);
const checkCharacters = (characters: number): void => {
  if (characters > EXPRESSION_LIMITS.characters) throw failed(`Expected a text of at most ${EXPRESSION_LIMITS.characters} characters while it is evaluated`);
};
const checkItems = (items: number): void => {
  if (items > EXPRESSION_LIMITS.items) throw failed(`Expected a list of at most ${EXPRESSION_LIMITS.items} items`);
};

const free: Check = () => undefined;
/** Looks into everything of its first argument. */
const deep: Check = (value) => running().steps.take(sizeOf(value) >> 4);
/** Looks at every character of its first argument by itself. */
const byCharacter: Check = (text) => running().steps.take(lengthOf(text) >> 3);

const CHECKS: Readonly<Record<string, Check>> = {
  sum: free,
  count: free,
  average: free,
  string: (value, prettify) => {
    const size = sizeOf(value);
    // Each level is indented, so a text may become a hundred times as large.
    if (prettify === true && size > EXPRESSION_LIMITS.resultBytes / 4) throw failed(`Expected a value of at most ${EXPRESSION_LIMITS.resultBytes / 4} bytes to write in lines`);
    if (typeof value === 'object') running().steps.take((size >> 3) * (prettify === true ? 4 : 1));
  },
  substringBefore: free,
  substringAfter: free,
  lowercase: free,
  uppercase: free,
  trim: byCharacter,
  match: free,
  contains: free,
  replace: (text, pattern, replacement) => {
    byCharacter(text);
    if (typeof text !== 'string' || typeof pattern !== 'string' || typeof replacement !== 'string' || pattern === '') return;
    const growth = replacement.length - pattern.length;
    if (growth > 0 && text.length * (growth + 1) > EXPRESSION_LIMITS.characters) checkCharacters(text.length + (text.split(pattern).length - 1) * growth);
  },
  split: byCharacter,
  join: (texts, separator) => {
    if (!Array.isArray(texts)) return;
    let characters = lengthOf(separator) * texts.length;
    for (const text of texts) characters += lengthOf(text);
    checkCharacters(characters);
    running().steps.take(characters >> 8);
  },
  formatNumber: checkNumberPicture,
  formatBase: free,
  formatInteger: checkIntegerPicture,
  parseInteger: (text, picture) => {
    byCharacter(text);
    checkIntegerPicture(undefined, picture);
  },
  floor: free,
  ceil: free,
  round: free,
  abs: free,
  sqrt: free,
  power: free,
  boolean: deep,
  not: deep,
  map: free,
  zip: (...lists) => {
    const items = Math.min(...lists.map(lengthOf)) * lists.length;
    checkItems(items);
    running().steps.take(items >> 3);
  },
  filter: free,
  single: free,
  reduce: free,
  sift: deep,
  lookup: deep,
  append: (first, second) => checkItems(lengthOf(first) + lengthOf(second)),
  exists: free,
  merge: (objects) => {
    if (Array.isArray(objects)) for (const object of objects) running().steps.take(1 + (Object.keys(Object(object)).length >> 1));
  },
  reverse: free,
  each: deep,
  error: free,
  assert: free,
  type: free,
  base64encode: byCharacter,
  base64decode: byCharacter,
  encodeUrlComponent: byCharacter,
  encodeUrl: byCharacter,
  decodeUrlComponent: byCharacter,
  decodeUrl: byCharacter,
  fromMillis: (_millis, picture) => checkDatePicture(picture),
  clone: (value) => running().steps.take(sizeOf(value) >> 2),
};

/** By name. */
export const guarded: Readonly<Record<string, Native>> = Object.fromEntries(Object.entries(CHECKS).map(([name, check]) => [name, guard(nativeOf(name), check)]));

export const toMillis: Native = guard(nativeOf('toMillis'), checkDateRead, (implementation) => function (this: Focus, ...args: never[]) {
  const [text, picture] = args as unknown[];
  // The library reads a time without a zone in the machine's; two orchestrators must read the same.
  if (picture === undefined && typeof text === 'string' && /T[0-9:.]+$/.test(text)) return implementation.apply(this, [`${text}Z`] as never[]);
  // What the picture lacks is taken from the time of the evaluation, which is given.
  return implementation.apply({ ...this, environment: { timestamp: new Date(running().ambient.nowMs) } }, args);
});

export const number: Native = guard(nativeOf('number'), free, (implementation) => function (this: Focus, ...args: never[]) {
  const [text] = args as unknown[];
  return typeof text === 'string' && /^0(x[\da-f]+|o[0-7]+|b[01]+)$/i.test(text) ? Number(text) : implementation.apply(this, args);
});

/** Its result is one of the library's own objects, which are told from data by having no prototype. */
export const match: Native = guard(nativeOf('match'), free, (implementation) => function* (this: Focus, ...args: never[]) {
  const found = (yield* implementation.apply(this, args) as Generator<unknown, object[]>) as object[] | undefined;
  found?.forEach((item, i) => (found[i] = Object.assign(Object.create(null), item)));
  return found;
});

/**
 * `native` behind `check`. The library reads a function's number of arguments and their names off the function itself, so the
 * guard shows those of what it guards.
 */
export function guard(native: Native, check: Check, around: (implementation: Implementation) => Implementation = (implementation) => implementation): Native {
  const implementation = around(native.implementation);
  const guarding = function (this: Focus, ...args: never[]): unknown {
    charge(args);
    check(...args);
    return implementation.apply(this, args);
  };
  return { ...native, ...callable(shownAs(guarding, native.implementation.length, native.implementation.toString())) };
}

/** The library calls a function that it was given by `apply` where the giving call came last in another function. */
export function callable(implementation: Implementation): Pick<Native, 'implementation' | 'apply'> {
  return {
    implementation,
    *apply(focus, args) {
      const result = implementation.apply(focus, args);
      return typeof result === 'object' && result !== null && 'next' in result && Symbol.iterator in result ? yield* result as Generator<unknown, unknown> : result;
    },
  };
}

/** What every function costs: a look at each piece of its lists and texts. */
export function charge(args: readonly unknown[]): void {
  let steps = 2;
  for (const arg of args) steps += typeof arg === 'string' ? arg.length >> 8 : lengthOf(arg) >> 5;
  running().steps.take(steps);
}

export function shownAs(implementation: Implementation, length: number, text: string): Implementation {
  Object.defineProperty(implementation, 'length', { value: length });
  Object.defineProperty(implementation, 'toString', { value: () => text });
  return implementation;
}
