/** Reads dates in the ways documents and our own narration write them. Anything else stays digits, and digits are never overlooked. */
import { canonicalNumber, type Figure } from './figure.ts';
import { MONTHS, ORDINAL_DAYS, underHundred } from './words.ts';

type Found = Omit<Figure, 'text' | 'start' | 'end'> | undefined;
interface Pattern { readonly regex: RegExp; read(match: RegExpMatchArray): Found }

const MONTH = `(${MONTHS.map((month) => `${month}|${month.slice(0, 3)}`).join('|')}|Sept)`;
const DAY = '(\\d{1,2})(?:st|nd|rd|th)?';
const ORDINAL = `(${[...ORDINAL_DAYS].sort((a, b) => b.length - a.length).join('|')})`;
const YEAR_WORDS = '((?:eighteen|nineteen|twenty)\\s+(?:oh\\s+)?[a-z]+(?:-[a-z]+)?|(?:two\\s+thousand|nineteen\\s+hundred)(?:\\s+[a-z]+(?:-[a-z]+)?)?)';

const PATTERNS: readonly Pattern[] = [
  { regex: /(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)/g, read: (m) => date(m[1], m[2], m[3]) },
  { regex: new RegExp(`(?<!\\d)${DAY}\\s+(?:of\\s+)?${MONTH}\\b\\.?,?\\s+(\\d{4})(?!\\d)`, 'gi'), read: (m) => date(m[3], monthNumber(m[2]), m[1]) },
  { regex: new RegExp(`\\b${MONTH}\\b\\.?\\s+${DAY},?\\s+(\\d{4})(?!\\d)`, 'gi'), read: (m) => date(m[3], monthNumber(m[1]), m[2]) },
  { regex: /(?<![\d.])(\d{1,2})([./])(\d{1,2})\2(\d{4})(?!\d)/g, read: (m) => Number(m[3]) > 12 ? date(m[4], m[1], m[3]) : date(m[4], m[3], m[1]) },
  { regex: new RegExp(`\\b${MONTH}\\b\\.?,?\\s+(\\d{4})(?!\\d)`, 'gi'), read: (m) => month(m[2], monthNumber(m[1])) },
  { regex: new RegExp(`\\b(?:the\\s+)?${ORDINAL}\\s+of\\s+${MONTH}\\b,?\\s+${YEAR_WORDS}`, 'gi'), read: (m) => date(yearOf(m[3]), monthNumber(m[2]), ORDINAL_DAYS.findIndex((day) => day === m[1]?.toLowerCase()) + 1) },
  { regex: new RegExp(`\\b${MONTH}\\b,?\\s+${YEAR_WORDS}`, 'gi'), read: (m) => month(yearOf(m[2]), monthNumber(m[1])) },
];

/** Every date in the text, and the text with those spans blanked out (same length) for whoever reads on. */
export function readDates(text: string): { figures: Figure[]; rest: string } {
  const figures: Figure[] = [];
  let rest = text;
  for (const { regex, read } of PATTERNS) {
    for (const match of rest.matchAll(regex)) {
      const found = read(match);
      if (found === undefined) continue;
      const whole = trimYearWords(match[0], found);
      figures.push({ ...found, text: whole, start: match.index, end: match.index + whole.length });
      rest = blank(rest, match.index, match.index + whole.length);
    }
  }
  return { figures, rest };
}

export function blank(text: string, start: number, end: number): string {
  return text.slice(0, start) + '\u0000'.repeat(end - start) + text.slice(end);
}

function date(year: string | number | undefined, month: string | number | undefined, day: string | number | undefined): Found {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  const asDate = new Date(Date.UTC(y, m - 1, d));
  const exists = y >= 1000 && asDate.getUTCFullYear() === y && asDate.getUTCMonth() === m - 1 && asDate.getUTCDate() === d;
  return exists ? { kind: 'date', value: asDate.toISOString().slice(0, 10) } : undefined;
}

function month(year: string | number | undefined, monthOfYear: number): Found {
  const y = Number(year);
  return y >= 1000 && y <= 9999 ? { kind: 'month', value: `${canonicalNumber(y)}-${String(monthOfYear).padStart(2, '0')}` } : undefined;
}

function monthNumber(name: string | undefined): number {
  return MONTHS.findIndex((month) => month.slice(0, 3).toLowerCase() === name?.slice(0, 3).toLowerCase()) + 1;
}

/** `twenty twenty-four`, `nineteen oh five`, `two thousand nine`; a word that is no number ends the year before it. */
export function yearOf(words: string | undefined): number | undefined {
  const tokens = (words ?? '').toLowerCase().split(/\s+/);
  const [first = '', second, third] = tokens;
  if (second === 'thousand' || second === 'hundred') {
    const base = second === 'thousand' ? 2000 : 1900;
    const more = third === undefined ? 0 : underHundred(third);
    return base + (more ?? 0);
  }
  const century = underHundred(first);
  const inCentury = second === 'oh' ? underHundred(third ?? '') : underHundred(second ?? '');
  if (century === undefined || inCentury === undefined) return undefined;
  return second === 'oh' ? (inCentury < 10 ? century * 100 + inCentury : undefined) : inCentury >= 10 ? century * 100 + inCentury : undefined;
}

/** The year pattern takes one word too many after `two thousand` when a plain word follows: give it back. */
function trimYearWords(whole: string, found: NonNullable<Found>): string {
  const tail = /\s+([a-z]+(?:-[a-z]+)?)$/i.exec(whole);
  const isPlainWord = tail?.[1] !== undefined && underHundred(tail[1].toLowerCase()) === undefined && !/^(?:thousand|hundred)$/i.test(tail[1]);
  return isPlainWord && (found.kind === 'date' || found.kind === 'month') ? whole.slice(0, tail.index) : whole;
}
