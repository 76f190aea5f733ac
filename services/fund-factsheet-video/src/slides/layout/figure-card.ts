import type { FigureCard } from '../deck.ts';
import { COLORS } from '../theme.ts';
import type { Block, Frame } from './block.ts';
import { panel } from './frame.ts';
import { textBlock } from './text-block.ts';

/** One figure, large, with its period above and its basis below. */
export function figureCardBlocks(card: FigureCard, frame: Frame): Block[] {
  const detailsHeight = card.details.length * 42;
  const height = 44 + 128 + 8 + detailsHeight;
  const top = frame.y + Math.round((frame.h - height) / 2);
  const inner = { x: frame.x + 46, w: frame.w - 76 };
  return [
    ...panel(frame, card.isNegative ? COLORS.negative : COLORS.fund),
    textBlock(card.label, { ...inner, y: top, h: 44 }, { sizesPx: [29, 26, 24], color: COLORS.muted, weight: 600 }),
    textBlock(card.figure, { ...inner, y: top + 44, h: 128 }, { sizesPx: [98, 84, 70, 56], color: card.isNegative ? COLORS.negative : COLORS.ink, weight: 700, vertical: 'middle', lineHeight: 1.2 }),
    ...card.details.map((detail, index) => textBlock(detail, { ...inner, y: top + 180 + index * 42, h: 40 }, { sizesPx: [28, 26, 24], color: COLORS.muted })),
  ];
}
