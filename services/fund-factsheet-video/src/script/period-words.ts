import { decimal, line, quoted, words, type Line } from './line.ts';

const PLAIN: Readonly<Record<string, string>> = {
  launch: 'since launch', daily: 'of daily returns', weekly: 'of weekly returns', monthly: 'of monthly returns', yearly: 'of yearly returns',
  ytd: 'for the year to date',
};
const UNITS: Readonly<Record<string, string>> = { y: 'year', m: 'month' };

/** The period of a Sharpe ratio in words: `3y` is "over 3 years"; null for `unstated`. */
export function periodWords(period: string): Line | null {
  if (period === 'unstated') return null;
  const plain = Object.hasOwn(PLAIN, period) ? PLAIN[period] : undefined;
  if (plain !== undefined) return words(plain);
  const [, count, unit] = /^(\d{1,3})([my])$/.exec(period) ?? [];
  if (count === undefined || unit === undefined) return line`(${quoted(period)})`;
  return line`over ${decimal(Number(count))} ${words(`${UNITS[unit]}${count === '1' ? '' : 's'}`)}`;
}
