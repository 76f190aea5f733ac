import { isFound } from '../../extracted.ts';
import { finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

/**
 * Source: Delegated Regulation (EU) 2017/565, Art. 44(4)(d): a prominent warning that past performance is no reliable
 * indicator of future results; UK COBS 4.6.2R(4). The film always carries its own warning, so a document without one is
 * only remarked upon.
 */
export const pastPerformanceWarning: Rule = {
  code: 'past_performance_warning_missing',
  check({ disclosures, monthlyPerformancePct, ytdPerformancePct }) {
    if (isFound(disclosures.pastPerformance) || !(isFound(monthlyPerformancePct) || isFound(ytdPerformancePct))) return [];
    return [finding('warning', 'past_performance_warning_missing', 'disclosures.pastPerformance', 'The document shows returns without a warning that past performance is no guide to the future.', 'The film carries the warning. Have the fund house complete its document.')];
  },
};
