import type { Extracted } from '../extracted.ts';
import type { SourceField } from './known-figures.ts';

/** The page (from 1) on which a field stands, as a list of one; empty where it was not found. */
export function knownPage(extracted: Extracted, field: SourceField): number[] {
  switch (field) {
    case 'monthlyHistory': case 'calendarYears': case 'periodReturns':
      return extracted[field]?.points.slice(0, 1).map((point) => point.page) ?? [];
    case 'simulatedPerformance':
      return pageOf(extracted.disclosures.simulatedPerformance);
    default:
      return pageOf(extracted[field]);
  }
}

function pageOf(field: { value: null } | { page: number }): number[] {
  return 'page' in field ? [field.page] : [];
}
