import { isFound } from '../../extracted.ts';
import { finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

/**
 * Source: Delegated Regulation (EU) 2017/565, Art. 44(4)(a): past performance covers the preceding five years, or the
 * whole time the fund exists, in complete 12-month periods; UK COBS 4.6.2R(2). A month and a year to date alone do not.
 * A fund younger than a year has no such period, and the document need not say its age: a warning.
 */
export const twelveMonthPeriods: Rule = {
  code: 'twelve_month_periods_missing',
  check({ calendarYears, periodReturns, monthlyHistory, monthlyPerformancePct, ytdPerformancePct }) {
    const shows = isFound(monthlyPerformancePct) || isFound(ytdPerformancePct);
    const covered = calendarYears !== undefined || (monthlyHistory?.points.length ?? 0) >= 12 || periodReturns?.points.some((point) => point.period === '1y') === true;
    return !shows || covered ? [] : [finding('warning', 'twelve_month_periods_missing', 'calendarYears', 'Only short periods were found: no return of a full year.', 'Add the calendar-year table of the document to what is shown beside the film, where the fund is older than a year.')];
  },
};
