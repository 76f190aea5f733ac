/**
 * Counts wrong figures in what would be published, by means that do not trust the extraction: every number that is
 * spoken, written or drawn must stand somewhere in the document's text (or be the step of a drawn scale), and every
 * figure for which the truth is known must be the truth.
 */
import type { Extracted, PerformanceBasis, PeriodKey } from '../extracted.ts';
import { readFigures } from '../figures/read-figures.ts';
import { datesIn } from '../extract/lexicon/dates.ts';
import { parseFigure } from '../extract/text/figures.ts';
import { publishedText } from '../slides/published-text.ts';
import { isRecord, same } from './judge-field.ts';
import type { ManifestEntry } from './manifest.ts';

export interface WrongFigure { readonly where: string; readonly figure: string }

/** @param documentText the text layer, as the PDF has it */
export function wrongPublishedFigures(extracted: Extracted, entry: ManifestEntry, documentText: string): WrongFigure[] {
  const numbers = numbersIn(documentText);
  const days = new Set([...datesIn(documentText), ...datesIn(documentText, { slashOrder: 'month-first' })].map((date) => date.iso));
  const strays = publishedText(extracted).flatMap(({ where, text }) => readFigures(text).filter((figure) => {
    if (figure.kind === 'date') return !days.has(figure.value);
    if (figure.kind === 'month') return ![...days].some((day) => day.startsWith(figure.value));
    if (figure.kind === 'identifier') return !documentText.replace(/\s/gu, '').includes(figure.value);
    if (figure.kind === 'scale') return false;
    const value = Math.abs(Number(figure.value));
    return !numbers.has(value) && !isScaleStep(extracted, value);
  }).map((figure) => ({ where, figure: figure.text })));
  return [...strays, ...againstTruth(extracted, entry)];
}

/** Steps of the risk scale stand in the film, and in the document perhaps only as a drawing. */
function isScaleStep(extracted: Extracted, value: number): boolean {
  const { riskLevel } = extracted;
  return riskLevel.value !== null && riskLevel.scale !== 'low-medium-high' && Number.isInteger(value) && value >= 1 && value <= (riskLevel.scale === '1-5' ? 5 : 7);
}

function numbersIn(text: string): Set<number> {
  const numbers = new Set<number>();
  for (const [token] of text.matchAll(/\d[\d.,’']*/gu)) {
    for (const decimal of ['.', ','] as const) {
      const figure = parseFigure(token.replace(/[.,’']+$/u, ''), decimal);
      if (figure !== undefined) numbers.add(Math.abs(figure.value));
    }
  }
  return numbers;
}

const TRUTH_KEYS: Readonly<Partial<Record<PeriodKey, readonly string[]>>> = {
  '1m': ['monthlyPerformancePct'], '3m': ['threeMonthPct'], '6m': ['sixMonthPct'], ytd: ['ytdPerformancePct'], '1y': ['oneYearPct'],
  '3y': ['threeYearAnnualisedPct', 'threeYearPct'], '5y': ['fiveYearAnnualisedPct', 'fiveYearPct'], '10y': ['tenYearAnnualisedPct'], launch: ['sinceLaunchAnnualisedPct', 'sinceInceptionPct'],
};
const KEYS: Readonly<Record<PerformanceBasis | 'benchmark', readonly string[]>> = {
  'share-price': ['sharePrice'], nav: ['nav'], 'share-class': ['class', 'nav', 'fund'], fund: ['fund', 'class', 'nav'], strategy: ['strategy', 'fund'], benchmark: ['benchmark'],
};

function againstTruth(extracted: Extracted, { groundTruth }: ManifestEntry): WrongFigure[] {
  const wrong: WrongFigure[] = [];
  const hold = (where: string, value: number, keys: readonly string[], whose: PerformanceBasis | 'benchmark'): void => {
    for (const key of keys) {
      const truth = groundTruth[key];
      const candidates = typeof truth === 'number' && whose !== 'benchmark' ? [truth] : isRecord(truth) ? KEYS[whose].map((name) => truth[name]).filter((entry) => typeof entry === 'number') : [];
      if (candidates.length > 0 && !candidates.some((candidate) => same(value, candidate))) wrong.push({ where, figure: String(value) });
    }
  };
  const { monthlyPerformancePct: month, ytdPerformancePct: year, periodReturns, benchmark, calendarYears } = extracted;
  if (month.value !== null) hold('monthlyPerformancePct', month.value, ['monthlyPerformancePct'], month.basis);
  if (year.value !== null) hold('ytdPerformancePct', year.value, ['ytdPerformancePct'], year.basis);
  for (const point of periodReturns?.points ?? []) hold(`periodReturns ${point.period}`, point.value, TRUTH_KEYS[point.period] ?? [], periodReturns?.basis ?? 'fund');
  for (const point of periodReturns?.benchmark ?? []) hold(`periodReturns benchmark ${point.period}`, point.value, TRUTH_KEYS[point.period] ?? [], 'benchmark');
  if (benchmark.value !== null) {
    if (benchmark.monthlyPerformancePct !== undefined) hold('benchmark month', benchmark.monthlyPerformancePct.value, ['monthlyPerformancePct'], 'benchmark');
    if (benchmark.ytdPerformancePct !== undefined) hold('benchmark year to date', benchmark.ytdPerformancePct.value, ['ytdPerformancePct'], 'benchmark');
  }
  const years = groundTruth['calendarYearPct'];
  for (const point of calendarYears?.points ?? []) {
    const truth = isRecord(years) ? years[String(point.year)] : undefined;
    if (typeof truth === 'number' && !same(point.value, truth)) wrong.push({ where: `calendarYears ${point.year}`, figure: String(point.value) });
  }
  return wrong;
}
