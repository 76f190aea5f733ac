import { isFound } from '../../extracted.ts';
import { FIELD_LABELS, finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

/**
 * Source: Delegated Regulation (EU) 2017/565, Art. 44(4)(f): gross performance needs the effect of commissions and
 * fees beside it; SEC Marketing Rule, 17 CFR 275.206(4)-1(d)(1): no gross performance without net. The film has no
 * place for that, so gross figures are not published. Most sheets do not say; that is remarked upon.
 */
export const returnsAfterCosts: Rule = {
  code: 'gross_performance',
  check(extracted) {
    const found = (['monthlyPerformancePct', 'ytdPerformancePct'] as const).flatMap((field) => {
      const value = extracted[field];
      return isFound(value) ? [{ field, value }] : [];
    });
    const gross = found.filter(({ value }) => value.fees === 'gross').map(({ field, value }) => finding('error', 'gross_performance', field, `The ${FIELD_LABELS[field]} is before costs, and the document shows none after costs.`, 'Send a document with returns net of fees.', value));
    if (gross.length > 0) return gross;
    const [unstated] = found.filter(({ value }) => value.fees === 'unstated');
    return unstated === undefined ? [] : [finding('warning', 'costs_unstated', unstated.field, 'The document does not say whether its returns are before or after costs.', 'Ask the fund house; the film says that costs are not stated.', unstated.value)];
  },
};
