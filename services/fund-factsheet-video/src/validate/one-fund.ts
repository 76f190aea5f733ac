import { finding } from './rule.ts';
import type { Rule } from './rule.ts';

/** A booklet of several funds: the figures of one must never be shown under the name of another. */
export const oneFund: Rule = {
  code: 'several_funds',
  check: ({ document }) => (document.funds.length < 2 ? [] : [finding('error', 'several_funds', 'document', `The document presents ${document.funds.length} funds: ${document.funds.slice(0, 12).join(', ')}. A film is about one.`, 'Send only the pages of the fund the film is for, one PDF a fund.')]),
};
