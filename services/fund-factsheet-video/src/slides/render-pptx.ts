/** Slides as a PPTX file: real text, native charts and tables, the narration as notes. Same places as the PNG pictures. */
import PptxGenJS from 'pptxgenjs';
import type { CheckedDeck } from '../figures/check.ts';
import type { BarChart } from './deck.ts';
import type { Block, ChartBlock, LaidOutSlide, RectBlock, TableBlock, TextBlock } from './layout/block.ts';
import { categoriesOf } from './layout/chart-panel.ts';
import { assertPlaced, layoutDeck } from './layout/layout-deck.ts';
import { assertPptxShowsOnly, normalizePptx } from './pptx-parts.ts';
import { COLORS, SLIDE_HEIGHT_PX, SLIDE_WIDTH_PX } from './theme.ts';

const PX_PER_INCH = 144;
const PX_PER_POINT = 2;
/** The slides' own font is rarely installed where a PPTX is opened. This one is, and it is narrower, so nothing overflows. */
const FONT = 'Arial';

// The types describe the CommonJS build, where the class is a property; what Node imports is the class itself.
const Pptx = PptxGenJS as unknown as typeof PptxGenJS.default;

/**
 * @returns the same bytes for the same deck.
 * @throws BusinessValidationError when the finished file shows a figure that is not in the checked deck.
 */
export async function renderPptx(deck: CheckedDeck, slides: readonly LaidOutSlide[] = layoutDeck(deck)): Promise<Buffer> {
  for (const slide of slides) assertPlaced(slide);
  const pptx = new Pptx();
  pptx.defineLayout({ name: 'FILM', width: SLIDE_WIDTH_PX / PX_PER_INCH, height: SLIDE_HEIGHT_PX / PX_PER_INCH });
  pptx.layout = 'FILM';
  pptx.title = deck.title.text;
  pptx.author = 'Fund summary';
  pptx.company = '';
  pptx.subject = 'Fund summary';
  for (const laidOut of slides) {
    const slide = pptx.addSlide();
    slide.background = { color: hex(laidOut.background) };
    for (const block of laidOut.blocks) addBlock(pptx, slide, block);
    slide.addNotes(laidOut.notes.join(' '));
  }
  const bytes = await normalizePptx(await pptx.write({ outputType: 'nodebuffer' }) as Uint8Array);
  await assertPptxShowsOnly(deck, bytes);
  return bytes;
}

type Presentation = InstanceType<typeof Pptx>;
type PptxSlide = ReturnType<Presentation['addSlide']>;

function addBlock(pptx: Presentation, slide: PptxSlide, block: Block): void {
  switch (block.kind) {
    case 'rect': return addRect(pptx, slide, block);
    case 'text': return addText(slide, block);
    case 'table': return addTable(slide, block);
    case 'chart': return addChart(pptx, slide, block);
  }
}

function place({ x, y, w, h }: Block): { x: number; y: number; w: number; h: number } {
  return { x: x / PX_PER_INCH, y: y / PX_PER_INCH, w: w / PX_PER_INCH, h: h / PX_PER_INCH };
}

function hex(color: string): string {
  return color.replace('#', '');
}

function addRect(pptx: Presentation, slide: PptxSlide, block: RectBlock): void {
  const { radius = 0, fill, outline } = block;
  const isCircle = radius * 2 >= block.w && block.w === block.h;
  slide.addShape(isCircle ? pptx.ShapeType.ellipse : radius > 0 ? pptx.ShapeType.roundRect : pptx.ShapeType.rect, {
    ...place(block),
    ...(fill === 'transparent' ? {} : { fill: { color: hex(fill) } }),
    ...(outline === undefined ? {} : { line: { color: hex(outline), width: 1 } }),
    ...(radius > 0 && !isCircle ? { rectRadius: Math.min(radius, block.w / 2, block.h / 2) / PX_PER_INCH } : {}),
  });
}

function addText(slide: PptxSlide, block: TextBlock): void {
  // The drawn minus is for the eye; here a plain hyphen lets people search and programs read the number.
  slide.addText(block.lines.join(' ').replace(/−(?=[\d.])/g, '-'), {
    ...place(block), margin: 0, fontFace: FONT, fontSize: block.sizePx / PX_PER_POINT, bold: block.weight >= 600, color: hex(block.color),
    align: block.align, valign: 'middle', wrap: true, lineSpacing: block.lineHeightPx / PX_PER_POINT,
    ...(block.trackingPx === 0 ? {} : { charSpacing: block.trackingPx / PX_PER_POINT }),
  });
}

function addTable(slide: PptxSlide, block: TableBlock): void {
  const { x, y, w, h } = place(block);
  const nameWidth = block.nameWidthPx / PX_PER_INCH;
  const columnWidth = (w - nameWidth) / block.header.length;
  const fontSize = block.header.length > 5 ? 11 : 12;
  const base = { fontFace: FONT, fontSize, valign: 'middle' as const, margin: 0.02 };
  const line = { type: 'solid' as const, pt: 0.75, color: hex(COLORS.rule) };
  const none = { type: 'none' as const };
  const border: [typeof line, typeof none, typeof none, typeof none] = [line, none, none, none];
  slide.addTable([
    [{ text: '', options: base }, ...block.header.map((text) => ({ text, options: { ...base, align: 'center' as const, color: hex(COLORS.muted) } }))],
    ...block.rows.map((row) => [
      { text: row.name, options: { ...base, bold: true, color: hex(COLORS.ink), border } },
      ...row.values.map((text) => ({ text, options: { ...base, bold: true, align: 'center' as const, border, color: hex(text.startsWith('-') ? COLORS.negative : COLORS.ink) } })),
    ]),
  ], { x, y, w, colW: [nameWidth, ...block.header.map(() => columnWidth)], rowH: [0.47, ...block.rows.map(() => (h - 0.47) / block.rows.length)] });
}

function addChart(pptx: Presentation, slide: PptxSlide, block: ChartBlock): void {
  const { chart } = block;
  const onBars = block.labels === 'on-bars';
  const names = chart.benchmarkName === null ? (['fund'] as const) : (['fund', 'benchmark'] as const);
  slide.addChart(pptx.ChartType.bar, names.map((series) => ({
    name: series === 'fund' ? chart.fundName.text : chart.benchmarkName?.text ?? '',
    labels: categoriesOf(chart.bars),
    values: valuesOf(chart, series),
  })), {
    ...place(block), altText: `${chart.title.text}. ${chart.bars.map((bar) => `${bar.category}, ${bar.series}: ${bar.label}`).join('; ')}`,
    barDir: 'col', barGrouping: 'clustered', barGapWidthPct: 60,
    chartColors: [hex(COLORS.fund), hex(COLORS.benchmark)].slice(0, names.length), invertedColors: [hex(COLORS.fund)],
    showLegend: false, showTitle: false, showValue: onBars, dataLabelFormatCode: 'General"%"', dataLabelFontSize: 12, dataLabelFontFace: FONT, dataLabelColor: hex(COLORS.ink),
    valAxisHidden: true, valGridLine: { style: 'none' }, catGridLine: { style: 'none' },
    catAxisLabelPos: onBars ? 'low' : 'none', catAxisLabelFontFace: FONT, catAxisLabelFontSize: 12, catAxisLabelColor: hex(COLORS.muted),
  });
}

/** A gap where the document has no value: pptxgenjs writes an empty cell for null, which its types do not know. */
function valuesOf(chart: BarChart, series: 'fund' | 'benchmark'): number[] {
  return categoriesOf(chart.bars).map((category) => chart.bars.find((bar) => bar.category === category && bar.series === series)?.value ?? (null as unknown as number));
}
