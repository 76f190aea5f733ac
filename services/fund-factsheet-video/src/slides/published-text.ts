/** Everything that a film and its slides would show or say, for whoever compares it with a document. */
import type { Extracted } from '../extracted.ts';
import { checkDeck, checkScript } from '../figures/check.ts';
import { writeScript } from '../script/write-script.ts';
import { buildDeck } from './build-deck.ts';
import { drawnTexts, layoutDeck } from './layout/layout-deck.ts';

export interface Published {
  /** `script`, `spoken`, `caption`, `notes`, `slide` or `chart`, with scene and place: `caption performance 1`. */
  readonly where: string;
  readonly text: string;
}

/**
 * Texts as they are drawn (after shortening), spoken and shown as captions. Nothing is rendered.
 *
 * @throws BusinessValidationError when no film would be made.
 */
export function publishedText(extracted: Extracted): Published[] {
  const script = checkScript(writeScript(extracted), extracted);
  const slides = layoutDeck(checkDeck(buildDeck(script, extracted), extracted));
  return [
    { where: 'script title', text: script.title },
    ...script.scenes.flatMap((scene) => scene.sentences.flatMap((sentence, index) => [
      { where: `caption ${scene.id} ${index + 1}`, text: sentence.text },
      { where: `spoken ${scene.id} ${index + 1}`, text: sentence.spoken },
    ])),
    ...slides.flatMap((slide) => slide.blocks.flatMap((block) => drawnTexts(block).map((text, index) => ({
      where: block.kind === 'chart' ? `chart ${slide.id}, ${block.chart.bars[index]?.category}, ${block.chart.bars[index]?.series}` : `${block.kind === 'table' ? 'table' : 'slide'} ${slide.id}`,
      text,
    })))),
    ...slides.flatMap((slide) => slide.notes.map((text) => ({ where: `notes ${slide.id}`, text }))),
  ];
}
