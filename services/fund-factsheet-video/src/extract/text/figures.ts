/** Numbers as tables write them: `-11.17`, `(0.66)`, `−2,3 %`, `+5.21%`, `1 234,5`; and the signs for "nothing here". */
import type { Word } from './page-text.ts';

export interface Figure {
  readonly value: number;
  readonly percent: boolean;
  /** Digits after the decimal sign. */
  readonly decimals: number;
  readonly text: string;
  readonly x0: number;
  readonly x1: number;
  readonly y: number;
  readonly size: number;
}

/** An empty place in a table: `-`, `n/a`, `—`. */
export interface Gap { readonly value: null; readonly text: string; readonly x0: number; readonly x1: number; readonly y: number; readonly size: number }

export type Decimal = '.' | ',';

const EMPTY = /^(?:[-–—−‐]{1,3}|n\/?\.?a\.?|n\.a\.|n\/d|n\.d\.|nil|k\.?a\.?|\/|\.{2,3}|…|--)$/iu;
const NUMBER = /^(?<open>\()?(?<sign>[-–−‐+])?\s?(?<digits>\d{1,3}(?:[ '’.,]\d{3})+(?:[.,]\d{1,4})?|\d+(?:[.,]\d{1,6})?|[.,]\d{1,4})\s?(?<percent>%)?(?<close>\))?\s?(?<percent2>%)?(?<note>\*{1,3}|[†‡¹²³])?$/u;

export function parseFigure(text: string, decimal: Decimal): Pick<Figure, 'value' | 'percent' | 'decimals'> | undefined {
  const groups = NUMBER.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const digits = groups['digits'] ?? '';
  if ((groups['open'] === undefined) !== (groups['close'] === undefined)) return undefined;
  const number = plainNumber(digits, decimal);
  if (number === undefined) return undefined;
  const negative = (groups['sign'] !== undefined && groups['sign'] !== '+') || groups['open'] !== undefined;
  const value = Number(number);
  const fraction = number.split('.')[1] ?? '';
  return { value: negative && value !== 0 ? -value : value, percent: (groups['percent'] ?? groups['percent2']) !== undefined, decimals: fraction.length };
}

/** Digits with their marks as a JavaScript number's text. */
function plainNumber(digits: string, decimal: Decimal): string | undefined {
  const marks = digits.replace(/\d/g, '');
  if (marks === '') return digits;
  const last = marks.at(-1) ?? '';
  const after = digits.slice(digits.lastIndexOf(last) + 1);
  if (last === '.' || last === ',') {
    const repeated = marks.split(last).length - 1 > 1;
    const grouping = repeated || (after.length === 3 && last !== decimal && marks.length === 1);
    if (!grouping) {
      // 12.345,6 and 12,345.6 are clear; with one mark, one or two digits after it are decimals in any country.
      if (marks.length === 1 && last !== decimal && after.length > 4) return undefined;
      return `${digits.slice(0, digits.lastIndexOf(last)).replace(/\D/g, '') || '0'}.${after}`;
    }
  }
  return digits.replace(/\D/g, '');
}

/** The figures and gaps of a line, from left to right. A sign or a per cent sign that stands apart belongs to its number. */
export function figuresIn(words: readonly Word[], decimal: Decimal): (Figure | Gap)[] {
  const found: (Figure | Gap)[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (word === undefined) continue;
    const next = words[index + 1];
    const close = next !== undefined && next.x0 - word.x1 < 0.45 * word.size;
    const signed = close && /^[-–−+]$/u.test(word.text) ? parseFigure(word.text + next.text, decimal) : undefined;
    if (signed !== undefined && next !== undefined) {
      found.push(withPercent({ ...signed, text: `${word.text} ${next.text}`, x0: word.x0, x1: next.x1, y: word.y, size: word.size }, words[index + 2]));
      index += 1;
      continue;
    }
    const figure = parseFigure(word.text, decimal);
    if (figure !== undefined) found.push(withPercent({ ...figure, text: word.text, x0: word.x0, x1: word.x1, y: word.y, size: word.size }, next));
    else if (EMPTY.test(word.text)) found.push({ value: null, text: word.text, x0: word.x0, x1: word.x1, y: word.y, size: word.size });
  }
  return found;
}

function withPercent(figure: Figure, next: Word | undefined): Figure {
  if (next?.text !== '%' || next.x0 - figure.x1 > 0.6 * figure.size) return figure;
  return { ...figure, percent: true, text: `${figure.text} %`, x1: next.x1 };
}

/** Which sign a document uses before decimals: what most of its two-digit fractions show. */
export function decimalOf(text: string): Decimal {
  const points = text.match(/(?<![\d.,])\d{1,3}\.\d{1,2}(?![\d.,])/g)?.length ?? 0;
  const commas = text.match(/(?<![\d.,])\d{1,3},\d{1,2}(?![\d.,])/g)?.length ?? 0;
  return commas > points ? ',' : '.';
}
