import type { Fact, TitleSlide } from '../deck.ts';
import { COLORS, MARGIN_PX } from '../theme.ts';
import type { Block } from './block.ts';
import { INNER_WIDTH_PX } from './frame.ts';
import { textBlock } from './text-block.ts';

export function titleBlocks(slide: TitleSlide): Block[] {
  const name = textBlock(slide.heading, { x: MARGIN_PX, y: 214, w: 1600, h: 470 }, { sizesPx: [104, 92, 80, 68, 58, 50], color: COLORS.onNavy, weight: 700, maxLines: 4, lineHeight: 1.14, isBalanced: true });
  return [
    ...rings(),
    { kind: 'rect', x: 0, y: 0, w: 20, h: 1080, fill: COLORS.accentOnNavy },
    textBlock({ ...slide.eyebrow, text: slide.eyebrow.text.toUpperCase() }, { x: MARGIN_PX, y: 150, w: INNER_WIDTH_PX, h: 40 }, { sizesPx: [28], color: COLORS.accentOnNavy, weight: 600, trackingPx: 5 }),
    name,
    ...(slide.subheading === null ? [] : [textBlock(slide.subheading, { x: MARGIN_PX, y: name.y + name.h + 28, w: 1600, h: 60 }, { sizesPx: [40, 34, 30], color: COLORS.onNavyMuted })]),
    ...facts(slide.facts),
    ...slide.footnotes.map((footnote) => textBlock(footnote, { x: MARGIN_PX, y: 992, w: INNER_WIDTH_PX, h: 36 }, { sizesPx: [25, 22], color: COLORS.onNavyMuted })),
  ];
}

function facts(all: readonly Fact[]): Block[] {
  if (all.length === 0) return [];
  const width = Math.min(520, INNER_WIDTH_PX / all.length);
  return [
    { kind: 'rect', x: MARGIN_PX, y: 778, w: INNER_WIDTH_PX, h: 2, fill: COLORS.navyLine },
    ...all.flatMap((fact, index) => [
      textBlock(fact.label, { x: MARGIN_PX + index * width, y: 812, w: width - 40, h: 40 }, { sizesPx: [27], color: COLORS.onNavyMuted }),
      textBlock(fact.value, { x: MARGIN_PX + index * width, y: 856, w: width - 40, h: 56 }, { sizesPx: [40, 36, 32, 28], color: COLORS.onNavy, weight: 600 }),
    ]),
  ];
}

/** Plain rings: a picture that rises or falls would say something about returns. */
export function rings(): Block[] {
  return [520, 380, 240].map((radius) => ({ kind: 'rect', x: 1720 - radius, y: 170 - radius, w: 2 * radius, h: 2 * radius, fill: 'transparent', radius, outline: COLORS.navyLine }));
}
