/** Cards and charts: the figures of the slides, each bound to where it stands in the extracted data. */
import type { PerformanceBasis } from '../extracted.ts';
import { canonicalNumber } from '../figures/figure.ts';
import { writtenDate } from '../script/line.ts';
import { periodWords } from '../script/period-words.ts';
import type { Publishable, PublishablePerformance } from '../script/publishable.ts';
import type { ReturnsSeries } from '../script/returns-series.ts';
import { undrawable } from './fonts/drawable.ts';
import type { Bar, BarChart, FigureCard, FigurePath, SlideText } from './deck.ts';

const BASIS: Readonly<Record<PerformanceBasis, string>> = {
  'share-price': 'Share price', nav: 'Net asset value', 'share-class': 'Share class', fund: 'Fund', strategy: 'Strategy',
};
const FEES = { net: ', after fees', gross: ', before fees', unstated: '' } as const;

/** A return as a card: period, figure, basis, and the benchmark's where it covers the same period. */
export function cardOf(performance: PublishablePerformance): FigureCard {
  const { field, value, periodEnd, basis, fees, benchmark } = performance;
  const period = field === 'monthlyPerformancePct' ? 'Month' : 'Year to date';
  const details: SlideText[] = [{ text: `${BASIS[basis]}${FEES[fees]}`, fields: [] }];
  if (benchmark !== undefined) details.push({ text: `Benchmark ${canonicalNumber(benchmark)}%`, fields: ['benchmark'] });
  return {
    label: { text: `${period} to ${writtenDate(periodEnd)}`, fields: [field] },
    figure: { text: `${canonicalNumber(value)}%`, fields: [field] },
    details,
    isNegative: value < 0,
  };
}

export function sharpeCard(fund: Publishable): FigureCard | null {
  if (fund.sharpe === null) return null;
  const period = periodWords(fund.sharpe.period)?.text ?? 'No period given';
  return {
    label: { text: 'Sharpe ratio', fields: [] },
    figure: { text: canonicalNumber(fund.sharpe.value), fields: ['sharpeRatio'] },
    details: [{ text: period.charAt(0).toUpperCase() + period.slice(1), fields: ['sharpeRatio'] }],
    isNegative: fund.sharpe.value < 0,
  };
}

/** Month and year to date as bars, where the document has no longer series. */
export function latestBars(fund: Publishable): BarChart | null {
  const bars = [fund.month, fund.yearToDate].filter((figure) => figure !== null).flatMap((figure) => {
    const category = figure.field === 'monthlyPerformancePct' ? 'Month' : 'Year to date';
    const own = bar(category, 'fund', figure.value, [figure.field]);
    return figure.benchmark === undefined ? [own] : [own, bar(category, 'benchmark', figure.benchmark, ['benchmark', figure.field])];
  });
  return bars.length === 0 ? null : chart('Returns', fund, bars);
}

export function barsOf(series: ReturnsSeries, fund: Publishable): BarChart {
  const bars = series.points.flatMap((point) => [
    ...(point.fund === null || point.fundIndex === null ? [] : [bar(point.category, 'fund', point.fund, [series.source, 'points', point.fundIndex])]),
    ...(point.benchmark === null || point.benchmarkIndex === null ? [] : [bar(point.category, 'benchmark', point.benchmark, [series.source, 'benchmark', point.benchmarkIndex])]),
  ]);
  return chart(series.title, fund, bars);
}

function bar(category: string, series: Bar['series'], value: number, path: FigurePath): Bar {
  return { category, series, value, label: `${canonicalNumber(value)}%`, path };
}

function chart(title: string, fund: Publishable, bars: readonly Bar[]): BarChart {
  const hasBenchmark = bars.some(({ series }) => series === 'benchmark');
  return {
    title: { text: title, fields: [] },
    fundName: { text: BASIS[(fund.month ?? fund.yearToDate)?.basis ?? 'fund'], fields: [] },
    benchmarkName: hasBenchmark ? (fund.benchmark === null || undrawable(fund.benchmark).length > 0 ? { text: 'Benchmark', fields: [] } : { text: `Benchmark: ${fund.benchmark}`, fields: ['benchmark'] }) : null,
    bars,
  };
}
