/** Gives every text and shape of a checked deck its place. PNG and PPTX are drawn from the same places. */
import { BusinessValidationError } from '@baton/step-sdk';
import { assertChecked, type CheckedDeck } from '../../figures/check.ts';
import { describeFigure, figureKey } from '../../figures/figure.ts';
import { readFigures } from '../../figures/read-figures.ts';
import { shownFigures } from '../../figures/shown-figures.ts';
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

const placed = new WeakSet<LaidOutSlide>();

/**
 * @throws TypeError for a deck that did not come from `checkDeck`.
 * @throws BusinessValidationError when a text, as it will be drawn, shows a figure that the checked slide does not have.
 */
export function layoutDeck(deck: CheckedDeck): LaidOutSlide[] {
  assertChecked(deck);
  return deck.slides.map((slide) => {
    const laidOut: LaidOutSlide = {
      id: slide.id,
      background: slide.kind === 'title' || slide.kind === 'closing' ? COLORS.navy : COLORS.paper,
      blocks: blocksOf(slide, deck.title),
      notes: slide.notes.map(({ text }) => text),
    };
    assertDrawsOnlyChecked(laidOut, shownFigures(slide, deck));
    for (const block of laidOut.blocks) Object.freeze(block);
    Object.freeze(laidOut.blocks);
    placed.add(Object.freeze(laidOut));
    return laidOut;
  });
}

/** @throws TypeError for a slide that `layoutDeck` did not make from a checked deck. */
export function assertPlaced(slide: LaidOutSlide): void {
  if (!placed.has(slide)) throw new TypeError('Expected a slide from layoutDeck, but this one was made or changed elsewhere');
}

/** Fitting shortens texts, and layouts add words of their own: what is drawn is read once more. */
function assertDrawsOnlyChecked(slide: LaidOutSlide, known: ReadonlySet<string>): void {
  const stray = slide.blocks.flatMap(drawnTexts).flatMap((text) => readFigures(text).filter((figure) => !known.has(figureKey(figure))).map((figure) => ({ figure, text })));
  if (stray.length === 0) return;
  throw new BusinessValidationError(stray.map(({ figure, text }) => ({
    code: 'stray_figure', severity: 'error' as const, snippet: text.slice(0, 300),
    message: `Expected the slide "${slide.id}" to draw only checked figures, but it would draw ${describeFigure(figure)}.`,
    help: 'Nothing was published. This is a fault in how slides are laid out: report it with the run.',
  })));
}

/** The texts of a block as they will be drawn. */
export function drawnTexts(block: Block): string[] {
  switch (block.kind) {
    case 'rect': return [];
    case 'text': return [block.lines.join(' ')];
    case 'table': return [...block.header, ...block.rows.flatMap((row) => [row.name, ...row.values])];
    case 'chart': return block.chart.bars.map(({ label }) => label);
  }
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
