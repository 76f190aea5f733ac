/** Draws the bars of a chart as SVG with vega-lite. No axis numbers: every number in it is the label of a bar. */
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Bar } from './deck.ts';
import { FONT_FAMILIES } from './fonts/inter.ts';
import { measure } from './fonts/measure.ts';
import type { ChartBlock } from './layout/block.ts';
import { categoriesOf } from './layout/chart-panel.ts';
import { typographic } from './layout/text-block.ts';
import { COLORS } from './theme.ts';

const CATEGORY_SIZE_PX = 25;
const LABEL_SIZES_PX = [32, 28, 25, 22, 20, 18, 16, 14];

/**
 * @returns an SVG of exactly the block's size.
 * @throws Error when the drawing shows a text that is neither a label nor a category of the chart.
 */
export async function drawChart(block: ChartBlock): Promise<string> {
  const view = new View(parse(compile(chartSpec(block)).spec), { renderer: 'none' });
  try {
    const svg = await view.toSVG();
    assertOnlyOwnTexts(svg, block);
    return svg;
  } finally {
    view.finalize();
  }
}

function chartSpec(block: ChartBlock): TopLevelSpec {
  const { bars } = block.chart;
  const categories = categoriesOf(bars);
  const step = block.w / categories.length;
  const onBars = block.labels === 'on-bars';
  const labelSize = LABEL_SIZES_PX.find((sizePx) => bars.every((bar) => measure(typographic(bar.label), { sizePx, weight: 600 }) <= step * 0.96)) ?? 12;
  const categoryLines = new Map(categories.map((category) => [category, linesOf(category, step)]));
  const axisHeight = onBars ? 16 + 32 * Math.max(...[...categoryLines.values()].map((lines) => lines.length)) : 0;
  const plotHeight = block.h - axisHeight;
  const isGrouped = block.chart.benchmarkName !== null;
  // Few categories must not make bars as wide as doors.
  const paddingInner = Math.max(0.36, 1 - (isGrouped ? 300 : 180) / step);

  const x = { field: 'category', type: 'nominal', sort: null, axis: null, scale: { paddingInner, paddingOuter: paddingInner / 2 } } as const;
  const y = { field: 'value', type: 'quantitative', axis: null, scale: { domain: domainOf(bars, onBars ? labelSize * 1.5 : 10, plotHeight), nice: false, zero: true, range: [plotHeight, 0] } } as const;
  const label = (isNegative: boolean) => ({
    transform: [{ filter: isNegative ? 'datum.value < 0' : 'datum.value >= 0' }],
    mark: { type: 'text', dy: isNegative ? labelSize * 0.75 : -labelSize * 0.7, fontSize: labelSize, fontWeight: 600, baseline: 'middle', color: isNegative ? COLORS.negative : COLORS.ink },
    encoding: { x, y, text: { field: 'label' } },
  });
  return {
    width: block.w,
    height: block.h,
    padding: 0,
    autosize: { type: 'none' },
    background: 'transparent',
    config: { font: FONT_FAMILIES, view: { stroke: null } },
    data: { values: bars.map((bar) => ({ ...bar, path: undefined, label: typographic(bar.label) })) },
    layer: [
      {
        mark: { type: 'bar', cornerRadiusEnd: 3 },
        encoding: {
          x, y,
          color: { field: 'series', type: 'nominal', legend: null, scale: { domain: ['fund', 'benchmark'], range: [COLORS.fund, COLORS.benchmark] } },
          ...(isGrouped ? { xOffset: { field: 'series', type: 'nominal', scale: { domain: ['fund', 'benchmark'], paddingInner: 0.06 } } } : {}),
        },
      },
      { data: { values: [{ zero: 0 }] }, mark: { type: 'rule', color: COLORS.muted, strokeWidth: 2 }, encoding: { y: { ...y, field: 'zero' } } },
      ...(onBars ? [label(false), label(true), {
        // One text for each line: the SVG renderer sets the lines of a many-line text on top of each other.
        data: { values: categories.flatMap((category) => (categoryLines.get(category) ?? []).map((line, index) => ({ category, line, top: plotHeight + 14 + index * 32 }))) },
        mark: { type: 'text', baseline: 'top', fontSize: CATEGORY_SIZE_PX, color: COLORS.muted },
        encoding: { x, y: { field: 'top', type: 'quantitative', axis: null, scale: null }, text: { field: 'line' } },
      }] : []),
    ],
  } as unknown as TopLevelSpec;
}

/** From the lowest to the highest bar, zero always in it, with room for labels beyond the ends. */
function domainOf(bars: readonly Bar[], labelPx: number, heightPx: number): [number, number] {
  const low = Math.min(0, ...bars.map(({ value }) => value));
  const high = Math.max(0, ...bars.map(({ value }) => value));
  if (low === high) return [-1, 1];
  const below = low < 0 ? labelPx : 6;
  const above = bars.some(({ value }) => value >= 0) ? labelPx : 24;
  const perPixel = (high - low) / Math.max(heightPx - below - above, heightPx / 3);
  return [low - below * perPixel, high + above * perPixel];
}

/** A category broken at its spaces into lines that fit under its bars. */
export function linesOf(category: string, widthPx: number): string[] {
  const lines: string[] = [];
  for (const word of category.split(' ')) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && measure(longer, { sizePx: CATEGORY_SIZE_PX, weight: 400 }) <= widthPx * 0.94) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function assertOnlyOwnTexts(svg: string, block: ChartBlock): void {
  const own = new Set(block.chart.bars.flatMap((bar) => [typographic(bar.label), ...bar.category.split(' ')]));
  for (const [, content = ''] of svg.matchAll(/<text\b[^>]*>([\s\S]*?)<\/text>/g)) {
    const shown = content.replace(/<[^>]+>/g, ' ').replaceAll('&amp;', '&').trim();
    const isOwn = shown === '' || own.has(shown) || shown.split(/\s+/).every((word) => own.has(word));
    if (!isOwn) throw new Error(`Expected the chart to show only labels and categories of its own, but it shows "${shown}"`);
  }
}
