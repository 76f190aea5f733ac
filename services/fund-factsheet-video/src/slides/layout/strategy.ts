import type { StrategySlide } from '../deck.ts';
import { COLORS } from '../theme.ts';
import type { Block } from './block.ts';
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
      textBlock(fact.value, { x: CONTENT.x, y: CONTENT.y + CONTENT.h - 78, w: CONTENT.w, h: 52 }, { sizesPx: [36, 32, 28], color: COLORS.ink, weight: 600 }),
    ]),
  ];
}

/** A larger type holds fewer lines: the first size whose lines fit the height without shortening, else the smallest. */
function quoteBlock(slide: StrategySlide, frame: { x: number; y: number; w: number; h: number }) {
  const sizes = [50, 46, 42, 38, 35, 32];
  const fitted = sizes.map((size) => textBlock(slide.quote, frame, { sizesPx: [size], color: COLORS.ink, maxLines: Math.floor(frame.h / (size * 1.45)), lineHeight: 1.45 }));
  const whole = fitted.find((block) => !block.lines.at(-1)?.endsWith('…'));
  return whole ?? fitted.at(-1) ?? textBlock(slide.quote, frame, { sizesPx: [32], color: COLORS.ink });
}
