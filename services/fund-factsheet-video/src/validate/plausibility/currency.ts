import { isFound } from '../../extracted.ts';
import { finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

const KNOWN = new Set(Intl.supportedValuesOf('currency'));

/** Source: ISO 4217. */
export const currencyPlausible: Rule = {
  code: 'currency_unknown',
  check({ currency }) {
    if (!isFound(currency) || KNOWN.has(currency.value)) return [];
    return [finding('error', 'currency_unknown', 'currency', `${currency.value} is no currency code.`, 'Check the currency in the document.', currency)];
  },
};
