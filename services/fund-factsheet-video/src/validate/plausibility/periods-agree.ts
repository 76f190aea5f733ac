import { isFound } from '../../extracted.ts';
import { finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

/**
 * Source: arithmetic. Month and year to date must be the row's own cells under their own headings; a swap shows as
 * the month's value under the year's heading. In December the year to date is the calendar year and the last 12 months.
 */
export const periodsAgree: Rule = {
  code: 'periods_disagree',
  check({ periodReturns, monthlyPerformancePct: month, ytdPerformancePct: year }) {
    if (periodReturns === undefined) return [];
    const at = (period: '1m' | 'ytd' | '1y'): number | undefined => periodReturns.points.find((point) => point.period === period)?.value;
    const findings = [];
    const [ofMonth, ofYear, twelve] = [at('1m'), at('ytd'), at('1y')];
    const sameSource = isFound(month) && isFound(year) && month.snippet === year.snippet;
    if (sameSource && ofMonth !== undefined && ofYear !== undefined && ofMonth !== ofYear && month.value === ofYear && year.value === ofMonth) {
      findings.push(finding('error', 'month_and_year_swapped', 'monthlyPerformancePct', `The month (${month.value} %) and the year to date (${year.value} %) are exchanged.`, 'Compare both figures with their headings in the document.', month));
    }
    if (isFound(year) && year.basis === periodReturns.basis && twelve !== undefined && year.periodEnd?.endsWith('-12-31') === true && periodReturns.periodEnd === year.periodEnd && Math.abs(twelve - year.value) > 0.11) {
      findings.push(finding('warning', 'december_differs_from_12_months', 'ytdPerformancePct', `At the end of December the year to date is the last 12 months, but they read ${year.value} % and ${twelve} %.`, 'Compare both figures with the document.', year));
    }
    return findings;
  },
};
