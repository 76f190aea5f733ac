/** Series for charts: single months, calendar years, and the whole row of periods. */
import type { CalendarYears, MonthlyHistory, PerformanceField, PeriodReturns } from '../../extracted.ts';
import type { DocumentText } from '../document-text.ts';
import type { OwnNames } from '../lexicon/rows.ts';
import type { MonthGrid } from '../tables/month-grid.ts';
import type { ReturnRow } from '../tables/return-row.ts';
import type { YearTable } from '../tables/year-table.ts';
import { feesOf, isOwn, ownGrids } from './performance.ts';

export function monthlyHistoryOf(grids: readonly MonthGrid[], names: OwnNames, asOf: string | null, document: DocumentText): MonthlyHistory | undefined {
  const [grid] = ownGrids(grids, names);
  if (grid === undefined || asOf === null) return undefined;
  // Zeros after the day of the sheet are places not yet filled.
  const points = grid.months.filter((point) => `${point.year}-${String(point.month).padStart(2, '0')}` <= asOf.slice(0, 7))
    .sort((a, b) => a.year * 12 + a.month - b.year * 12 - b.month)
    .map(({ year, month, value, page, snippet, box, confidence }) => ({ year, month, value, page, snippet, box, confidence }));
  if (points.length < 3) return undefined;
  return { basis: 'fund', fees: feesOf('unstated', grid.heading, document), rowLabel: grid.rowLabel, points };
}

export function calendarYearsOf(tables: readonly YearTable[], basis: string | null, document: DocumentText): CalendarYears | undefined {
  for (const table of tables) {
    const own = table.rows.filter((row) => isOwn(row.kind) && row.points.length > 0);
    const row = own.find((candidate) => candidate.kind === basis) ?? own[0];
    if (row === undefined || !isOwn(row.kind) || (own.length > 1 && own.filter((candidate) => candidate.kind === row.kind).length > 1)) continue;
    const benchmarks = table.rows.filter((candidate) => candidate.kind === 'benchmark' && candidate.points.length > 0);
    const byYear = (points: CalendarYears['points']): CalendarYears['points'] => [...points].sort((a, b) => a.year - b.year);
    return {
      basis: row.kind, fees: feesOf(row.fees, '', document), rowLabel: row.label, points: byYear([...row.points]),
      ...(benchmarks.length === 1 && benchmarks[0] !== undefined ? { benchmark: byYear([...benchmarks[0].points]) } : {}),
    };
  }
  return undefined;
}

/** The row of periods that the published figures come from; without those, the first own row that names a period of a year. */
export function periodReturnsOf(rows: readonly ReturnRow[], published: readonly PerformanceField[], asOf: string | null, document: DocumentText): PeriodReturns | undefined {
  const figure = published.find((candidate) => candidate.value !== null);
  const row = figure === undefined || figure.value === null
    ? rows.find((candidate) => isOwn(candidate.kind) && candidate.confidence >= 0.75 && candidate.cells.some((cell) => cell.period === '1y'))
    : rows.find((candidate) => isOwn(candidate.kind) && candidate.cells.some((cell) => cell.page === figure.page && cell.snippet === figure.snippet && cell.value === figure.value));
  if (row === undefined || !isOwn(row.kind)) return undefined;
  const benchmarks = rows.filter((candidate) => candidate.table === row.table && candidate.kind === 'benchmark');
  const points = (source: ReturnRow): PeriodReturns['points'] => source.cells.map((cell) => ({ ...cell, columnLabel: cell.columnLabel ?? cell.period }));
  return {
    basis: row.kind, fees: feesOf(row.fees, row.heading, document), rowLabel: row.label, periodEnd: row.periodEnd ?? asOf, points: points(row),
    ...(benchmarks.length === 1 && benchmarks[0] !== undefined && benchmarks[0].cells.length > 0 ? { benchmark: points(benchmarks[0]) } : {}),
  };
}
