import { isFound } from '../../extracted.ts';
import { finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

/**
 * Source: W. F. Sharpe, "The Sharpe Ratio", Journal of Portfolio Management 21(1), 1994: excess return over its
 * deviation. Funds are between -2 and 3; a value far outside is a per cent figure or another column, or a back-test.
 */
export const sharpePlausible: Rule = {
  code: 'sharpe_implausible',
  check({ sharpeRatio, periodReturns }) {
    if (!isFound(sharpeRatio)) return [];
    if (Math.abs(sharpeRatio.value) > 10) return [finding('error', 'sharpe_implausible', 'sharpeRatio', `A Sharpe ratio of ${sharpeRatio.value} is not possible for a fund.`, 'Compare it with the document; a figure in per cent may stand in its place.', sharpeRatio)];
    const findings = [];
    if (Math.abs(sharpeRatio.value) > 4) findings.push(finding('warning', 'sharpe_remarkable', 'sharpeRatio', `A Sharpe ratio of ${sharpeRatio.value} is unusual.`, 'Compare it with the document before the film is shown.', sharpeRatio));
    const yearly = periodReturns?.points.find((point) => point.period === sharpeRatio.period && point.measure === 'annualised');
    // A fund that loses money does not earn more than cash.
    if (yearly !== undefined && yearly.value < -2 && sharpeRatio.value > 0.1) findings.push(finding('warning', 'sharpe_against_return', 'sharpeRatio', `The fund lost ${Math.abs(yearly.value)} % a year over the same period, but its Sharpe ratio of ${sharpeRatio.value} is above zero.`, 'Compare both with the document; the ratio may be the benchmark\'s or be calculated on another currency.', sharpeRatio));
    return findings;
  },
};
