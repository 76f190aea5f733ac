/**
 * Turns words of a document (a fund's name, its strategy) into what a voice should say.
 *
 * Invariant: the spoken form holds exactly the figures of the written one. Where the rules would change a figure
 * (numbers of a million and more, footnote marks), the text is handed back as it is written.
 */
import { figureKey, type Figure } from '../../figures/figure.ts';
import { readFigures } from '../../figures/read-figures.ts';
import { SPELLED, UNITS, WORDS, type Abbreviation } from './abbreviations.ts';
import { sayDate, sayMonth, sayNumber, sayYear } from './say-number.ts';

/** The text as said aloud; the text itself where no faithful spoken form is known. */
export function speak(written: string): string {
  const expanded = replaceAll(written, UNITS);
  const words = replaceAll(numbersToWords(expanded), WORDS);
  const spoken = punctuate(words.replace(SPELLED, (letters) => letters.replace(/(?<=[A-Z])(?=[A-Z])/g, ' ')));
  return sameFigures(written, spoken) ? spoken : written;
}

/** True when both texts carry the same figures, each as often. */
export function sameFigures(a: string, b: string): boolean {
  const keys = (text: string) => readFigures(text).map(figureKey).sort().join('|');
  return keys(a) === keys(b);
}

/** True when every figure of the text has become words, so that no voice can read it wrongly. */
export function isSayable(written: string): boolean {
  return !/\d/.test(speak(written));
}

function replaceAll(text: string, rules: readonly Abbreviation[]): string {
  return rules.reduce((current, { written, said }) => current.replace(written, said), text);
}

function numbersToWords(text: string): string {
  let out = '';
  let from = 0;
  for (const figure of readFigures(text)) {
    const words = /\d/.test(figure.text) ? sayFigure(figure) : undefined;
    if (words === undefined) continue;
    out += text.slice(from, figure.start);
    // A number glued to letters (`R6`) or to the number before it needs a pause of its own.
    const isAfterNumber = from > 0 && text.slice(from, figure.start).trim() === '';
    out += isAfterNumber ? ',' : '';
    out += /[\p{L},]$/u.test(out) ? ` ${words}` : words;
    from = figure.end;
    if (/^\p{L}/u.test(text.slice(from))) out += ' ';
  }
  return out + text.slice(from);
}

function sayFigure(figure: Figure): string | undefined {
  switch (figure.kind) {
    case 'percent': return withUnit(sayNumber(Number(figure.value)), ' percent');
    case 'number': return /^(?:1[89]|20)\d\d$/.test(figure.value) && /^\d{4}$/.test(figure.text) ? sayYear(Number(figure.value)) : sayNumber(Number(figure.value));
    case 'date': return sayDate(figure.value);
    case 'month': return sayMonth(figure.value);
    case 'scale': return withUnit(sayScale(figure.value), '');
    case 'identifier': return undefined;
  }
}

function sayScale(value: string): string | undefined {
  const [from, to] = value.split('-').map((end) => sayNumber(Number(end)));
  return from === undefined || to === undefined ? undefined : `scale from ${from} to ${to}`;
}

function withUnit(words: string | undefined, unit: string): string | undefined {
  return words === undefined ? undefined : words + unit;
}

/** Brackets and dashes become pauses: a voice says nothing for them and runs the words together. */
function punctuate(text: string): string {
  return text
    .replace(/\s*\(\s*/g, ', ')
    .replace(/\s*\)\s*(?=[.,;:!?])/g, '')
    .replace(/\s*\)\s*$/g, '')
    .replace(/\s*\)\s*/g, ', ')
    .replace(/\s+[-–—]\s+|—/g, ', ')
    .replace(/["“”]/g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ([,.;:])/g, '$1')
    .replace(/^[, ]+/, '')
    .replace(/,(?:\s*,)+/g, ',')
    .trim();
}
