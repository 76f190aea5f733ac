/**
 * Fits text into a box: largest size first, then fewer words.
 *
 * Invariants:
 * 1. No line is wider than the box, so nothing is clipped in silence.
 * 2. Shortening ends at a word with an ellipsis, and never leaves a figure that the whole text does not have: `31 Dec…`
 *    of a date would be a number of its own.
 */
import { figureKey } from '../figures/figure.ts';
import { readFigures } from '../figures/read-figures.ts';
import { measure, type TypeStyle } from './fonts/measure.ts';

export interface FitBox {
  readonly widthPx: number;
  readonly maxLines: number;
  /** Tried from the first to the last. */
  readonly sizesPx: readonly number[];
  readonly weight: TypeStyle['weight'];
  readonly trackingPx?: number;
  /** Lines of like length instead of a last line of one word. Default: false. */
  readonly isBalanced?: boolean;
}

export interface FittedText {
  readonly lines: readonly string[];
  readonly sizePx: number;
  readonly isShortened: boolean;
}

/** Renderers differ in kerning by less than this. */
const SAFETY = 0.985;
const ELLIPSIS = '…';

export function fitText(text: string, box: FitBox): FittedText {
  const widthPx = box.widthPx * SAFETY;
  for (const sizePx of box.sizesPx) {
    const lines = breakLines(text, widthPx, { ...box, sizePx });
    if (lines === null || lines.length > box.maxLines) continue;
    return { lines: box.isBalanced === true ? balance(text, lines, widthPx, { ...box, sizePx }) : lines, sizePx, isShortened: false };
  }
  return shorten(text, box, widthPx);
}

/** Greedy lines; null when one word alone is wider than the box. */
function breakLines(text: string, widthPx: number, style: TypeStyle): string[] | null {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (measure(longer, style) <= widthPx) {
      line = longer;
      continue;
    }
    if (measure(word, style) > widthPx) return null;
    lines.push(line);
    line = word;
  }
  return [...lines, line];
}

/** The same number of lines in the narrowest box that still holds them. */
function balance(text: string, lines: string[], widthPx: number, style: TypeStyle): string[] {
  let best = lines;
  for (let narrower = widthPx * 0.97; narrower > widthPx / 3; narrower -= widthPx * 0.03) {
    const tried = breakLines(text, narrower, style);
    if (tried === null || tried.length > lines.length) break;
    best = tried;
  }
  return best;
}

function shorten(text: string, box: FitBox, widthPx: number): FittedText {
  const sizePx = box.sizesPx.at(-1) ?? 24;
  const words = text.split(' ').flatMap((word) => splitWide(word, widthPx, { ...box, sizePx }));
  const whole = new Set(readFigures(text).map(figureKey));
  const linesOf = (count: number): string[] | null => {
    const lines = breakLines(`${words.slice(0, count).join(' ').replace(/[\s,;:.–-]+$/, '')}${ELLIPSIS}`, widthPx, { ...box, sizePx });
    return lines === null || lines.length > box.maxLines ? null : lines;
  };
  const most = largestThat((count) => linesOf(count) !== null, words.length);
  for (let count = most; count > 0; count -= 1) {
    const lines = linesOf(count);
    if (lines !== null && readFigures(lines.join(' ')).every((figure) => whole.has(figureKey(figure)))) return { lines, sizePx, isShortened: true };
  }
  return { lines: [ELLIPSIS], sizePx, isShortened: true };
}

/** The largest count from 1 to `most` that fits, where everything smaller than a fitting count fits too; 0 if none does. */
export function largestThat(fits: (count: number) => boolean, most: number): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A word wider than the box is cut into pieces that fit, between characters. */
function splitWide(word: string, widthPx: number, style: TypeStyle): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of word) {
    if (piece !== '' && measure(`${piece}${character}${ELLIPSIS}`, style) > widthPx) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece];
}
