import { isFound } from '../../extracted.ts';
import { finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

/** Source: Delegated Regulation (EU) 2017/565, Art. 44(2)(b); UK COBS 4.5.2R(2): that the value can fall is said. The film says it in any case. */
export const capitalAtRisk: Rule = {
  code: 'capital_at_risk_missing',
  check: ({ disclosures }) => (isFound(disclosures.capitalAtRisk) ? [] : [finding('warning', 'capital_at_risk_missing', 'disclosures.capitalAtRisk', 'The document does not say that the value of an investment can fall.', 'The film says it. Have the fund house complete its document.')]),
};
