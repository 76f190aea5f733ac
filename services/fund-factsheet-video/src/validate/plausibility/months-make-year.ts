import { isFound } from '../../extracted.ts';
import { finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

/** Months are rounded to two digits: twelve of them compound to within about a tenth of a per cent. */
const ROUNDING = 0.15;

/** Source: arithmetic. The months of the year compound to the year to date, and the last of them is the month. */
export const monthsMakeYear: Rule = {
  code: 'months_do_not_make_year',
  check({ monthlyHistory, monthlyPerformancePct: month, ytdPerformancePct: year }) {
    if (monthlyHistory === undefined) return [];
    const findings = [];
    const end = isFound(year) ? year.periodEnd : isFound(month) ? month.periodEnd : null;
    if (end === null) return [];
    const points = monthlyHistory.points.filter((point) => point.year === Number(end.slice(0, 4)));
    const last = points.find((point) => point.month === Number(end.slice(5, 7)));
    if (isFound(month) && month.periodEnd === end && month.basis === monthlyHistory.basis && last !== undefined && Math.abs(last.value - month.value) > 0.06) {
      findings.push(finding('error', 'month_differs_from_history', 'monthlyPerformancePct', `The last month reads ${month.value} % in one place and ${last.value} % in the table of months.`, 'Compare both places in the document; they may belong to different share classes.', month));
    }
    const complete = points.length === Number(end.slice(5, 7)) && points.every((point) => point.month <= points.length);
    if (isFound(year) && year.basis === monthlyHistory.basis && complete) {
      const compounded = (points.reduce((product, point) => product * (1 + point.value / 100), 1) - 1) * 100;
      const off = Math.abs(compounded - year.value);
      if (off > ROUNDING + Math.abs(year.value) * 0.01) {
        const grave = off > 1 + Math.abs(year.value) * 0.05;
        findings.push(finding(grave ? 'error' : 'warning', 'months_do_not_make_year', 'ytdPerformancePct', `The months of the year compound to ${compounded.toFixed(2)} %, but the year to date reads ${year.value} %.`, 'Compare the table of months with the year to date; one may be before fees or of another share class.', year));
      }
    }
    return findings;
  },
};
