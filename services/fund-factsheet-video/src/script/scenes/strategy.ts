import type { Extracted } from '../../extracted.ts';
import { optional, required, type DraftScene } from '../draft.ts';
import { line, quoted, words } from '../line.ts';
import type { Publishable } from '../publishable.ts';
import { spokenStrategySentences, strategySentences } from '../strategy-excerpt.ts';

/** The strategy in the document's own sentences, none longer than `longest` characters; null where there is none to show. */
export function strategyScene(fund: Publishable, extracted: Extracted, longest: number): DraftScene | null {
  if (strategySentences(extracted).length === 0) return null;
  const [first, ...more] = spokenStrategySentences(extracted, longest);
  const source = words(fund.documentName);
  const heading = 'Strategy';
  if (first === undefined) {
    return { id: 'strategy', heading, sentences: [required(line`The slide shows how the ${source} describes the strategy, in its own words.`, 'strategy')] };
  }
  return {
    id: 'strategy',
    heading,
    sentences: [
      required(line`In the words of the ${source}:`, 'strategy'),
      required(quoted(first), 'strategy'),
      ...more.map((sentence, index) => optional(10 + index, quoted(sentence), 'strategy')),
    ],
  };
}
