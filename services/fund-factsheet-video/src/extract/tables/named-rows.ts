/** Decides whose returns each row of one table shows. */
import type { OwnNames, RowKind } from '../lexicon/rows.ts';
import { readRow } from '../lexicon/rows.ts';
import type { LegendEntry } from './legend.ts';
import type { ReturnRow } from './return-row.ts';

export function namedRows(rows: readonly ReturnRow[], names: OwnNames, legend: readonly LegendEntry[]): ReturnRow[] {
  const read = rows.map((row) => ({ ...row, ...readRow(row.label ?? '', names) }));
  const bare = read.filter((row) => row.label === null || /^[1-9]$/u.test(row.label));
  if (bare.length === read.length && bare.length > 0) return unlabelled(bare, names, legend);
  const own = (kind: RowKind): boolean => kind !== 'unknown' && kind !== 'other' && kind !== 'peer' && kind !== 'benchmark';
  if (read.some((row) => own(row.kind))) return read;
  // No row says that it is the fund's. One row that nothing explains, above others that are explained, is.
  const unknown = read.filter((row) => row.kind === 'unknown');
  const first = read[0];
  if (unknown.length !== 1 || first?.kind !== 'unknown') return read;
  const beside = read.some((row) => row.kind === 'benchmark' || row.kind === 'peer');
  if (read.length > 1 && !beside) return read;
  return read.map((row) => (row === first ? { ...row, kind: 'fund' as const, confidence: beside ? 0.8 : 0.6 } : row));
}

function unlabelled(rows: readonly ReturnRow[], names: OwnNames, legend: readonly LegendEntry[]): ReturnRow[] {
  if (legend.length === rows.length) {
    return rows.map((row, index) => {
      const entry = legend[index];
      return entry === undefined ? row : { ...row, ...readRow(entry.label, names), label: entry.label, confidence: 0.9 };
    });
  }
  // A single row under a heading of returns can only be the fund's.
  if (rows.length === 1) return rows.map((row) => ({ ...row, kind: 'fund' as const, confidence: 0.75 }));
  return rows.map((row) => ({ ...row, kind: 'unknown' as const }));
}
