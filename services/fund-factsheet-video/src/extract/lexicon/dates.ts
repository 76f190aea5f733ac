/** Dates as fund documents write them: `31 January 2024`, `January 31, 2024`, `31.01.2024`, `31-Jan-24`, `2024年1月31日`, `January 2024`. */
import { lastDayOf, MONTH_PATTERN, monthOf } from './months.ts';

export interface DateMention {
  /** ISO; of a month alone its last day. */
  readonly iso: string;
  readonly precision: 'day' | 'month';
  readonly index: number;
  readonly text: string;
}

export interface DateOptions {
  /** Which comes first in `03/04/2024`. Default day. */
  readonly slashOrder?: 'day-first' | 'month-first';
}

const M = `(?<month>${MONTH_PATTERN})\\.?`;
const Y = '(?<year>(?:19|20)\\d\\d)';
const SHORT_Y = "(?<year>(?:(?:19|20)\\d\\d|['’]?\\d\\d))";

const PATTERNS: readonly { readonly pattern: RegExp; readonly precision: 'day' | 'month' }[] = [
  { pattern: new RegExp(`(?<![\\d.,])(?<day>\\d{1,2})(?:st|nd|rd|th|er|º|°|\\.)?(?:\\s+(?:of|de|di))?[\\s-]+${M}(?:[\\s,-]+(?:de\\s+|of\\s+|del\\s+)?)${SHORT_Y}(?![\\d%])`, 'giu'), precision: 'day' },
  { pattern: new RegExp(`(?<![\\p{L}])${M}\\s+(?<day>\\d{1,2})(?:st|nd|rd|th)?,?\\s+${Y}(?!\\d)`, 'giu'), precision: 'day' },
  { pattern: /(?<![\d.,])(?<day>\d{1,2})\s?[./-]\s?(?<number>\d{1,2})\s?[./-]\s?(?<year>(?:19|20)\d\d|\d\d)(?![\d%]|[.,]\d)/gu, precision: 'day' },
  { pattern: /(?<!\d)(?<year>(?:19|20)\d\d)[-/.](?<number>\d{1,2})[-/.](?<day>\d{1,2})(?!\d)/gu, precision: 'day' },
  { pattern: /(?<year>(?:19|20)\d\d)\s?年\s?(?<number>\d{1,2})\s?月\s?(?<day>\d{1,2})\s?日/gu, precision: 'day' },
  { pattern: new RegExp(`(?<![\\p{L}\\d])${M}(?:\\s+(?:of|de)\\s+|[\\s,-]+)(?<year>(?:19|20)\\d\\d|['’]\\d\\d)(?![\\d%])`, 'giu'), precision: 'month' },
];

/** Every date in a text, in its order. A longer reading of the same place wins over a shorter one. */
export function datesIn(text: string, options: DateOptions = {}): DateMention[] {
  const found: DateMention[] = [];
  for (const { pattern, precision } of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const mention = mentionOf(match, precision, options);
      if (mention === undefined) continue;
      const end = mention.index + mention.text.length;
      if (found.some((other) => mention.index < other.index + other.text.length && other.index < end)) continue;
      found.push(mention);
    }
  }
  return found.sort((a, b) => a.index - b.index);
}

function mentionOf(match: RegExpMatchArray, precision: 'day' | 'month', options: DateOptions): DateMention | undefined {
  const groups = match.groups ?? {};
  const shortYear = (groups['year'] ?? '').replace(/\D/g, '');
  const year = shortYear.length === 2 ? 2000 + Number(shortYear) : Number(shortYear);
  let month = groups['month'] === undefined ? Number(groups['number']) : monthOf(groups['month']);
  let day = groups['day'] === undefined ? undefined : Number(groups['day']);
  if (month === undefined) return undefined;
  const yearFirst = /^(?:19|20)\d\d/.test(match[0]);
  if (groups['number'] !== undefined && day !== undefined && !yearFirst) {
    const swap = month > 12 || (options.slashOrder === 'month-first' && day <= 12 && match[0].includes('/'));
    if (swap) [day, month] = [month, day];
  }
  const last = month >= 1 && month <= 12 ? lastDayOf(year, month) : 0;
  const ofMonth = day ?? last;
  if (ofMonth < 1 || ofMonth > last || year < 1970 || year > 2099) return undefined;
  const iso = `${year}-${String(month).padStart(2, '0')}-${String(ofMonth).padStart(2, '0')}`;
  return { iso, precision, index: match.index ?? 0, text: match[0].trim() };
}

/** Which order a document's own unambiguous dates with slashes have. */
export function slashOrderOf(text: string): 'day-first' | 'month-first' {
  let dayFirst = 0;
  let monthFirst = 0;
  for (const match of text.matchAll(/(?<!\d)(\d{1,2})\/(\d{1,2})\/(?:19|20)?\d\d(?!\d)/g)) {
    if (Number(match[1]) > 12) dayFirst += 1;
    if (Number(match[2]) > 12) monthFirst += 1;
  }
  return monthFirst > dayFirst ? 'month-first' : 'day-first';
}
