/**
 * Chooses the series of returns that charts show.
 *
 * Invariants:
 * 1. A series has the basis of the performance figures beside it: share price and NAV are never mixed on one slide.
 * 2. Years and months on a chart follow each other without a gap.
 * 3. A table of periods whose own month or year to date differs from the figure published is not shown.
 */
import type { Extracted, PeriodKey } from '../extracted.ts';
import { MONTHS } from '../figures/words.ts';
import { publishable } from './publishable.ts';

export interface SeriesPoint {
  readonly category: string;
  readonly fund: number | null;
  readonly benchmark: number | null;
  /** Positions in the extracted series, by which the check finds the values again. */
  readonly fundIndex: number | null;
  readonly benchmarkIndex: number | null;
}

export interface ReturnsSeries {
  readonly source: 'periodReturns' | 'calendarYears' | 'monthlyHistory';
  readonly title: string;
  readonly points: readonly SeriesPoint[];
  readonly hasBenchmark: boolean;
}

/** More bars than this do not keep readable labels. */
const MOST_POINTS = 12;

/** The series that may be shown, the most telling first: at most two of them make slides. */
export function returnsSeries(extracted: Extracted): ReturnsSeries[] {
  return [periodReturns(extracted), calendarYears(extracted), monthlyHistory(extracted)].filter((series) => series !== null);
}

function basisAgrees(extracted: Extracted, basis: string, fees: string): boolean {
  const fund = publishable(extracted);
  const figures = [fund?.month, fund?.yearToDate].filter((figure) => figure !== null && figure !== undefined);
  return figures.every((figure) => figure.basis === basis && (figure.fees === fees || fees === 'unstated'));
}

function periodReturns(extracted: Extracted): ReturnsSeries | null {
  const table = extracted.periodReturns;
  if (table === undefined || table.periodEnd === null || !basisAgrees(extracted, table.basis, table.fees)) return null;
  const fund = publishable(extracted);
  const published: Partial<Record<PeriodKey, number | undefined>> = { '1m': fund?.month?.value, ytd: fund?.yearToDate?.value };
  const differs = table.points.some(({ period, value }) => published[period] !== undefined && published[period] !== value);
  if (differs || [fund?.month, fund?.yearToDate].some((figure) => figure && figure.periodEnd !== table.periodEnd)) return null;
  const points = table.points.slice(0, MOST_POINTS).map((point, index): SeriesPoint => {
    const benchmarkIndex = table.benchmark?.findIndex((other) => other.period === point.period && other.measure === point.measure) ?? -1;
    return {
      category: periodLabel(point.period) + (point.measure === 'annualised' ? ' p.a.' : ''),
      fund: point.value, fundIndex: index,
      benchmark: table.benchmark?.[benchmarkIndex]?.value ?? null, benchmarkIndex: benchmarkIndex < 0 ? null : benchmarkIndex,
    };
  });
  return enough('periodReturns', 'Returns by period', points, 3);
}

function calendarYears(extracted: Extracted): ReturnsSeries | null {
  const table = extracted.calendarYears;
  if (table === undefined || !basisAgrees(extracted, table.basis, table.fees)) return null;
  const points = table.points.map((point, index): SeriesPoint => {
    const benchmarkIndex = table.benchmark?.findIndex((other) => other.year === point.year) ?? -1;
    return {
      category: String(point.year), fund: point.value, fundIndex: index,
      benchmark: table.benchmark?.[benchmarkIndex]?.value ?? null, benchmarkIndex: benchmarkIndex < 0 ? null : benchmarkIndex,
    };
  });
  const unbroken = unbrokenFrom(table.points.map(({ year }) => year));
  return enough('calendarYears', 'Calendar year returns', points.slice(unbroken).slice(-MOST_POINTS), 2);
}

function monthlyHistory(extracted: Extracted): ReturnsSeries | null {
  const table = extracted.monthlyHistory;
  if (table === undefined || !basisAgrees(extracted, table.basis, table.fees)) return null;
  const points = table.points.map((point, index): SeriesPoint => ({
    category: `${MONTHS[point.month - 1]?.slice(0, 3)} ${point.year}`, fund: point.value, fundIndex: index, benchmark: null, benchmarkIndex: null,
  }));
  const unbroken = unbrokenFrom(table.points.map(({ year, month }) => year * 12 + month));
  return enough('monthlyHistory', 'Monthly returns', points.slice(unbroken).slice(-MOST_POINTS), 3);
}

/** Where the last run without a gap begins: bars side by side say that nothing lies between them. */
function unbrokenFrom(times: readonly number[]): number {
  let start = times.length - 1;
  while (start > 0 && times[start - 1] === (times[start] ?? 0) - 1) start -= 1;
  return Math.max(start, 0);
}

function enough(source: ReturnsSeries['source'], title: string, points: readonly SeriesPoint[], least: number): ReturnsSeries | null {
  return points.length < least ? null : { source, title, points, hasBenchmark: points.some((point) => point.benchmark !== null) };
}

/** `Month`, `Year to date`, `3 months`, `5 years`, `Since launch`. */
export function periodLabel(period: PeriodKey): string {
  if (period === '1m') return 'Month';
  if (period === 'ytd') return 'Year to date';
  if (period === 'launch') return 'Since launch';
  const count = Number(period.slice(0, -1));
  return `${count} ${period.endsWith('m') ? 'month' : 'year'}${count === 1 ? '' : 's'}`;
}
