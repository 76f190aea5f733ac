/**
 * The pictures of dates and numbers, before the library reads them. It makes a backtracking regular expression of a picture
 * (CVE-2026-52746), writes as many zeros as a width asks for, and never ends on some numbers; what could do so is refused.
 */
import { failed, running } from '../meter.ts';

/** UTF-16 units of a picture, and of a text that is read by one. */
const MAX_PICTURE = 200;
const MAX_READ = 100;
/** Largest number in Roman numerals: each thousand is a letter. */
const MAX_ROMAN = 100_000;
/** Places in a picture where one part may end sooner or later: the library tries every way of dividing the text among them. */
const MAX_LOOSE = 3;
const STEPS_BY_LOOSE = [50, 100, 1_000, 20_000];

function checkLength(picture: string): void {
  if (picture.length > MAX_PICTURE) throw failed(`Expected a picture of at most ${MAX_PICTURE} characters`);
  running().steps.take(20 + picture.length);
}

/** A picture by which a date is written. */
export function checkDatePicture(picture: unknown): void {
  if (typeof picture !== 'string') return;
  checkLength(picture);
  for (const { marker } of partsOf(picture)) {
    if (marker !== undefined && /,.*\d{3}/.test(marker)) throw failed('Expected widths of at most 99 in the picture of a date');
  }
}

/** A picture by which a date is read from a text. */
export function checkDateRead(text: unknown, picture: unknown): void {
  if (typeof picture !== 'string' || typeof text !== 'string') return;
  checkDatePicture(picture);
  if (text.length > MAX_READ) throw failed(`Expected a date of at most ${MAX_READ} characters`);
  const loose = looseIn(partsOf(picture));
  if (loose > MAX_LOOSE) throw failed('Expected something between the parts of the picture of a date, so that they can be told apart');
  running().steps.take(STEPS_BY_LOOSE[loose]!);
}

interface Part {
  readonly marker?: string;
  readonly literal?: string;
}

/** As the library divides a picture: `[…]` is a marker, `[[` a bracket. */
function partsOf(picture: string): readonly Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < picture.length; ) {
    const open = picture.indexOf('[', at);
    if (open === -1) return [...parts, { literal: picture.slice(at) }];
    if (open > at) parts.push({ literal: picture.slice(at, open) });
    if (picture[open + 1] === '[') {
      parts.push({ literal: '[' });
      at = open + 2;
      continue;
    }
    const close = picture.indexOf(']', open);
    if (close === -1) return parts;
    parts.push({ marker: picture.slice(open + 1, close).replaceAll(/\s/g, '') });
    at = close + 1;
  }
  return parts;
}

/** Markers that do not end where their kind of character ends, or at their width. */
function looseIn(parts: readonly Part[]): number {
  let loose = 0;
  for (const [i, { marker }] of parts.entries()) {
    const next = parts[i + 1];
    if (marker === undefined || next === undefined || isFixed(marker)) continue;
    if (next.literal === undefined || /^[0-9A-Za-z ,+-]/.test(next.literal) === !isNumber(marker) || /^[0-9A-Za-z]/.test(next.literal)) loose++;
  }
  return loose;
}

const isFixed = (marker: string): boolean => /^[YMD][0-9#]{2,}(,|$)/.test(marker);
const isNumber = (marker: string): boolean => /^.([0-9#]|$|,)/.test(marker) && !/^[FP]/.test(marker);

/** A picture by which a number is written, with the characters that stand in for its usual ones. */
export function checkNumberPicture(value: unknown, picture: unknown, options: unknown): void {
  if (typeof picture !== 'string' || typeof value !== 'number') return;
  checkLength(picture);
  const characters = { 'exponent-separator': 'e', ...(typeof options === 'object' ? (options as Record<string, unknown>) : {}) };
  for (const [name, character] of Object.entries(characters)) {
    const anyLength = name === 'infinity' || name === 'NaN';
    if (typeof character !== 'string' || (!anyLength && character.length !== 1)) throw failed(`Expected one character for ${JSON.stringify(name)} of $formatNumber`);
  }
  // The library multiplies by ten until there are enough digits, which there never are.
  if (value <= 0 && picture.includes(characters['exponent-separator'])) throw failed('Expected a number above 0 for a picture with an exponent');
}

export function checkIntegerPicture(value: unknown, picture: unknown): void {
  if (typeof picture !== 'string') return;
  checkLength(picture);
  if (/^[Ii](;|$)/.test(picture) && typeof value === 'number' && Math.abs(value) > MAX_ROMAN) throw failed(`Expected a number of at most ${MAX_ROMAN} in Roman numerals`);
}
