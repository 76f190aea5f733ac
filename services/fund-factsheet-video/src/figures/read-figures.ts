/**
 * Reads every figure out of a text, whether it is written in digits or in words.
 *
 * Invariants:
 * 1. No digit is overlooked: each one belongs to exactly one figure, also inside `R6`, `10y` or a footnote mark.
 * 2. The same fact has the same figure in both notations: `-3.41%` and `minus three point four one percent`.
 * 3. A hyphen between two numbers is a range, not a sign.
 */
import { canonicalNumber, type Figure } from './figure.ts';
import { blank, readDates } from './read-dates.ts';
import { readNumberWords } from './read-number-words.ts';
import { underHundred } from './words.ts';

const ISIN = /(?<![A-Za-z0-9])[A-Z]{2}[A-Z0-9]{9}\d(?![A-Za-z0-9])/g;
const SCALE = /\bscale\s+(?:of|from)\s+(\d|[a-z]+)\s+to\s+(\d|[a-z]+)\b/gi;
const GROUPED = String.raw`\d{1,3}(?:[,\u00a0\u202f'’]\d{3})+(?!\d)(?:\.\d+)?`;
const PLAIN = String.raw`\d+,\d{1,2}(?!\d)|\d*\.\d+|\d+`;
const DIGITS = new RegExp(String.raw`(?<sign>(?<![\p{L}\p{N})\]])[-−–+])?(?<digits>${GROUPED}|${PLAIN})(?<percent>\s?%|\s(?:per\s?cent|percent)\b)?`, 'gu');
/** Digits of other scripts, superscripts and fractions: no rule for their value, but never unseen. */
const OTHER_DIGITS = /[\p{Nd}\p{No}]+/gu;

/** All figures of the text in the order in which they stand. */
export function readFigures(text: string): Figure[] {
  const figures: Figure[] = [];
  let rest = text;
  const take = (figure: Figure) => {
    figures.push(figure);
    rest = blank(rest, figure.start, figure.end);
  };

  for (const match of rest.matchAll(ISIN)) take(span('identifier', match[0], match));
  const dates = readDates(rest);
  figures.push(...dates.figures);
  rest = dates.rest;
  for (const match of rest.matchAll(SCALE)) {
    const [from, to] = [scaleEnd(match[1]), scaleEnd(match[2])];
    if (from !== undefined && to !== undefined) take(span('scale', `${from}-${to}`, match));
  }
  for (const match of rest.matchAll(DIGITS)) take(digitFigure(match));
  for (const match of rest.matchAll(OTHER_DIGITS)) take(span('identifier', match[0], match));
  figures.push(...readNumberWords(rest));
  return figures.sort((a, b) => a.start - b.start);
}

function span(kind: Figure['kind'], value: string, match: RegExpExecArray): Figure {
  return { kind, value, text: match[0], start: match.index, end: match.index + match[0].length };
}

function digitFigure(match: RegExpExecArray): Figure {
  const { sign = '', digits = '', percent } = match.groups ?? {};
  const isDecimalComma = /^\d+,\d{1,2}$/.test(digits);
  const plain = isDecimalComma ? digits.replace(',', '.') : digits.replace(/[,\u00a0\u202f'’]/g, '');
  const value = Number(plain);
  const signed = /[-−–]/.test(sign) ? -value : value;
  return span(percent === undefined ? 'number' : 'percent', canonicalNumber(signed), match);
}

function scaleEnd(token: string | undefined): number | undefined {
  return /^\d$/.test(token ?? '') ? Number(token) : underHundred(token?.toLowerCase() ?? '');
}
