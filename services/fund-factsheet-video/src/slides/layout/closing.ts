import type { ClosingSlide, SlideText } from '../deck.ts';
import { COLORS, MARGIN_PX } from '../theme.ts';
import type { Block } from './block.ts';
import { INNER_WIDTH_PX } from './frame.ts';
import { textBlock } from './text-block.ts';

export function closingBlocks(slide: ClosingSlide, fundName: SlideText): Block[] {
  const row = Math.min(132, Math.floor(600 / slide.statements.length));
  return [
    { kind: 'rect', x: 0, y: 0, w: 20, h: 1080, fill: COLORS.accentOnNavy },
    textBlock(fundName, { x: MARGIN_PX, y: 84, w: INNER_WIDTH_PX, h: 36 }, { sizesPx: [26, 24], color: COLORS.onNavyMuted, weight: 600 }),
    textBlock(slide.heading, { x: MARGIN_PX, y: 124, w: INNER_WIDTH_PX, h: 90 }, { sizesPx: [68, 58], color: COLORS.onNavy, weight: 700 }),
    { kind: 'rect', x: MARGIN_PX, y: 232, w: 96, h: 6, fill: COLORS.accentOnNavy, radius: 3 },
    ...slide.statements.flatMap((statement, index): Block[] => {
      const y = 300 + index * row;
      return [
        { kind: 'rect', x: MARGIN_PX, y: y + row / 2 - 8, w: 16, h: 16, fill: COLORS.accentOnNavy, radius: 4 },
        textBlock(statement, { x: MARGIN_PX + 52, y, w: INNER_WIDTH_PX - 52, h: row }, { sizesPx: row > 100 ? [40, 36, 32] : [34, 30, 26], color: COLORS.onNavy, weight: index === 0 ? 600 : 400, maxLines: 2, lineHeight: 1.3, vertical: 'middle', isBalanced: true }),
      ];
    }),
    ...slide.footnotes.map((footnote) => textBlock(footnote, { x: MARGIN_PX, y: 992, w: INNER_WIDTH_PX, h: 36 }, { sizesPx: [25, 22], color: COLORS.onNavyMuted })),
  ];
}
