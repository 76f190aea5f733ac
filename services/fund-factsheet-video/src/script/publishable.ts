/**
 * What of the extracted data may be published, with the decisions that script and slides must take alike.
 *
 * Invariants:
 * 1. A performance without the end of its period is not published: a return of no known period misleads.
 * 2. A benchmark's return stands beside the fund's only when both cover the same period.
 */
import { isFound, type Extracted, type PerformanceBasis, type PerformanceField } from '../extracted.ts';
import { cleanText } from './clean-text.ts';

export interface PublishablePerformance {
  readonly field: 'monthlyPerformancePct' | 'ytdPerformancePct';
  readonly value: number;
  readonly periodEnd: string;
  readonly basis: PerformanceBasis;
  readonly fees: 'net' | 'gross' | 'unstated';
  readonly benchmark?: number;
}

export interface Publishable {
  readonly fundName: string;
  readonly isin: string | null;
  readonly shareClass: string | null;
  readonly asOf: string | null;
  readonly currency: string | null;
  readonly month: PublishablePerformance | null;
  readonly yearToDate: PublishablePerformance | null;
  readonly sharpe: { readonly value: number; readonly period: string } | null;
  readonly risk: Exclude<Extracted['riskLevel'], { value: null }> | null;
  readonly benchmark: string | null;
  /** What the document is called in a sentence: `factsheet`, `prospectus`, … */
  readonly documentName: string;
  readonly isSimulated: boolean;
}

/** @returns null where the fund has no name: a film about an unnamed fund is not made. */
export function publishable(extracted: Extracted): Publishable | null {
  const fundName = text(extracted.fundName);
  if (fundName === null) return null;
  const shareClass = text(extracted.shareClass);
  return {
    fundName,
    isin: text(extracted.isin),
    shareClass: shareClass === fundName ? null : shareClass,
    asOf: text(extracted.asOf),
    currency: text(extracted.currency),
    month: performance(extracted, 'monthlyPerformancePct'),
    yearToDate: performance(extracted, 'ytdPerformancePct'),
    sharpe: isFound(extracted.sharpeRatio) ? { value: extracted.sharpeRatio.value, period: extracted.sharpeRatio.period } : null,
    risk: isFound(extracted.riskLevel) ? extracted.riskLevel : null,
    benchmark: text(extracted.benchmark),
    documentName: DOCUMENT_NAMES[extracted.document.kind],
    isSimulated: isFound(extracted.disclosures.simulatedPerformance),
  };
}

const DOCUMENT_NAMES: Readonly<Record<Extracted['document']['kind'], string>> = {
  factsheet: 'factsheet',
  'key-information-document': 'key information document',
  prospectus: 'prospectus',
  'tear-sheet': 'tear sheet',
  unknown: 'document',
};

function text(field: { value: string | null }): string | null {
  const cleaned = field.value === null ? '' : cleanText(field.value);
  return cleaned === '' ? null : cleaned;
}

function performance(extracted: Extracted, field: PublishablePerformance['field']): PublishablePerformance | null {
  const found: PerformanceField = extracted[field];
  if (!isFound(found) || found.periodEnd === null) return null;
  const { value, periodEnd, basis, fees } = found;
  const benchmark = isFound(extracted.benchmark) ? extracted.benchmark[field] : undefined;
  return { field, value, periodEnd, basis, fees, ...(benchmark?.periodEnd === periodEnd ? { benchmark: benchmark.value } : {}) };
}
