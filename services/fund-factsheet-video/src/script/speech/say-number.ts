/**
 * Numbers and dates as a voice says them. Offline voices skip the minus of `(0.66)` and read `2024` as a quantity, so
 * nothing that matters is left to them in digits.
 */
import { MONTHS, ONES, ORDINAL_DAYS, TENS } from '../../figures/words.ts';
import { canonicalNumber } from '../../figures/figure.ts';

const ONE_WORDS = Object.keys(ONES);
const TEN_WORDS = Object.keys(TENS);

/**
 * `minus three point four one`. Without `and`, which would be ambiguous beside a list of numbers.
 *
 * @returns undefined for whole parts of a million and more, which no factsheet sentence of ours speaks.
 */
export function sayNumber(value: number): string | undefined {
  const plain = canonicalNumber(value);
  const [whole = '0', fraction] = plain.replace('-', '').split('.');
  if (whole.length > 6) return undefined;
  const sign = plain.startsWith('-') ? 'minus ' : '';
  const decimals = fraction === undefined ? '' : ` point ${[...fraction].map((digit) => ONE_WORDS[Number(digit)]).join(' ')}`;
  return `${sign}${sayWhole(Number(whole))}${decimals}`;
}

function sayWhole(value: number): string {
  if (value < 20) return ONE_WORDS[value] ?? '';
  if (value < 100) {
    const tens = TEN_WORDS[Math.floor(value / 10) - 2] ?? '';
    return value % 10 === 0 ? tens : `${tens}-${ONE_WORDS[value % 10]}`;
  }
  const [unit, name] = value < 1000 ? [100, 'hundred'] : [1000, 'thousand'];
  const rest = value % unit;
  return `${sayWhole(Math.floor(value / unit))} ${name}${rest === 0 ? '' : ` ${sayWhole(rest)}`}`;
}

/** `the thirty-first of January, twenty twenty-four` for `2024-01-31`. */
export function sayDate(isoDate: string): string {
  const [year, month, day] = isoDate.split('-').map(Number);
  return `the ${ORDINAL_DAYS[(day ?? 1) - 1]} of ${MONTHS[(month ?? 1) - 1]}, ${sayYear(year ?? 0)}`;
}

/** `January, twenty twenty-four` for `2024-01`. */
export function sayMonth(isoMonth: string): string {
  const [year, month] = isoMonth.split('-').map(Number);
  return `${MONTHS[(month ?? 1) - 1]}, ${sayYear(year ?? 0)}`;
}

/** `twenty twenty-four`, `two thousand nine`, `nineteen oh five`; other years as a plain number. */
export function sayYear(year: number): string {
  const [century, inCentury] = [Math.floor(year / 100), year % 100];
  if (century < 18 || century > 20 || year === 1800) return sayNumber(year) ?? String(year);
  if (inCentury >= 10) return `${sayWhole(century)} ${sayWhole(inCentury)}`;
  if (century === 20) return `two thousand${inCentury === 0 ? '' : ` ${sayWhole(inCentury)}`}`;
  return inCentury === 0 ? `${sayWhole(century)} hundred` : `${sayWhole(century)} oh ${sayWhole(inCentury)}`;
}
