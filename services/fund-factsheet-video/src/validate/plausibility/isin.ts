import { isFound } from '../../extracted.ts';
import { hasCheckDigit } from '../../extract/fields/isin.ts';
import { finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

/** Source: ISO 6166, structure of the number and its check digit. */
export const isinPlausible: Rule = {
  code: 'isin_wrong',
  check({ isin }) {
    if (!isFound(isin)) return [];
    if (/^[A-Z]{2}[A-Z0-9]{9}\d$/u.test(isin.value) && hasCheckDigit(isin.value)) return [];
    return [finding('error', 'isin_wrong', 'isin', `${isin.value} is no ISIN: its check digit does not fit.`, 'Compare it with the fund house\'s page; a character may be misprinted.', isin)];
  },
};
