/**
 * Regular expressions of JSONata by RE2: its time grows with the text, whatever the pattern. Every look at a character is
 * counted, since searching again and again may still look at the same text many times.
 *
 * RE2 has no backreferences and no looking around; a pattern with them is refused when the expression is checked.
 */
import { MatcherInput, RE2JS } from 're2js';
import type { Steps } from '../steps.ts';
import { failed, running } from './meter.ts';

/** UTF-16 units of all patterns of an expression; their translation takes time too. */
const MAX_PATTERN = 1_000;
/** Instructions that they may become: repetitions are written out. */
const MAX_INSTRUCTIONS = 1_000;

/** What the patterns of one expression have taken so far. */
export interface Patterns {
  characters: number;
  instructions: number;
}

/** What the library takes for a regular expression: a function from a text to its first match at or after a place. */
export type Matcher = (text: string, from?: number) => Match | undefined;

interface Match {
  readonly match: string;
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
  next(): Match | undefined;
}

/** @throws RangeError where the patterns are too large together, or this one has what RE2 lacks. */
export function matcherOf(source: string, flags: string, patterns: Patterns): Matcher {
  patterns.characters += source.length;
  if (patterns.characters > MAX_PATTERN) throw new RangeError(`Expected regular expressions of at most ${MAX_PATTERN} characters in all`);
  const pattern = compile(source, flags);
  const instructions = pattern.programSize();
  patterns.instructions += instructions;
  if (patterns.instructions > MAX_INSTRUCTIONS) throw new RangeError('Expected smaller regular expressions: their repetitions are too many');
  // Measured: a look costs from 0.02 to 0.1 µs, and up to 0.006 µs for each instruction where all are alive.
  const stepsPerLook = 0.125 + instructions / 64;

  const search: Matcher = (text, from = 0) => {
    if (typeof text !== 'string') throw failed('Expected a text to match with a regular expression');
    if (from > text.length) return undefined;
    const matcher = pattern.matcher(MatcherInput.utf16(new CountedText(text, running().steps, stepsPerLook)));
    if (!matcher.find(from)) return undefined;
    const [start, end] = [matcher.start(), matcher.end()];
    const groups = Array.from({ length: matcher.groupCount() }, (_, i) => matcher.group(i + 1) ?? undefined);
    const next = (): Match | undefined => {
      if (end >= text.length) return undefined;
      const following = search(text, end);
      if (following?.match === '') throw failed('Expected a regular expression that matches at least one character each time');
      return following;
    };
    // Without a prototype, as all that the library makes: data has one, and is not looked at again when it is the result.
    return Object.assign(Object.create(null) as Match, { match: text.slice(start, end), start, end, groups, next });
  };
  return search;
}

function compile(source: string, flags: string): RE2JS {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(source), (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes('m') ? RE2JS.MULTILINE : 0));
  } catch (error) {
    throw new RangeError(`Expected a regular expression without backreferences and looking around, but found ${JSON.stringify(source)}: ${(error as Error).message}`);
  }
}

/** Beginning a search, whatever the text. */
const STEPS_OF_SEARCH = 15;

/** A text of which RE2 reads one UTF-16 unit at a time; looks are paid for in pieces. */
class CountedText extends String {
  static readonly #piece = 64;
  readonly #text: string;
  readonly #steps: Steps;
  readonly #price: number;
  #looks = 0;

  constructor(text: string, steps: Steps, stepsPerLook: number) {
    super(text);
    this.#text = text;
    this.#steps = steps;
    this.#price = Math.ceil(stepsPerLook * CountedText.#piece);
    steps.take(STEPS_OF_SEARCH);
  }

  override charCodeAt(index: number): number {
    if (++this.#looks >= CountedText.#piece) {
      this.#looks = 0;
      this.#steps.take(this.#price);
    }
    return this.#text.charCodeAt(index);
  }

  override indexOf(searched: string, from?: number): number {
    this.#steps.take(1 + (this.#text.length >> 10));
    return this.#text.indexOf(searched, from);
  }
}

