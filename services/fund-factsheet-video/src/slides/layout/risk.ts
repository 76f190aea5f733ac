import type { RiskDrawing, RiskSlide } from '../deck.ts';
import { COLORS } from '../theme.ts';
import type { Block, Frame } from './block.ts';
import { fitText } from '../fit-text.ts';
import { figureCardBlocks } from './figure-card.ts';
import { CONTENT, panel } from './frame.ts';
import { textBlock } from './text-block.ts';

const GAP_PX = 36;

export function riskBlocks(slide: RiskSlide): Block[] {
  const upper = { ...CONTENT, h: 440 };
  const cardWidth = 560;
  const left = slide.sharpe === null ? upper : { ...upper, w: upper.w - cardWidth - GAP_PX };
  const lower = { ...CONTENT, y: upper.y + upper.h + GAP_PX, h: CONTENT.h - upper.h - GAP_PX };
  const hasLevel = slide.riskLevel !== null;
  if (!hasLevel && slide.sharpe === null) return statementBlocks(slide, CONTENT);
  if (!hasLevel && slide.sharpe !== null) {
    const beside = { ...CONTENT, h: 560 };
    return [...figureCardBlocks(slide.sharpe, { ...beside, w: cardWidth }), ...statementBlocks(slide, { ...beside, x: beside.x + cardWidth + GAP_PX, w: beside.w - cardWidth - GAP_PX })];
  }
  return [
    ...levelBlocks(slide, left),
    ...(slide.sharpe === null ? [] : figureCardBlocks(slide.sharpe, { ...upper, x: upper.x + upper.w - cardWidth, w: cardWidth })),
    ...statementBlocks(slide, lower),
  ];
}

function levelBlocks(slide: RiskSlide, frame: Frame): Block[] {
  const inner = { x: frame.x + 46, w: frame.w - 92 };
  const { drawing } = slide;
  return [
    ...panel(frame),
    textBlock(slide.riskLabel, { ...inner, y: frame.y + 34, h: 44 }, { sizesPx: [32, 28], color: COLORS.muted, weight: 600 }),
    ...(drawing === null
      ? [textBlock(slide.riskLevel ?? '', { ...inner, y: frame.y + 110, h: 250 }, { sizesPx: [98, 80, 64, 48], color: COLORS.ink, weight: 700, maxLines: 2, lineHeight: 1.2, vertical: 'middle' })]
      : scaleBlocks(drawing, { ...inner, y: frame.y + 138, h: 270 })),
  ];
}

/** The scale of the document as a row of steps, the fund's own raised and filled. */
function scaleBlocks(drawing: RiskDrawing, frame: Frame): Block[] {
  const gap = 12;
  const width = (frame.w - gap * (drawing.steps.length - 1)) / drawing.steps.length;
  const isWords = drawing.steps.some((step) => step.length > 1);
  // One size for all words of the scale: a smaller word looks like a smaller risk.
  const wordSize = [34, 30, 27, 24, 22, 20, 18].find((sizePx) => drawing.steps.every((step) => !fitText(step, { widthPx: width - 12, maxLines: 2, sizesPx: [sizePx], weight: 700 }).isShortened)) ?? 18;
  const steps = drawing.steps.flatMap((step, index): Block[] => {
    const isActive = index === drawing.active;
    const raise = isActive ? 14 : 0;
    const box = { x: Math.round(frame.x + index * (width + gap)), y: frame.y + 16 - raise, w: Math.round(width), h: 128 + 2 * raise };
    return [
      { kind: 'rect', ...box, fill: isActive ? COLORS.fund : COLORS.paper, radius: 12, outline: isActive ? COLORS.fund : COLORS.benchmark },
      textBlock(step, { ...box, x: box.x + 6, w: box.w - 12 }, {
        sizesPx: isWords ? [wordSize] : [isActive ? 64 : 44], color: isActive ? COLORS.paper : COLORS.muted, weight: isActive ? 700 : 400, align: 'center', maxLines: isWords ? 2 : 1, lineHeight: 1.2, vertical: 'middle',
      }),
    ];
  });
  const ends = { y: frame.y + 206, h: 40 };
  return [
    ...steps,
    { kind: 'rect', x: frame.x, y: frame.y + 188, w: frame.w, h: 3, fill: COLORS.benchmark },
    textBlock('Lower risk', { x: frame.x, w: frame.w / 2, ...ends }, { sizesPx: [28], color: COLORS.muted }),
    textBlock('Higher risk', { x: frame.x + frame.w / 2, w: frame.w / 2, ...ends }, { sizesPx: [28], color: COLORS.muted, align: 'right' }),
  ];
}

function statementBlocks(slide: RiskSlide, frame: Frame): Block[] {
  const height = frame.h / slide.explanations.length;
  return slide.explanations.flatMap((explanation, index): Block[] => {
    const y = Math.round(frame.y + index * height);
    return [
      { kind: 'rect', x: frame.x, y: y + 12, w: 8, h: Math.round(height) - 24, fill: COLORS.accent, radius: 4 },
      textBlock(explanation, { x: frame.x + 40, y, w: frame.w - 80, h: height }, { sizesPx: [34, 31, 28], color: COLORS.ink, maxLines: 3, lineHeight: 1.35, vertical: 'middle', isBalanced: true }),
    ];
  });
}
