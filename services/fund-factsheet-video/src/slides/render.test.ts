import { beforeAll, describe, expect, it } from '@jest/globals';
import { createCanvas, loadImage, type Canvas } from '@napi-rs/canvas';
import fc from 'fast-check';
import type { Extracted } from '../extracted.ts';
import { assertChecked, checkDeck, checkScript, type CheckedDeck } from '../figures/check.ts';
import { anyExtracted, sampleExtracted } from '../../fixtures/sample-extracted.ts';
import { writeScript } from '../script/write-script.ts';
import { buildDeck } from './build-deck.ts';
import { drawChart } from './draw-chart.ts';
import { measure } from './fonts/measure.ts';
import type { ChartBlock, LaidOutSlide, TextBlock } from './layout/block.ts';
import { layoutDeck } from './layout/layout-deck.ts';
import { tableTexts } from './layout/table.ts';
import { assertPptxShowsOnly, pptxTexts } from './pptx-parts.ts';
import { renderPng } from './render-png.ts';
import { renderPptx } from './render-pptx.ts';

function deckOf(extracted: Extracted): CheckedDeck {
  return checkDeck(buildDeck(checkScript(writeScript(extracted), extracted), extracted), extracted);
}

async function pixelsOf(png: Buffer): Promise<Canvas> {
  const image = await loadImage(png);
  const canvas = createCanvas(image.width, image.height);
  canvas.getContext('2d').drawImage(image, 0, 0);
  return canvas;
}

/** Share of pixels in a frame that are nearer to the colour than to anything else on the slide. */
function inkIn(canvas: Canvas, frame: { x: number; y: number; w: number; h: number }, color: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16));
  const { data } = canvas.getContext('2d').getImageData(Math.round(frame.x), Math.round(frame.y), Math.round(frame.w), Math.round(frame.h));
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (Math.abs((data[at] ?? 0) - (red ?? 0)) + Math.abs((data[at + 1] ?? 0) - (green ?? 0)) + Math.abs((data[at + 2] ?? 0) - (blue ?? 0)) < 40) count += 1;
  }
  return count;
}

const sample = sampleExtracted();
const withMonths = sampleExtracted({
  benchmark: { value: null, reason: 'none' },
  monthlyHistory: { basis: 'share-class', fees: 'net', rowLabel: null, points: [2.46, -5.2, 0, -3.41].map((value, index) => ({ page: 1, snippet: String(value), box: [0, 0, 1, 1], confidence: 0.9, year: 2025, month: index + 7, value })) },
});

describe('layoutDeck', () => {
  it('refuses a deck that was not checked', () => {
    expect(() => layoutDeck(structuredClone(deckOf(sample)))).toThrow(/never checked/);
  });

  it('keeps every text inside its box and every box on the slide, for any fund', () => {
    fc.assert(fc.property(anyExtracted(), (extracted) => {
      for (const slide of layoutDeck(deckOf(extracted))) {
        for (const block of slide.blocks.flatMap((one) => (one.kind === 'table' ? tableTexts(one) : [one]))) {
          if (block.kind !== 'text') continue;
          expect([block.x >= 0, block.x + block.w <= 1920, block.y >= 0, block.y + block.h <= 1080]).toEqual([true, true, true, true]);
          for (const line of block.lines) expect(measure(line, block)).toBeLessThanOrEqual(block.w);
        }
      }
    }), { numRuns: 25 });
  });

  it('shows source and past-performance warning on every slide with a return', () => {
    for (const slide of layoutDeck(deckOf(sample)).filter(({ id }) => id === 'performance' || id === 'risk')) {
      const texts = slide.blocks.flatMap((block) => (block.kind === 'text' ? block.lines.join(' ') : []));
      expect(texts).toEqual(expect.arrayContaining(['Source: the fund’s factsheet as of 31 October 2025.', 'Past performance is not a reliable indicator of future results.']));
    }
  });
});

describe('renderPng', () => {
  let slides: LaidOutSlide[];
  beforeAll(() => { slides = layoutDeck(deckOf(withMonths)); });

  it('draws 1920 × 1080 with ink in every text box, also where the text is Latin extended', async () => {
    const exotic = sampleExtracted({ fundName: { ...(sample.fundName as { page: number; snippet: string; box: [number, number, number, number]; confidence: number }), value: 'Ağaç Łódź Ωμέγα Фонд' } });
    for (const slide of [...slides, ...layoutDeck(deckOf(exotic)).slice(0, 1)]) {
      const canvas = await pixelsOf(await renderPng(slide));
      expect([canvas.width, canvas.height]).toEqual([1920, 1080]);
      for (const block of slide.blocks) {
        if (block.kind === 'text') expect({ text: block.lines.join(' '), hasInk: inkIn(canvas, block, block.color) > 20 }).toMatchObject({ hasInk: true });
      }
    }
  });

  it('draws every line as wide as it was measured', async () => {
    const slide = slides.find(({ id }) => id === 'strategy');
    const block = slide?.blocks.find((one): one is TextBlock => one.kind === 'text' && one.lines.length > 1);
    if (slide === undefined || block === undefined) throw new Error('The strategy slide has a text of several lines');
    const canvas = await pixelsOf(await renderPng(slide));
    for (const [index, line] of block.lines.entries()) {
      const width = measure(line, block);
      const row = { y: block.y + index * block.lineHeightPx, h: block.lineHeightPx };
      expect(inkIn(canvas, { x: block.x + width - 40, w: 40, ...row }, block.color)).toBeGreaterThan(0);
      expect(inkIn(canvas, { x: block.x + width + 8, w: 60, ...row }, block.color)).toBe(0);
    }
  });

  it('prints the labels of the chart as glyphs, negative ones in their own colour below the bar', async () => {
    const slide = slides.find(({ id }) => id === 'performance');
    const chart = slide?.blocks.find((block): block is ChartBlock => block.kind === 'chart');
    if (slide === undefined || chart === undefined) throw new Error('The performance slide has a chart');
    const rising = layoutDeck(deckOf({ ...withMonths, monthlyHistory: undefined, monthlyPerformancePct: { ...withMonths.monthlyPerformancePct, value: 3.41 } } as unknown as Extracted)).find(({ id }) => id === 'performance');
    if (rising === undefined) throw new Error('The rising fund has a performance slide');
    const [labelled, bare] = await Promise.all([slide, rising].map(async (one) => pixelsOf(await renderPng(one))));
    if (labelled === undefined || bare === undefined) throw new Error('Both are drawn');
    expect(inkIn(labelled, chart, '#B3261E')).toBeGreaterThan(300);
    expect(inkIn(bare, chart, '#B3261E')).toBe(0);
    expect(inkIn(labelled, { ...chart, y: chart.y + chart.h - 80, h: 80 }, '#4A5A70')).toBeGreaterThan(300);
  });

  it('gives the same picture for the same slide', async () => {
    const [slide] = slides;
    if (slide === undefined) throw new Error('There are slides');
    expect((await renderPng(slide)).equals(await renderPng(slide))).toBe(true);
  });

  it('refuses a slide that was made or changed elsewhere', async () => {
    const [slide] = slides;
    if (slide === undefined) throw new Error('There are slides');
    await expect(renderPng({ ...slide })).rejects.toThrow(/layoutDeck/);
    await expect(renderPptx(deckOf(sample), [{ ...slide }])).rejects.toThrow(/layoutDeck/);
  });

  it('stops when the signal fires', async () => {
    const [slide] = slides;
    if (slide === undefined) throw new Error('There are slides');
    await expect(renderPng(slide, AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
  });
});

describe('drawChart', () => {
  it('holds labels and categories as text, and no axis numbers', async () => {
    const chart = layoutDeck(deckOf(withMonths)).flatMap(({ blocks }) => blocks).find((block): block is ChartBlock => block.kind === 'chart');
    if (chart === undefined) throw new Error('The deck has a chart');
    const svg = await drawChart(chart);
    expect([...svg.matchAll(/<text\b[^>]*>([^<]+)</g)].map(([, text]) => text)).toEqual(expect.arrayContaining(['−3.41%', '0%', 'Jul 2025']));
    expect(svg).not.toMatch(/role-axis-label/);
  });
});

describe('renderPptx', () => {
  it('holds real text, notes, a native chart and a table, and the same bytes each time', async () => {
    const deck = deckOf(sample);
    const bytes = await renderPptx(deck);
    const slides = await pptxTexts(bytes);
    expect(slides).toHaveLength(5);
    expect(slides[0]?.texts).toContain('Northgate Clear Water Equity Fund');
    expect(slides[1]?.texts).toEqual(expect.arrayContaining(['-3.41%', expect.stringContaining('In the month to 31 October 2025, the share class returned -3.41%, after fees.')]));
    expect(slides[1]?.chartValues).toEqual(expect.arrayContaining(['-3.41', '7.9', '-2.1', '6.35', 'Month']));
    expect(slides[1]?.texts).toContain('Returns. Month, fund: -3.41%; Month, benchmark: -2.1%; Year to date, fund: 7.9%; Year to date, benchmark: 6.35%');
    expect((await renderPptx(deck)).equals(bytes)).toBe(true);
  });

  it('is read back, and a figure that the deck does not show is refused', async () => {
    const bytes = await renderPptx(deckOf(sample));
    const other = deckOf(sampleExtracted({ sharpeRatio: { value: null, reason: 'none' } }));
    assertChecked(other);
    await expect(assertPptxShowsOnly(other, bytes)).rejects.toThrow(/slide 3.*0\.66/);
  });

  it('writes the deck of any fund', async () => {
    await fc.assert(fc.asyncProperty(anyExtracted(), async (extracted) => {
      await renderPptx(deckOf(extracted));
    }), { numRuns: 5 });
  });
});
