import { isFound } from '../../extracted.ts';
import { finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

/**
 * Source: Delegated Regulation (EU) 2017/565, Art. 44(2)(b): a fair and prominent indication of relevant risks whenever
 * benefits are referred to; ESMA34-45-1272 (guidelines on marketing communications), section 5. A film that shows
 * returns therefore needs the fund's risk level.
 */
export const riskBesideReward: Rule = {
  code: 'risk_level_missing',
  check({ riskLevel, monthlyPerformancePct, ytdPerformancePct }) {
    if (isFound(riskLevel)) return [];
    const rewards = isFound(monthlyPerformancePct) || isFound(ytdPerformancePct) ? 'Returns must not be shown without the risk.' : 'The fund must not be presented without its risk.';
    return [finding('error', 'risk_level_missing', 'riskLevel', `The risk level is missing. ${riskLevel.reason} ${rewards}`, 'Send a document that gives the risk level in text, or with a drawn scale whose chosen step can be told by its colour.')];
  },
};
