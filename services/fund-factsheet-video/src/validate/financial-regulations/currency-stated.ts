import { isFound } from '../../extracted.ts';
import { finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

/** Source: Delegated Regulation (EU) 2017/565, Art. 44(4)(e): the currency of performance figures is clearly stated. */
export const currencyStated: Rule = {
  code: 'currency_missing',
  check({ currency, monthlyPerformancePct, ytdPerformancePct }) {
    if (isFound(currency) || !(isFound(monthlyPerformancePct) || isFound(ytdPerformancePct))) return [];
    return [finding('warning', 'currency_missing', 'currency', `The currency of the returns is not known. ${currency.reason}`, 'Check in which currency the document calculates; the film names none.')];
  },
};
