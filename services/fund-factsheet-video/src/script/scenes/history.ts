import type { ReturnsSeries } from '../returns-series.ts';
import { required, type DraftScene } from '../draft.ts';
import { line, words } from '../line.ts';
import type { Publishable } from '../publishable.ts';
import { PAST_PERFORMANCE } from '../warnings.ts';

const SHOWN: Readonly<Record<ReturnsSeries['source'], string>> = {
  calendarYears: 'each full calendar year',
  monthlyHistory: 'each single month',
  periodReturns: 'each period',
};

/** A second chart. Its bars carry the figures; the voice only says what they are. */
export function historyScene(fund: Publishable, series: ReturnsSeries | undefined): DraftScene | null {
  if (series === undefined) return null;
  const comparison = series.hasBenchmark ? ', beside the benchmark' : '';
  return {
    id: 'history',
    heading: 'Performance history',
    sentences: [
      required(line`The chart shows the return of ${words(SHOWN[series.source])} that the ${words(fund.documentName)} reports${words(comparison)}.`, series.source),
      required(words(`Here too: ${PAST_PERFORMANCE.charAt(0).toLowerCase()}${PAST_PERFORMANCE.slice(1)}`)),
    ],
  };
}
