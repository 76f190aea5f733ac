/** Gives every text and shape of a checked deck its place. PNG and PPTX are drawn from the same places. */
import { assertChecked, type CheckedDeck } from '../../figures/check.ts';
import type { Slide, SlideText } from '../deck.ts';
import { COLORS } from '../theme.ts';
import type { Block, LaidOutSlide } from './block.ts';
import { chartPanel } from './chart-panel.ts';
import { closingBlocks } from './closing.ts';
import { figureCardBlocks } from './figure-card.ts';
import { CONTENT, frameBlocks } from './frame.ts';
import { riskBlocks } from './risk.ts';
import { strategyBlocks } from './strategy.ts';
import { titleBlocks } from './title.ts';

/** @throws TypeError for a deck that did not come from `checkDeck`. */
export function layoutDeck(deck: CheckedDeck): LaidOutSlide[] {
  assertChecked(deck);
  return deck.slides.map((slide) => ({
    id: slide.id,
    background: slide.kind === 'title' || slide.kind === 'closing' ? COLORS.navy : COLORS.paper,
    blocks: blocksOf(slide, deck.title),
    notes: slide.notes.map(({ text }) => text),
  }));
}

function blocksOf(slide: Slide, fundName: SlideText): Block[] {
  switch (slide.kind) {
    case 'title': return titleBlocks(slide);
    case 'performance': {
      const gap = 32;
      const cardWidth = slide.chart === null ? CONTENT.w : 540;
      const cardHeight = (CONTENT.h - gap * (slide.cards.length - 1)) / slide.cards.length;
      return [
        ...frameBlocks(slide, fundName),
        ...slide.cards.flatMap((card, index) => figureCardBlocks(card, { x: CONTENT.x, y: CONTENT.y + index * (cardHeight + gap), w: cardWidth, h: cardHeight })),
        ...(slide.chart === null ? [] : chartPanel(slide.chart, { ...CONTENT, x: CONTENT.x + cardWidth + gap, w: CONTENT.w - cardWidth - gap })),
      ];
    }
    case 'history': return [...frameBlocks(slide, fundName), ...chartPanel(slide.chart, CONTENT)];
    case 'risk': return [...frameBlocks(slide, fundName), ...riskBlocks(slide)];
    case 'strategy': return [...frameBlocks(slide, fundName), ...strategyBlocks(slide)];
    case 'closing': return closingBlocks(slide, fundName);
  }
}
