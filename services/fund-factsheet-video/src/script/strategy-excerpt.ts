/**
 * Chooses sentences of the document's own strategy text. Whole sentences, in their order, never reworded.
 *
 * Invariants:
 * 1. Each sentence stands in the extracted value as it is quoted.
 * 2. A sentence with a figure that the extraction's snippet does not carry, or that no voice could say, is left out.
 */
import { figureKey } from '../figures/figure.ts';
import { knownFigures } from '../figures/known-figures.ts';
import { readFigures } from '../figures/read-figures.ts';
import { isFound, type Extracted } from '../extracted.ts';
import { cleanText } from './clean-text.ts';
import { isSayable, speak } from './speech/speak.ts';

/** In characters. A longer sentence tires the ear, and as one caption it hides the slide. */
export const LONGEST_SPOKEN_SENTENCE = 400;
/** In characters, with numbers in words. Film studios take at most 600 for one sentence. */
const LONGEST_SPOKEN_FORM = 500;

const ABBREVIATED = /(?:\b(?:e\.g|i\.e|p\.a|approx|incl|excl|vs|etc|No|Nos|Inc|Ltd|Co|Corp|St|Mr|Mrs|Ms|Dr|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|\b\p{Lu}|\b(?:\p{L}\.)+\p{L})\.$/u;

/** The sentences of a text; a full stop after an abbreviation or an initial ends none. */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  let from = 0;
  for (const match of text.matchAll(/[.!?]["'”’)\]]*(?=\s+["'“‘(]?[\p{Lu}\d])/gu)) {
    const end = match.index + match[0].length;
    const sentence = text.slice(from, end).trim();
    if (ABBREVIATED.test(sentence)) continue;
    sentences.push(sentence);
    from = end;
  }
  const last = text.slice(from).trim();
  return last === '' ? sentences : [...sentences, last];
}

/** Every sentence of the strategy that may be shown, in order. */
export function strategySentences(extracted: Extracted): string[] {
  if (!isFound(extracted.strategy)) return [];
  const known = knownFigures(extracted, 'strategy');
  return splitSentences(cleanText(extracted.strategy.value))
    .filter((sentence) => /\p{L}{2}/u.test(sentence))
    .filter((sentence) => readFigures(sentence).every((figure) => known.has(figureKey(figure))));
}

/**
 * Those a voice can say: in the narration's language, of at most so many characters, with every figure in words. None at
 * all when the first of them is too long: what follows an objective that was left out would pass for it.
 */
export function spokenStrategySentences(extracted: Extracted, longest: number): string[] {
  const language = extracted.document.language;
  if (language !== null && !language.toLowerCase().startsWith('en')) return [];
  const isShort = (sentence: string) => sentence.length <= longest && speak(sentence).length <= LONGEST_SPOKEN_FORM;
  const [first, ...more] = strategySentences(extracted).filter(isSayable);
  return first === undefined || !isShort(first) ? [] : [first, ...more.filter(isShort)];
}

/** The sentences that may be shown as one quotation; a mark stands where sentences between them were left out. */
export function strategyQuote(extracted: Extracted, mayShow: (sentence: string) => boolean = () => true): string {
  const whole = isFound(extracted.strategy) ? cleanText(extracted.strategy.value) : '';
  return strategySentences(extracted).filter(mayShow).reduce((quote, sentence) => {
    if (quote === '') return sentence;
    const last = quote.split(' […] ').at(-1) ?? '';
    return whole.includes(`${last} ${sentence}`) ? `${quote} ${sentence}` : `${quote} […] ${sentence}`;
  }, '');
}
