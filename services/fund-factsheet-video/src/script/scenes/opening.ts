import { filler, optional, present, required, type DraftScene } from '../draft.ts';
import { date, line, quoted, words } from '../line.ts';
import type { Publishable } from '../publishable.ts';

/** Which fund, which share class, from what document and of what date. */
export function openingScene(fund: Publishable): DraftScene {
  const source = words(fund.documentName);
  return {
    id: 'opening',
    heading: fund.fundName,
    sentences: present(
      required(line`This is a summary of ${quoted(fund.fundName)}.`, 'fundName'),
      fund.shareClass !== null && optional(4, line`The share class is ${quoted(fund.shareClass)}.`, 'shareClass'),
      fund.asOf === null
        ? required(line`All figures come from the fund's own ${source}.`)
        : required(line`All figures come from the fund's own ${source} as of ${date(fund.asOf)}.`, 'asOf'),
      fund.benchmark !== null && optional(6, line`The benchmark is ${quoted(fund.benchmark)}.`, 'benchmark'),
      filler(5, line`The numbers are shown as the ${source} states them, without rounding and without estimates of our own.`),
    ),
  };
}
