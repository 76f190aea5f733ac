import { filler, present, required, optional, type DraftScene } from '../draft.ts';
import { line, words } from '../line.ts';
import type { Publishable } from '../publishable.ts';
import { NOT_ADVICE, PAST_PERFORMANCE, READ_DOCUMENTS } from '../warnings.ts';

/** Warning and source. The date of the source is said at the opening and stands on the slide. */
export function closingScene(fund: Publishable): DraftScene {
  const source = words(fund.documentName);
  return {
    id: 'closing',
    heading: 'Important information',
    sentences: present(
      required(words(PAST_PERFORMANCE)),
      required(words(NOT_ADVICE)),
      optional(1, words(READ_DOCUMENTS)),
      required(line`Source: the fund's own ${source}.`),
      filler(4, words('Costs, taxes and exchange rates can lower what an investor receives.')),
      filler(8, words('Whether a fund suits an investor depends on their aims, on their time and on the losses that they can bear.')),
      filler(9, words('If anything in this summary and in the fund\'s own documents differs, the documents of the fund count.')),
    ),
  };
}
