import { isFound } from '../../extracted.ts';
import type { FieldName } from '../../extracted.ts';
import { FIELD_LABELS, finding } from '../rule.ts';
import type { Rule } from '../rule.ts';

/** More than this in a month or a year happens (a write-off, a crypto fund) and is worth a second look. */
const REMARKABLE: Readonly<Record<'monthlyPerformancePct' | 'ytdPerformancePct', number>> = { monthlyPerformancePct: 40, ytdPerformancePct: 100 };

/** Source: arithmetic. Nobody loses more than everything; everything else is possible and only remarked upon. */
export const returnRange: Rule = {
  code: 'return_impossible',
  check: (extracted) => (['monthlyPerformancePct', 'ytdPerformancePct'] as const satisfies FieldName[]).flatMap((field) => {
    const found = extracted[field];
    if (!isFound(found)) return [];
    if (found.value < -100) return [finding('error', 'return_impossible', field, `The ${FIELD_LABELS[field]} reads ${found.value} %, a loss of more than everything.`, 'Compare the figure with the document; its decimal sign may be misread.', found)];
    if (Math.abs(found.value) > REMARKABLE[field]) return [finding('warning', 'return_remarkable', field, `The ${FIELD_LABELS[field]} reads ${found.value} %, which is unusual.`, 'Compare the figure with the document before the film is shown.', found)];
    return [];
  }),
};
