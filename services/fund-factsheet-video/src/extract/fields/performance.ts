/**
 * The fund's return of the last month and of the year to date, from every place that shows one: tables of periods,
 * lists, grids of months, sentences. Places that disagree leave the value open.
 */
import type { BenchmarkField, Extracted, FeeTreatment, PerformanceBasis, PerformanceField, PeriodKey, Provenance } from '../../extracted.ts';
import type { DocumentText } from '../document-text.ts';
import { readRow } from '../lexicon/rows.ts';
import type { OwnNames } from '../lexicon/rows.ts';
import type { MonthGrid } from '../tables/month-grid.ts';
import type { ReturnRow } from '../tables/return-row.ts';
import { missing } from './found.ts';
import type { ReturnSentence } from './return-sentences.ts';

type Key = 'monthlyPerformancePct' | 'ytdPerformancePct';
type Value = Exclude<PerformanceField, { value: null }>;

interface Reading { readonly value: Value; readonly rank: number }

export interface ReturnSources {
  readonly rows: readonly ReturnRow[];
  readonly grids: readonly MonthGrid[];
  readonly sentences: readonly ReturnSentence[];
}

/** Which row is the sheet's own, when it shows several: what a holder gets comes first. */
const BASIS_ORDER: readonly PerformanceBasis[] = ['share-class', 'share-price', 'fund', 'nav', 'strategy'];

export function performanceOf(document: DocumentText, sources: ReturnSources, asOf: string | null, names: OwnNames): Pick<Extracted, Key | 'otherBases'> {
  const month = readings('1m', document, sources, asOf, names);
  const year = readings('ytd', document, sources, asOf, names);
  const basis = BASIS_ORDER.find((candidate) => [...month, ...year].some(({ value }) => value.basis === candidate));
  const field = (all: readonly Reading[], wanted: PerformanceBasis | undefined, what: string): PerformanceField => choose(all.filter(({ value }) => value.basis === wanted), what, all.length);
  const others = BASIS_ORDER.filter((candidate) => candidate !== basis && [...month, ...year].some(({ value }) => value.basis === candidate));
  const otherBases = others.map((other) => {
    const [monthly, yearly] = [field(month, other, 'month'), field(year, other, 'year to date')];
    const label = monthly.value !== null ? monthly.rowLabel : yearly.value !== null ? yearly.rowLabel : null;
    return { basis: other, rowLabel: label, monthlyPerformancePct: monthly, ytdPerformancePct: yearly };
  }).filter((other) => other.monthlyPerformancePct.value !== null || other.ytdPerformancePct.value !== null);
  const swapped = (wanted: readonly Reading[], what: string): PerformanceField => {
    const own = field(wanted, basis, what);
    // The year's figure may be on another basis than the month's only when its own is not shown at all.
    return own.value === null && !wanted.some(({ value }) => value.basis === basis) ? field(wanted, BASIS_ORDER.find((candidate) => wanted.some(({ value }) => value.basis === candidate)), what) : own;
  };
  return {
    monthlyPerformancePct: swapped(month, 'last month'), ytdPerformancePct: swapped(year, 'year to date'),
    ...(otherBases.length === 0 ? {} : { otherBases }),
  };
}

function choose(all: readonly Reading[], what: string, found: number): PerformanceField {
  if (all.length === 0) {
    return missing(found === 0 ? `The document shows no return of the fund for the ${what}.` : `The document shows a return for the ${what}, but not whose it is.`);
  }
  const rank = Math.max(...all.map((reading) => reading.rank));
  const best = all.filter((reading) => reading.rank === rank);
  const first = best[0] as Reading;
  const rounded = (reading: Reading, other: Reading): boolean => Math.abs(reading.value.value - other.value.value) < 0.0051 || agreeRounded(reading.value.value, other.value.value);
  const against = best.find((reading) => !rounded(reading, first) && (reading.value.periodEnd === first.value.periodEnd) && reading.value.shareClass === first.value.shareClass);
  if (against !== undefined) {
    return missing(`The document shows different returns for the ${what} (${first.value.value} % on page ${first.value.page}, ${against.value.value} % on page ${against.value.page}) and does not say which is the fund's.`);
  }
  return first.value;
}

/** 1.2 and 1.23 are one figure at two precisions. */
function agreeRounded(a: number, b: number): boolean {
  const oneDigit = (value: number): boolean => Math.abs(value * 10 - Math.round(value * 10)) < 1e-9;
  return (oneDigit(a) || oneDigit(b)) && Math.abs(a - b) <= 0.0501;
}

function readings(period: '1m' | 'ytd', document: DocumentText, sources: ReturnSources, asOf: string | null, names: OwnNames): Reading[] {
  const found: Reading[] = [];
  const own = sources.rows.filter((row) => isOwn(row.kind) && row.confidence >= 0.5);
  const classes = new Set(own.filter((row) => row.kind === 'share-class').map((row) => row.label));
  own.forEach((row) => {
    const cell = row.cells.find((candidate) => candidate.period === period);
    if (cell === undefined) return;
    const periodEnd = row.periodEnd ?? asOf;
    let rank = 3 + (row.fees === 'gross' ? -1 : 0);
    if (asOf !== null && row.periodEnd !== null && row.periodEnd !== asOf) rank -= 0.5;
    // Of several classes the one the sheet is about; otherwise the first row, named with its class.
    if (row.kind === 'share-class' && classes.size > 1) rank += matchesClass(row.label, names) ? 1 : -0.2 - 0.05 * own.indexOf(row);
    const cellSource: Provenance = { page: cell.page, snippet: cell.snippet, box: cell.box, confidence: round(cell.confidence * row.confidence) };
    found.push({
      rank,
      value: {
        value: cell.value, ...cellSource, basis: row.kind as PerformanceBasis, fees: feesOf(row.fees, row.heading, document), rowLabel: row.label, columnLabel: cell.columnLabel, periodEnd,
        ...(row.kind === 'share-class' && classes.size > 1 && row.label !== null ? { shareClass: row.label } : {}),
      },
    });
  });
  for (const grid of ownGrids(sources.grids, names)) found.push(...fromGrid(grid, period, asOf, document));
  if (period === 'ytd') {
    for (const sentence of sources.sentences) {
      found.push({
        rank: 2,
        value: {
          value: sentence.value, page: sentence.page, snippet: sentence.snippet, box: sentence.box, confidence: 0.85, basis: sentence.basis, fees: sentence.fees, rowLabel: null, columnLabel: null,
          periodEnd: sentence.periodEnd, ...(sentence.shareClass === undefined ? {} : { shareClass: sentence.shareClass }),
        },
      });
    }
  }
  return found;
}

function fromGrid(grid: MonthGrid, period: '1m' | 'ytd', asOf: string | null, document: DocumentText): Reading[] {
  if (asOf === null) return [];
  const year = Number(asOf.slice(0, 4));
  const month = Number(asOf.slice(5, 7));
  const cell = period === '1m' ? grid.months.find((point) => point.year === year && point.month === month) : grid.years.find((point) => point.year === year);
  // A grid that goes on past the day of the sheet is not up to that day.
  if (cell === undefined || grid.months.some((point) => (point.year > year || (point.year === year && point.month > month)) && point.value !== 0)) return [];
  const { page, snippet, box, confidence, value, columnLabel } = cell;
  return [{ rank: 2.5, value: { value, page, snippet, box, confidence, basis: 'fund', fees: feesOf('unstated', grid.heading, document), rowLabel: grid.rowLabel, columnLabel, periodEnd: asOf } }];
}

/** The fund's grid, where there are grids of several. */
export function ownGrids(grids: readonly MonthGrid[], names: OwnNames): MonthGrid[] {
  const kinds = grids.map((grid) => ({ grid, kind: grid.rowLabel === null ? readRow(grid.heading.split(' / ').at(-2) ?? '', names).kind : readRow(grid.rowLabel, names).kind }));
  const own = kinds.filter(({ grid, kind }) => (grid.rowLabel === null ? kind !== 'benchmark' && kind !== 'peer' && kind !== 'other' : isOwn(kind)));
  return own.length === 1 ? own.map(({ grid }) => grid) : own.slice(0, 1).filter(() => own.every(({ grid }) => grid.rowLabel !== null)).map(({ grid }) => grid);
}

export function isOwn(kind: ReturnRow['kind']): kind is PerformanceBasis {
  return kind !== 'benchmark' && kind !== 'peer' && kind !== 'other' && kind !== 'unknown';
}

function matchesClass(label: string | null, names: OwnNames): boolean {
  if (label === null || names.shareClass === null) return false;
  const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return plain(names.shareClass).includes(plain(label)) || plain(label).includes(plain(names.shareClass));
}

const NET = /\bnet of (?:\w+ )?(?:fees|charges|expenses|costs)|\bnet (?:\w+ )?(?:returns?|performance)\b|after (?:fees|charges)|nach (?:abzug von )?kosten|nettowertentwicklung|net de frais|al netto/iu;
const GROSS = /\bgross of (?:\w+ )?(?:fees|charges)|\bgross (?:\w+ )?(?:returns?|performance)\b|\bbefore (?:fees|charges)\b|bruttowertentwicklung|brut de frais/iu;

const NET_OF_COSTS = /(?:returns?|performance|figures?|nav)[^.]{0,80}(?:\bnet of (?:\w+ )?(?:fees|charges|expenses|costs)|after (?:fees|charges))|net de frais|nach (?:abzug von )?kosten/iu;

/** Costs taken off or not: the row's label, the heading over the table, else what the document says of all its figures. */
export function feesOf(row: FeeTreatment, heading: string, document: DocumentText): FeeTreatment {
  if (row !== 'unstated') return row;
  // Lines of prose above a table, such as an objective "before charges", say nothing about its figures.
  const titles = heading.split(' / ').filter((line) => line.length <= 80 && !/[.;,]$/u.test(line) && !/\b(?:index|benchmark|msci|s&p|ftse)\b/iu.test(line) && /return|perform|rendite|wertentw|rendement|rendiment|rentab|avkast|%/iu.test(line)).join(' / ');
  if (NET.test(titles) !== GROSS.test(titles)) return NET.test(titles) ? 'net' : 'gross';
  // "Net Return" in the body is mostly the name of an index; only words about costs speak of the fund.
  const text = document.text.replace(/\s+/gu, ' ');
  if (NET_OF_COSTS.test(text) && !GROSS.test(text)) return 'net';
  return /including (?:actual )?ongoing charges|performance (?:is|data|figures?)[^.]{0,60}net of/iu.test(document.text) && !GROSS.test(document.text) ? 'net' : 'unstated';
}

/** The benchmark's own figures from the table that the fund's were read from. */
export function withBenchmarkReturns(benchmark: BenchmarkField, rows: readonly ReturnRow[], monthly: PerformanceField, ytd: PerformanceField, asOf: string | null): BenchmarkField {
  if (benchmark.value === null) return benchmark;
  const beside = (own: PerformanceField, period: PeriodKey): { value: number; periodEnd: string | null } & Provenance | undefined => {
    if (own.value === null) return undefined;
    const table = rows.find((row) => isOwn(row.kind) && row.cells.some((cell) => cell.page === own.page && cell.snippet === own.snippet && cell.value === own.value))?.table;
    const benchmarks = rows.filter((row) => row.table === table && row.kind === 'benchmark');
    const cell = benchmarks.length === 1 ? benchmarks[0]?.cells.find((candidate) => candidate.period === period) : undefined;
    if (cell === undefined) return undefined;
    return { value: cell.value, page: cell.page, snippet: cell.snippet, box: cell.box, confidence: cell.confidence, periodEnd: benchmarks[0]?.periodEnd ?? asOf };
  };
  const [month, year] = [beside(monthly, '1m'), beside(ytd, 'ytd')];
  return { ...benchmark, ...(month === undefined ? {} : { monthlyPerformancePct: month }), ...(year === undefined ? {} : { ytdPerformancePct: year }) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
