import { isFound } from '../../extracted.ts';
import { finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

/**
 * Source: arithmetic. At the end of January the year to date is the month. Other figures mean that two columns or two
 * rows were confused.
 */
export const januaryIsTheYear: Rule = {
  code: 'january_differs_from_year',
  check({ monthlyPerformancePct: month, ytdPerformancePct: year }) {
    if (!isFound(month) || !isFound(year)) return [];
    const sameRow = month.basis === year.basis && month.periodEnd === year.periodEnd && month.shareClass === year.shareClass;
    if (!sameRow || month.periodEnd === null || !/-01-(?:2[89]|3[01])$/u.test(month.periodEnd)) return [];
    if (Math.abs(month.value - year.value) < 0.06) return [];
    return [finding('error', 'january_differs_from_year', 'ytdPerformancePct', `The sheet ends in January, so month and year to date are the same period, but they read ${month.value} % and ${year.value} %.`, 'Compare both figures with the document: one was read from another column or is misprinted.', year)];
  },
};
