import { isFound } from '../../extracted.ts';
import { finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

/** Source: Delegated Regulation (EU) 2017/565, Art. 44(4)(b), applied to a figure derived from past performance. */
export const sharpePeriodStated: Rule = {
  code: 'sharpe_period_unstated',
  check: ({ sharpeRatio }) => (isFound(sharpeRatio) && sharpeRatio.period === 'unstated' ? [finding('warning', 'sharpe_period_unstated', 'sharpeRatio', 'The document does not say over which period the Sharpe ratio is calculated.', 'Ask the fund house; the film says that the period is not stated.', sharpeRatio)] : []),
};
