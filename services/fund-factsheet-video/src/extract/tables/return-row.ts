import type { FeeTreatment, PeriodKey, Provenance } from '../../extracted.ts';
import type { RowKind } from '../lexicon/rows.ts';

export type Measure = 'cumulative' | 'annualised' | 'unstated';

export interface ReturnCell extends Provenance {
  readonly period: PeriodKey;
  readonly measure: Measure;
  readonly columnLabel: string | null;
  readonly value: number;
}

/** The returns of one fund, class or index, from one row of a table (or one column of a table on its side). */
export interface ReturnRow {
  readonly page: number;
  /** Rows of one table share it. */
  readonly table: string;
  readonly kind: RowKind;
  readonly fees: FeeTreatment;
  readonly label: string | null;
  readonly cells: readonly ReturnCell[];
  /** The end of the periods, when the table's own heading says it. */
  readonly periodEnd: string | null;
  /** The words above the table. */
  readonly heading: string;
  /** How sure it is that this row is what `kind` says, 0 to 1. */
  readonly confidence: number;
}
