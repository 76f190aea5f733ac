import { isFound } from '../../extracted.ts';
import { finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

/** Source: PRIIPs RTS, Delegated Regulation (EU) 2017/653, Annex III (SRI 1 to 7); CESR/10-673 (SRRI 1 to 7). */
export const riskInScale: Rule = {
  code: 'risk_outside_scale',
  check({ riskLevel }) {
    if (!isFound(riskLevel)) return [];
    const { value, scale } = riskLevel;
    const fits = scale === 'low-medium-high' ? typeof value === 'string' : typeof value === 'number' && value >= 1 && value <= (scale === '1-7' ? 7 : 5);
    return fits ? [] : [finding('error', 'risk_outside_scale', 'riskLevel', `The risk level ${value} is not on the scale ${scale}.`, 'Compare the risk indicator with the document.', riskLevel)];
  },
};
