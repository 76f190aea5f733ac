import { isFound } from '../../extracted.ts';
import { FIELD_LABELS, finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

/** Source: Delegated Regulation (EU) 2017/565, Art. 44(4)(b): the reference period and the source are clearly stated. */
export const periodStated: Rule = {
  code: 'period_end_missing',
  check: (extracted) => (['monthlyPerformancePct', 'ytdPerformancePct'] as const).flatMap((field) => {
    const found = extracted[field];
    if (!isFound(found) || found.periodEnd !== null) return [];
    return [finding('error', 'period_end_missing', field, `The document does not say to which day the ${FIELD_LABELS[field]} (${found.value} %) runs.`, 'Send a document that is dated, or whose table of returns says "as at".', found)];
  }),
};
