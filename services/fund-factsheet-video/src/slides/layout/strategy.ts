import type { StrategySlide } from '../deck.ts';
import { COLORS } from '../theme.ts';
import { splitSentences } from '../../script/strategy-excerpt.ts';
import { largestThat } from '../fit-text.ts';
import type { Block, Frame, TextBlock } from './block.ts';
import { CONTENT } from './frame.ts';
import { textBlock } from './text-block.ts';

export function strategyBlocks(slide: StrategySlide): Block[] {
  const factsHeight = slide.facts.length === 0 ? 0 : 150;
  const quote = { x: CONTENT.x + 56, y: CONTENT.y + 64, w: CONTENT.w - 96, h: CONTENT.h - 64 - factsHeight - 20 };
  const largest = quoteBlock(slide, quote);
  return [
    textBlock(slide.lead, { ...CONTENT, h: 44 }, { sizesPx: [30], color: COLORS.accent, weight: 600 }),
    { kind: 'rect', x: CONTENT.x, y: quote.y, w: 8, h: largest.h, fill: COLORS.accent, radius: 4 },
    largest,
    ...slide.facts.flatMap((fact): Block[] => [
      { kind: 'rect', x: CONTENT.x, y: CONTENT.y + CONTENT.h - factsHeight, w: CONTENT.w, h: 2, fill: COLORS.rule },
      textBlock(fact.label, { x: CONTENT.x, y: CONTENT.y + CONTENT.h - 120, w: CONTENT.w, h: 40 }, { sizesPx: [27], color: COLORS.muted }),
      textBlock(fact.value, { x: CONTENT.x, y: CONTENT.y + CONTENT.h - 78, w: CONTENT.w, h: 52 }, { sizesPx: [36, 32, 28], color: COLORS.ink, weight: 600, maxLines: 2, lineHeight: 1.2 }),
    ]),
  ];
}

const SIZES_PX = [50, 46, 42, 38, 35, 32];

/**
 * The largest type whose lines fit the height. A text too long for the smallest loses whole sentences from its end, with
 * a mark for them: half a sentence may say the opposite of the whole.
 */
function quoteBlock(slide: StrategySlide, frame: Frame): TextBlock {
  const blockOf = (text: string, sizePx: number) => textBlock({ ...slide.quote, text }, frame, {
    sizesPx: [sizePx], color: COLORS.ink, maxLines: Math.floor(frame.h / Math.round(sizePx * 1.45)), lineHeight: 1.45,
  });
  const isWhole = (block: TextBlock) => !block.lines.at(-1)?.endsWith('…');
  for (const sizePx of SIZES_PX) {
    const block = blockOf(slide.quote.text, sizePx);
    if (isWhole(block) || slide.quote.text.endsWith('…')) return block;
  }
  const smallest = SIZES_PX.at(-1) ?? 32;
  const sentences = splitSentences(slide.quote.text);
  const upTo = (count: number) => `${sentences.slice(0, count).join(' ').replace(/ \[…\]$/, '')} […]`;
  const count = largestThat((tried) => isWhole(blockOf(upTo(tried), smallest)), sentences.length - 1);
  return blockOf(count === 0 ? slide.quote.text : upTo(count), smallest);
}
