import { isFound } from '../../extracted.ts';
import { finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

/**
 * Source: Delegated Regulation (EU) 2017/565, Art. 44(5): simulated past performance is named as such, with a warning;
 * SEC Marketing Rule, 17 CFR 275.206(4)-1(d)(6) on hypothetical performance. The film names it; a person decides
 * whether it may be shown to its audience.
 */
export const simulatedPerformance: Rule = {
  code: 'simulated_performance',
  check({ disclosures: { simulatedPerformance: found } }) {
    return isFound(found) ? [finding('warning', 'simulated_performance', 'disclosures.simulatedPerformance', 'The document calls figures simulated, back-tested or hypothetical.', 'Check which figures are meant before the film is shown to retail investors.', found)] : [];
  },
};
