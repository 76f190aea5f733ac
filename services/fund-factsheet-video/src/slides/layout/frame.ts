/** What all inner slides share: head, foot and their free middle. */
import type { Slide, SlideText } from '../deck.ts';
import { COLORS, MARGIN_PX, SLIDE_WIDTH_PX } from '../theme.ts';
import type { Block, Frame } from './block.ts';
import { textBlock } from './text-block.ts';

export const INNER_WIDTH_PX = SLIDE_WIDTH_PX - 2 * MARGIN_PX;
/** Where a slide's own content goes. */
export const CONTENT: Frame = { x: MARGIN_PX, y: 236, w: INNER_WIDTH_PX, h: 700 };

export function frameBlocks(slide: Slide, fundName: SlideText): Block[] {
  return [
    textBlock(fundName, { x: MARGIN_PX, y: 60, w: INNER_WIDTH_PX, h: 36 }, { sizesPx: [26, 24], color: COLORS.muted, weight: 600 }),
    textBlock(slide.heading, { x: MARGIN_PX, y: 98, w: INNER_WIDTH_PX, h: 80 }, { sizesPx: [60, 52, 44], color: COLORS.ink, weight: 700 }),
    { kind: 'rect', x: MARGIN_PX, y: 190, w: 96, h: 6, fill: COLORS.accent, radius: 3 },
    { kind: 'rect', x: MARGIN_PX, y: 968, w: INNER_WIDTH_PX, h: 2, fill: COLORS.rule },
    ...slide.footnotes.map((footnote, index) => textBlock(footnote, { x: MARGIN_PX, y: 982 + index * 36, w: INNER_WIDTH_PX, h: 34 }, {
      sizesPx: [25, 22, 20], color: COLORS.muted, weight: index === 0 ? 400 : 600,
    })),
  ];
}

export function panel(frame: Frame, stripe?: string): Block[] {
  return [
    { kind: 'rect', ...frame, fill: COLORS.panel, radius: 14 },
    ...(stripe === undefined ? [] : [{ kind: 'rect' as const, x: frame.x, y: frame.y, w: 10, h: frame.h, fill: stripe, radius: 5 }]),
  ];
}
