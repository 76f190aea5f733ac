/** Whether a column's figures are over the whole period or per year. */
import type { DocumentPage } from '../document-text.ts';
import type { PeriodHeading } from './headings.ts';
import type { Word } from '../text/page-text.ts';
import { wordsWithin } from './region.ts';
import type { Region } from './region.ts';
import type { Measure } from './return-row.ts';

const PER_YEAR = /^(?:annuali[sz]ed|annual|p\.?a\.?|annuali[sé]+e?s?|annualisiert|annualizzato|anualizad[oa])$/iu;
const WHOLE = /^(?:cumulative|cumulé|kumuliert|kumulativ|cumulat[ai]|acumulad[oa])$/iu;

export function measureOf(heading: PeriodHeading, page: DocumentPage, headerIndex: number, region: Region, above: string): Measure {
  if (['1m', '3m', '6m', '9m', 'ytd', '1y'].includes(heading.period)) return 'cumulative';
  if (heading.annualised) return 'annualised';
  // Group headings over the columns: the nearest one counts.
  const centre = (heading.x0 + heading.x1) / 2;
  const groups = page.lines.slice(Math.max(0, headerIndex - 2), headerIndex).flatMap((line) => wordsWithin(line, region))
    .flatMap((word): { word: Word; measure: 'annualised' | 'cumulative' }[] => (PER_YEAR.test(word.text) ? [{ word, measure: 'annualised' }] : WHOLE.test(word.text) ? [{ word, measure: 'cumulative' }] : []));
  if (new Set(groups.map((group) => group.measure)).size === 2) {
    return groups.reduce((best, group) => (away(group.word, centre) < away(best.word, centre) ? group : best)).measure;
  }
  const perYear = /annuali[sz]ed|\bp\.?\s?a\.?\b|annualisiert|per annum|annualisée/iu.test(above);
  const whole = /cumulative|kumuliert|cumulée?/iu.test(above);
  if (perYear === whole) return 'unstated';
  return perYear ? 'annualised' : 'cumulative';
}

function away(word: { readonly x0: number; readonly x1: number }, centre: number): number {
  return Math.abs((word.x0 + word.x1) / 2 - centre);
}
