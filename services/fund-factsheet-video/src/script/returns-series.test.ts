import { describe, expect, it } from '@jest/globals';
import type { Extracted } from '../extracted.ts';
import { sampleExtracted } from '../../fixtures/sample-extracted.ts';
import { returnsSeries } from './returns-series.ts';

const at = { page: 1, snippet: 'x', box: [0, 0, 1, 1] as [number, number, number, number], confidence: 0.9 };
const own = { basis: 'share-class', fees: 'net', rowLabel: null } as const;

function periods(change: Partial<NonNullable<Extracted['periodReturns']>> = {}): NonNullable<Extracted['periodReturns']> {
  const point = (period: '1m' | '3m' | 'ytd' | '3y', value: number, measure: 'cumulative' | 'annualised' = 'cumulative') => ({ ...at, period, value, measure, columnLabel: period });
  return { ...own, periodEnd: '2025-10-31', points: [point('1m', -3.41), point('3m', 1.5), point('ytd', 7.9), point('3y', 4.2, 'annualised')], benchmark: [point('3m', 2.5), point('3y', 3.1, 'cumulative')], ...change };
}

describe('returnsSeries', () => {
  it('puts the benchmark beside the fund where period and measure are the same', () => {
    const [series] = returnsSeries(sampleExtracted({ periodReturns: periods() }));
    expect(series?.points.map(({ category, fund, benchmark }) => [category, fund, benchmark])).toEqual([['Month', -3.41, null], ['3 months', 1.5, 2.5], ['Year to date', 7.9, null], ['3 years p.a.', 4.2, null]]);
  });

  it.each<[string, Partial<NonNullable<Extracted['periodReturns']>>]>([
    ['on another basis than the figures beside it', { basis: 'nav' }],
    ['to another day', { periodEnd: '2025-09-30' }],
    ['without a day', { periodEnd: null }],
    ['whose own month differs from the published one', { points: periods().points.map((point) => (point.period === '1m' ? { ...point, value: 3.41 } : point)) }],
  ])('shows no table of periods %s', (_why, change) => {
    expect(returnsSeries(sampleExtracted({ periodReturns: periods(change) }))).toEqual([]);
  });

  it('shows only the months since the last gap', () => {
    const months = [[2024, 9], [2024, 10], [2024, 12], [2025, 1], [2025, 2]] as const;
    const [series] = returnsSeries(sampleExtracted({ monthlyHistory: { ...own, points: months.map(([year, month], index) => ({ ...at, year, month, value: index })) } }));
    expect(series?.points.map(({ category, fundIndex }) => [category, fundIndex])).toEqual([['Dec 2024', 2], ['Jan 2025', 3], ['Feb 2025', 4]]);
  });

  it('shows only the years since the last gap', () => {
    const [series] = returnsSeries(sampleExtracted({ calendarYears: { ...own, points: [2019, 2021, 2022].map((year) => ({ ...at, year, value: 1 })) } }));
    expect(series?.points.map(({ category }) => category)).toEqual(['2021', '2022']);
  });
});
