import type { PerformanceBasis } from '../../extracted.ts';
import { filler, optional, present, required, type DraftScene, type DraftSentence } from '../draft.ts';
import { date, line, percent, words, type Line } from '../line.ts';
import type { Publishable, PublishablePerformance } from '../publishable.ts';
import { PAST_PERFORMANCE, SIMULATED } from '../warnings.ts';

const SUBJECTS: Readonly<Record<PerformanceBasis, string>> = {
  'share-price': "the fund's share price",
  nav: "the fund's net asset value",
  'share-class': 'the share class',
  fund: 'the fund',
  strategy: 'the strategy',
};
const FEES = { net: ', after fees', gross: ', before fees', unstated: '' } as const;

/** Month and year to date with basis, period and the benchmark beside them; null where neither is published. */
export function performanceScene(fund: Publishable): DraftScene | null {
  const { month, yearToDate } = fund;
  if (month === null && yearToDate === null) return null;
  const isNegative = [month, yearToDate].some((figure) => figure !== null && figure.value < 0);
  return {
    id: 'performance',
    heading: 'Performance',
    sentences: present(
      ...(month === null ? [] : returned(line`In the month to ${date(month.periodEnd)}`, month, false)),
      ...(yearToDate === null ? [] : returned(line`From the start of the year to ${date(yearToDate.periodEnd)}`, yearToDate, isSame(month, yearToDate))),
      fund.isSimulated && required(words(SIMULATED), 'simulatedPerformance'),
      required(words(PAST_PERFORMANCE)),
      yearToDate !== null && filler(6, words('Year to date counts from the start of the calendar year, so it covers a different length of time in every month.')),
      isNegative && filler(7, words('A minus means that the value went down over the period.')),
    ),
  };
}

function returned(period: Line, figure: PublishablePerformance, isSameAsMonth: boolean): DraftSentence[] {
  const subject = words(SUBJECTS[figure.basis]);
  const fees = words(FEES[figure.fees]);
  const own = isSameAsMonth
    ? line`${period}, the return was the same: ${percent(figure.value)}${fees}.`
    : line`${period}, ${subject} returned ${percent(figure.value)}${fees}.`;
  return present(
    required(own, figure.field),
    figure.benchmark !== undefined && optional(2, line`Over the same period, the benchmark returned ${percent(figure.benchmark)}.`, 'benchmark'),
  );
}

/** In January the month is the year to date; saying the figure twice without a word sounds like a mistake. */
function isSame(month: PublishablePerformance | null, yearToDate: PublishablePerformance): boolean {
  return month !== null && month.value === yearToDate.value && month.basis === yearToDate.basis && month.periodEnd === yearToDate.periodEnd;
}
