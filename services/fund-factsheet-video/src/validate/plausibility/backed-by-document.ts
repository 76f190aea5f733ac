import { FIELD_NAMES, isFound } from '../../extracted.ts';
import type { Extracted, FieldName } from '../../extracted.ts';
import { datesIn } from '../../extract/lexicon/dates.ts';
import { parseFigure } from '../../extract/text/figures.ts';
import { FIELD_LABELS, finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

/** Values below this are never handed on. */
const LEAST = 0.5;

/**
 * Source: the contract of extracted.json, whoever wrote it (rules or a model): a figure stands in the document's own
 * words beside it, or it is not published.
 */
export const backedByDocument: Rule = {
  code: 'value_not_in_document',
  check: (extracted) => FIELD_NAMES.flatMap((field) => {
    const found = extracted[field];
    if (!isFound(found)) return [];
    if (found.confidence < LEAST) return [finding('error', 'value_uncertain', field, `The ${FIELD_LABELS[field]} could only be read with a confidence of ${found.confidence}.`, 'Compare it with the document and send a clearer one.', found)];
    if (isBacked(extracted, field)) return [];
    return [finding('error', 'value_not_in_document', field, `The ${FIELD_LABELS[field]} reads ${String(found.value)}, which the quoted words of the document do not say.`, 'Read the document again; if this repeats, the extractor has a fault.', found)];
  }),
};

function isBacked(extracted: Extracted, field: FieldName): boolean {
  const found = extracted[field];
  if (!isFound(found)) return true;
  const { value, snippet } = found;
  if (field === 'riskLevel' && isFound(extracted.riskLevel) && extracted.riskLevel.readFrom === 'drawing') return true;
  if (typeof value === 'number') return figures(snippet).has(Math.abs(value));
  if (field === 'asOf') return datesIn(snippet).concat(datesIn(snippet, { slashOrder: 'month-first' })).some((date) => date.iso === value);
  // A currency may be written as a sign or a word.
  if (field === 'currency') return true;
  const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return plain(snippet).includes(plain(value).slice(0, 200));
}

function figures(snippet: string): Set<number> {
  const values = new Set<number>();
  for (const [token] of snippet.matchAll(/[(\d][\d.,’' ]*\d\)?%?|\d/gu)) {
    for (const part of [token, ...token.split(' ')]) {
      for (const decimal of ['.', ','] as const) {
        const figure = parseFigure(part.replace(/[()]/gu, ''), decimal);
        if (figure !== undefined) values.add(Math.abs(figure.value));
      }
    }
  }
  return values;
}
