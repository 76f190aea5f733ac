/** A chart on its panel: title, legend, bars, and the figures on the bars or, for two series, in a table below them. */
import type { Bar, BarChart } from '../deck.ts';
import { COLORS } from '../theme.ts';
import type { Block, Frame } from './block.ts';
import { panel } from './frame.ts';
import { textBlock } from './text-block.ts';

const PADDING_PX = 36;
const NAME_WIDTH_PX = 170;
/** Narrower columns do not hold a figure such as -48.94% in readable type. */
const NARROWEST_COLUMN_PX = 104;

export function chartPanel(chart: BarChart, frame: Frame): Block[] {
  const inner = { x: frame.x + PADDING_PX, w: frame.w - 2 * PADDING_PX };
  const heading = textBlock(chart.title, { x: inner.x, y: frame.y + 26, w: inner.w, h: 46 }, { sizesPx: [34, 30], color: COLORS.ink, weight: 600 });
  const plotY = frame.y + (chart.benchmarkName === null ? 92 : 132);
  const bottom = frame.y + frame.h - 24;
  if (chart.benchmarkName === null) {
    return [...panel(frame), heading, { kind: 'chart', ...inner, y: plotY, h: bottom - plotY, chart, labels: 'on-bars' }];
  }
  const plot = { x: inner.x + NAME_WIDTH_PX, w: inner.w - NAME_WIDTH_PX };
  const shown = keepColumns(chart, Math.floor(plot.w / NARROWEST_COLUMN_PX));
  const tableHeight = 172;
  const tableY = bottom - tableHeight;
  return [
    ...panel(frame),
    heading,
    ...legend(shown, { x: inner.x, y: frame.y + 80, w: inner.w, h: 36 }),
    { kind: 'chart', ...plot, y: plotY, h: tableY - plotY - 8, chart: shown, labels: 'in-table' },
    {
      kind: 'table', ...inner, y: tableY, h: tableHeight, nameWidthPx: NAME_WIDTH_PX, header: categoriesOf(shown.bars),
      rows: [
        { name: shown.fundName.text, color: COLORS.fund, values: valuesOf(shown, 'fund') },
        { name: 'Benchmark', color: COLORS.benchmark, values: valuesOf(shown, 'benchmark') },
      ],
    },
  ];
}

function legend(chart: BarChart, frame: Frame): Block[] {
  const entries = [{ name: chart.fundName, color: COLORS.fund, x: frame.x, w: 240 }, { name: chart.benchmarkName ?? '', color: COLORS.benchmark, x: frame.x + 250, w: frame.w - 250 }];
  return entries.flatMap(({ name, color, x, w }) => [
    { kind: 'rect' as const, x, y: frame.y + 7, w: 24, h: 24, fill: color, radius: 5 },
    textBlock(name, { x: x + 36, y: frame.y, w: w - 36, h: frame.h }, { sizesPx: [25, 23, 21], color: COLORS.muted }),
  ]);
}

export function categoriesOf(bars: readonly Bar[]): string[] {
  return [...new Set(bars.map(({ category }) => category))];
}

/** One value for each category, a dash where the document has none. */
function valuesOf(chart: BarChart, series: Bar['series']): string[] {
  return categoriesOf(chart.bars).map((category) => chart.bars.find((bar) => bar.category === category && bar.series === series)?.label ?? '–');
}

/** Years lose their oldest columns, periods their longest, when there are more than fit. */
function keepColumns(chart: BarChart, most: number): BarChart {
  const categories = categoriesOf(chart.bars);
  const isByDate = chart.bars.some((bar) => /^\d{4}$/.test(bar.category));
  const kept = new Set(isByDate ? categories.slice(-most) : categories.slice(0, most));
  return { ...chart, bars: chart.bars.filter(({ category }) => kept.has(category)) };
}
