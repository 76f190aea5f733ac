/** Slides as PNG pictures of 1920 × 1080. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import satori, { type Font } from 'satori';
import { drawChart } from './draw-chart.ts';
import { FONT_FAMILIES, interFonts } from './fonts/inter.ts';
import type { Block, LaidOutSlide, TextBlock } from './layout/block.ts';
import { assertPlaced } from './layout/layout-deck.ts';
import { tableTexts } from './layout/table.ts';
import { SLIDE_HEIGHT_PX, SLIDE_WIDTH_PX } from './theme.ts';

/**
 * @throws TypeError for a slide that `layoutDeck` did not make from a checked deck.
 * @throws the signal's reason when it fires between two stages of the drawing.
 */
export async function renderPng(slide: LaidOutSlide, signal?: AbortSignal): Promise<Buffer> {
  assertPlaced(slide);
  const svg = await satori(slideElement(slide) as Parameters<typeof satori>[0], { width: SLIDE_WIDTH_PX, height: SLIDE_HEIGHT_PX, fonts: satoriFonts() });
  await pause(signal);
  const canvas = createCanvas(SLIDE_WIDTH_PX, SLIDE_HEIGHT_PX);
  const context = canvas.getContext('2d');
  context.drawImage(await loadImage(Buffer.from(svg)), 0, 0);
  for (const block of slide.blocks) {
    if (block.kind !== 'chart') continue;
    await pause(signal);
    context.drawImage(await loadImage(Buffer.from(await drawChart(block))), block.x, block.y, block.w, block.h);
  }
  await pause(signal);
  // Encoding runs on the thread pool, so heartbeats go on meanwhile.
  return canvas.encode('png');
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await nextTurn();
  signal?.throwIfAborted();
}

let fonts: Font[] | undefined;

/** The same array each time: satori parses fonts once per array. */
function satoriFonts(): Font[] {
  fonts ??= interFonts().files.map(({ name, weight, style, data }) => ({ name, weight, style, data }));
  return fonts;
}

interface Element { readonly type: 'div'; readonly props: { readonly style: Record<string, string | number>; readonly children?: Element[] | string } }

function slideElement(slide: LaidOutSlide): Element {
  return div({ display: 'flex', position: 'relative', width: SLIDE_WIDTH_PX, height: SLIDE_HEIGHT_PX, backgroundColor: slide.background, fontFamily: FONT_FAMILIES }, slide.blocks.flatMap(elementsOf));
}

function elementsOf(block: Block): Element[] {
  switch (block.kind) {
    case 'rect': return [div({
      position: 'absolute', left: block.x, top: block.y, width: block.w, height: block.h, backgroundColor: block.fill,
      ...(block.radius === undefined ? {} : { borderRadius: block.radius }),
      ...(block.outline === undefined ? {} : { border: `2px solid ${block.outline}` }),
    })];
    case 'text': return textElements(block);
    case 'table': return tableTexts(block).flatMap((part) => (part.kind === 'text' ? textElements(part) : elementsOf(part)));
    case 'chart': return [];
  }
}

const JUSTIFY = { left: 'flex-start', center: 'center', right: 'flex-end' } as const;

/** Every line is a box of its own: satori must not break lines that were measured. */
function textElements(block: TextBlock): Element[] {
  return block.lines.map((line, index) => div({
    display: 'flex', position: 'absolute', left: block.x, top: block.y + index * block.lineHeightPx, width: block.w, height: block.lineHeightPx,
    alignItems: 'center', justifyContent: JUSTIFY[block.align], whiteSpace: 'nowrap',
    fontSize: block.sizePx, fontWeight: block.weight, color: block.color, lineHeight: `${block.lineHeightPx}px`, letterSpacing: block.trackingPx,
  }, line));
}

function div(style: Record<string, string | number>, children?: Element[] | string): Element {
  return { type: 'div', props: children === undefined ? { style } : { style, children } };
}
