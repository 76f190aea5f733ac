import { isFound } from '../../extracted.ts';
import { finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

const OLD_DAYS = 180;

/** Source: none beyond the calendar; a sheet speaks of a day that has been. An old one is published knowingly. */
export const asOfPlausible: Rule = {
  code: 'as_of_implausible',
  check({ asOf }, { nowIso }) {
    if (!isFound(asOf)) return [];
    const days = (Date.parse(nowIso) - Date.parse(asOf.value)) / 86_400_000;
    if (days < 0) return [finding('error', 'as_of_implausible', 'asOf', `The document is dated ${asOf.value}, which is in the future.`, 'Check the date in the document, and the clock of this system.', asOf)];
    if (days > OLD_DAYS) return [finding('warning', 'as_of_old', 'asOf', `The document is dated ${asOf.value}, ${Math.round(days / 30)} months ago.`, 'Send the newest factsheet if there is one.', asOf)];
    return [];
  },
};
