/** Which figures each field of the extracted data allows to be published. */
import { isFound, type Extracted, type FieldName, type PeriodKey } from '../extracted.ts';
import { cleanText } from '../script/clean-text.ts';
import { canonicalNumber, figureKey, type FigureKind } from './figure.ts';
import { readFigures } from './read-figures.ts';

/** What a published text may name as its source: a field, or a series behind a chart. */
export const SOURCE_FIELDS = [
  'fundName', 'isin', 'shareClass', 'asOf', 'currency', 'monthlyPerformancePct', 'ytdPerformancePct', 'sharpeRatio',
  'strategy', 'riskLevel', 'benchmark', 'monthlyHistory', 'calendarYears', 'periodReturns', 'simulatedPerformance',
] as const satisfies readonly (FieldName | keyof Extracted | keyof Extracted['disclosures'])[];
export type SourceField = (typeof SOURCE_FIELDS)[number];

export function isSourceField(name: string): name is SourceField {
  return (SOURCE_FIELDS as readonly string[]).includes(name);
}

/**
 * The figures (as keys, see `figureKey`) that the document backs when a text names this field as its source. Empty for
 * a field that was not found.
 */
export function knownFigures(extracted: Extracted, field: SourceField): ReadonlySet<string> {
  switch (field) {
    case 'fundName': case 'isin': case 'shareClass': case 'currency':
      return inText(extracted[field].value);
    case 'strategy': {
      // The value may have been put together over several lines; only what the quoted snippet shows is backed.
      if (!isFound(extracted.strategy)) return new Set();
      const shown = inText(extracted.strategy.snippet);
      return new Set([...inText(extracted.strategy.value)].filter((key) => shown.has(key)));
    }
    case 'asOf':
      return dates(extracted.asOf.value);
    case 'monthlyPerformancePct': case 'ytdPerformancePct': {
      const found = extracted[field];
      return isFound(found) ? union([key('percent', found.value)], dates(found.periodEnd)) : new Set();
    }
    case 'sharpeRatio':
      return isFound(extracted.sharpeRatio)
        ? union([key('number', extracted.sharpeRatio.value)], periodFigures(extracted.sharpeRatio.period))
        : new Set();
    case 'riskLevel': {
      if (!isFound(extracted.riskLevel)) return new Set();
      const { value, scale } = extracted.riskLevel;
      return union(typeof value === 'number' ? [key('number', value)] : inText(value), scale === 'low-medium-high' ? [] : [`scale:${scale}`]);
    }
    case 'benchmark': {
      if (!isFound(extracted.benchmark)) return new Set();
      const own = [extracted.benchmark.monthlyPerformancePct, extracted.benchmark.ytdPerformancePct];
      return union(inText(extracted.benchmark.value), ...own.map((figure) => figure === undefined ? [] : union([key('percent', figure.value)], dates(figure.periodEnd))));
    }
    case 'periodReturns':
      return dates(extracted.periodReturns?.periodEnd ?? null);
    // Their values are drawn as bars, each bound to its own point; no sentence may pick one.
    case 'monthlyHistory': case 'calendarYears': case 'simulatedPerformance':
      return new Set();
  }
}

/** The figures in the name of a period: `3y` allows `3`. */
export function periodFigures(period: PeriodKey | string): ReadonlySet<string> {
  const count = /^(\d+)[my]$/.exec(period)?.[1];
  return count === undefined ? inText(period) : new Set([key('number', Number(count))]);
}

function inText(text: string | null): ReadonlySet<string> {
  return new Set(text === null ? [] : readFigures(cleanText(text)).map(figureKey));
}

function dates(isoDate: string | null): ReadonlySet<string> {
  return new Set(isoDate === null ? [] : [`date:${isoDate}`, `month:${isoDate.slice(0, 7)}`]);
}

function key(kind: FigureKind, value: number): string {
  return figureKey({ kind, value: canonicalNumber(value) });
}

function union(...sets: Iterable<string>[]): ReadonlySet<string> {
  return new Set(sets.flatMap((set) => [...set]));
}
