/**
 * Tables whose columns are periods: `1 month | 3 months | YTD | 1 year | 3 years p.a.`, one row each for fund,
 * benchmark, sector. A figure is taken when it stands under exactly one heading.
 */
import type { DocumentPage, DocumentText } from '../document-text.ts';
import { readRow } from '../lexicon/rows.ts';
import type { OwnNames } from '../lexicon/rows.ts';
import { figuresIn } from '../text/figures.ts';
import type { Figure, Gap } from '../text/figures.ts';
import { boxOf } from '../text/page-text.ts';
import type { Line, Word } from '../text/page-text.ts';
import { contextAbove } from './context.ts';
import type { TableContext } from './context.ts';
import { periodHeadings } from './headings.ts';
import type { PeriodHeading } from './headings.ts';
import { measureOf } from './measure.ts';
import { namedRows } from './named-rows.ts';
import type { LegendEntry } from './legend.ts';
import { wordsWithin } from './region.ts';
import type { Region } from './region.ts';
import type { ReturnCell, ReturnRow } from './return-row.ts';

interface Column { readonly x0: number; readonly x1: number; readonly heading: PeriodHeading | null }

export function periodTables(document: DocumentText, names: OwnNames, legend: readonly LegendEntry[]): ReturnRow[] {
  return document.pages.flatMap((page) => page.lines.flatMap((line, index) => headerGroups(page, index).flatMap(({ headings, region }) => {
    const context = contextAbove(document, page, index, region);
    const shorts = headings.filter((heading) => heading.period === '1m' || heading.period === 'ytd').length;
    if (context.excluded || (!context.showsReturns && !(headings.length >= 4 && shorts > 0))) return [];
    const body = bodyRows(document, page, index, region, headings, context);
    const table = `${page.number}:${line.y.toFixed(0)}:${region.x0.toFixed(0)}`;
    return namedRows(body, names, legend).map((row) => ({ ...row, table }));
  })));
}

interface HeaderGroup { readonly headings: readonly PeriodHeading[]; readonly region: Region }

/**
 * The tables that a line of headings belongs to. Tables side by side are parted by a gutter; white space between
 * columns of one table, where headings go on at the same pace, is none.
 */
function headerGroups(page: DocumentPage, index: number): HeaderGroup[] {
  const line = page.lines[index];
  if (line === undefined) return [];
  const headings = periodHeadings(line, page.lines.slice(Math.max(0, index - 2), index).reverse());
  if (headings.length < 2) return [];
  const gaps = headings.slice(1).map((heading, at) => heading.x0 - (headings[at]?.x1 ?? 0)).sort((a, b) => a - b);
  const usual = gaps[Math.floor((gaps.length - 1) / 2)] ?? 0;
  const groups: PeriodHeading[][] = [];
  for (const heading of headings) {
    const last = groups.at(-1)?.at(-1);
    const parted = last !== undefined && heading.x0 - last.x1 > usual * 2.5 + 12 && page.gutters.some((gutter) => gutter.x0 >= last.x1 - 3 && gutter.x1 <= heading.x0 + 3);
    if (last === undefined || parted) groups.push([heading]);
    else groups.at(-1)?.push(heading);
  }
  return groups.flatMap((group) => {
    const [first, last] = [group[0], group.at(-1)];
    if (first === undefined || last === undefined) return [];
    const region = {
      x0: Math.max(0, ...page.gutters.filter((gutter) => (gutter.x0 + gutter.x1) / 2 <= first.x0 + 2).map((gutter) => (gutter.x0 + gutter.x1) / 2)),
      x1: Math.min(page.width, ...page.gutters.filter((gutter) => (gutter.x0 + gutter.x1) / 2 >= last.x1 - 2).map((gutter) => (gutter.x0 + gutter.x1) / 2)),
    };
    const valid = headingsAt(page, index, region);
    return valid === undefined || isSecondLine(page, index, region, valid) ? [] : [{ headings: valid, region }];
  });
}

/** "p.a." under some headings of the line above is the end of that heading, not another table's. */
function isSecondLine(page: DocumentPage, index: number, region: Region, headings: readonly PeriodHeading[]): boolean {
  const [line, above] = [page.lines[index], page.lines[index - 1]];
  if (line === undefined || above === undefined || above.y - line.y > 1.8 * line.size) return false;
  const upper = headingsAt(page, index - 1, region);
  return upper !== undefined && upper.length >= headings.length && headings.every((heading) => upper.some((other) => other.period === heading.period && other.x0 < heading.x1 && other.x1 > heading.x0));
}

/** The period headings of a line when it really is a table's heading. */
export function headingsAt(page: DocumentPage, index: number, region: Region): PeriodHeading[] | undefined {
  const line = page.lines[index];
  if (line === undefined) return undefined;
  const inside = (heading: PeriodHeading): boolean => (heading.x0 + heading.x1) / 2 >= region.x0 && (heading.x0 + heading.x1) / 2 < region.x1;
  const headings = periodHeadings(line, page.lines.slice(Math.max(0, index - 2), index).reverse()).filter(inside);
  if (new Set(headings.map((heading) => heading.period)).size < 2) return undefined;
  const words = wordsWithin(line, region);
  const first = headings[0];
  const last = headings.at(-1);
  if (first === undefined || last === undefined) return undefined;
  // Prose has other words between: "after 1 year or more than 3 years".
  const between = words.filter((word) => word.x0 > first.x0 && word.x1 < last.x1 && !headings.some((heading) => word.x0 >= heading.x0 - 0.5 && word.x1 <= heading.x1 + 0.5));
  return between.length <= headings.length ? headings : undefined;
}

function columnsOf(line: Line, region: Region, headings: readonly PeriodHeading[]): Column[] {
  const first = headings[0];
  const foreign: Column[] = [];
  for (const word of wordsWithin(line, region)) {
    if (first === undefined || word.x1 < first.x0) continue;
    if (headings.some((heading) => word.x0 < heading.x1 + 0.5 && word.x1 > heading.x0 - 0.5)) continue;
    const last = foreign.at(-1);
    if (last !== undefined && word.x0 - last.x1 < 0.6 * word.size) foreign.splice(-1, 1, { ...last, x1: word.x1 });
    else foreign.push({ x0: word.x0, x1: word.x1, heading: null });
  }
  return [...headings.map((heading) => ({ x0: heading.x0, x1: heading.x1, heading })), ...foreign].sort((a, b) => a.x0 - b.x0);
}

function bodyRows(document: DocumentText, page: DocumentPage, index: number, region: Region, headings: readonly PeriodHeading[], context: TableContext): ReturnRow[] {
  const header = page.lines[index];
  if (header === undefined) return [];
  let columns = columnsOf(header, region, headings);
  const rows: ReturnRow[] = [];
  let lastY = header.y;
  let textBetween = false;
  for (let at = index + 1; at < page.lines.length; at += 1) {
    const line = page.lines[at];
    if (line === undefined) break;
    const words = wordsWithin(line, region);
    if (words.length === 0) continue;
    if (lastY - line.y > header.size * (rows.length === 0 ? 7 : 5)) break;
    const next = headingsAt(page, at, region);
    if (next !== undefined && rows.length === 0 && isSecondLine(page, at, region, next)) {
      // What the second line adds, such as "p.a.", counts.
      columns = columns.map((column) => {
        const fuller = next.find((heading) => column.heading?.period === heading.period && heading.x0 < column.x1 && heading.x1 > column.x0);
        return fuller === undefined ? column : { ...column, heading: fuller };
      });
      lastY = line.y;
      continue;
    }
    if (next !== undefined) break;
    const placed = place(figuresIn(words, document.decimal), columns);
    if (placed === undefined) {
      textBetween = true;
      continue;
    }
    // A new heading stands between this table and the figures below it.
    if (rows.length > 0 && lastY - line.y > header.size * (textBetween ? 2.6 : 3.4)) break;
    textBetween = false;
    lastY = line.y;
    const firstX = Math.min(...placed.values.map(({ figure }) => figure.x0));
    const label = labelOf(page, at, region, firstX);
    const snippet = words.map((word) => word.text).join(' ');
    const cells = placed.values.flatMap(({ figure, column }): ReturnCell[] => {
      if (figure.value === null || column.heading === null || !isReturn(figure, placed.values.map((value) => value.figure))) return [];
      return [{
        period: column.heading.period, columnLabel: column.heading.text, value: figure.value, measure: measureOf(column.heading, page, index, region, context.heading),
        page: page.number, snippet, box: boxOf(figure), confidence: placed.certain ? 0.95 : 0.8,
      }];
    });
    if (cells.length === 0) continue;
    rows.push({ page: page.number, table: '', ...readRowNothing(label), cells, periodEnd: context.periodEnd, heading: context.heading, confidence: 1 });
  }
  return rows;
}

function readRowNothing(label: string): Pick<ReturnRow, 'kind' | 'fees' | 'label'> {
  return { kind: readRow(label, { fundName: null, shareClass: null, benchmark: null }).kind, fees: 'unstated', label: label === '' ? null : label };
}

/** Percentages have decimals or a sign of their own; ranks, years and amounts are turned away. */
function isReturn(figure: Figure, row: readonly (Figure | Gap)[]): boolean {
  if (Math.abs(figure.value) > 2000) return false;
  if (figure.percent || figure.decimals > 0) return figure.decimals <= 3;
  return row.some((other) => other.value !== null && (other.percent || other.decimals > 0)) && Math.abs(figure.value) < 100;
}

interface Placed { readonly values: readonly { readonly figure: Figure | Gap; readonly column: Column }[]; readonly certain: boolean }

/** Puts each figure under its heading; undefined when that is not possible without a doubt. */
function place(figures: readonly (Figure | Gap)[], columns: readonly Column[]): Placed | undefined {
  const firstColumn = columns[0];
  if (firstColumn === undefined) return undefined;
  const pitch = pitchOf(columns);
  // Numbers well to the left are part of the label: "1 Share Price", "Class A 2".
  const usable = figures.filter((figure) => figure.x1 > firstColumn.x0 - Math.min(0.6 * pitch, 30));
  if (!usable.some((figure) => figure.value !== null)) return undefined;
  if (usable.length === columns.length) {
    const near = usable.every((figure, index) => distance(figure, columns[index] as Column) < pitch);
    if (near) return { values: usable.map((figure, index) => ({ figure, column: columns[index] as Column })), certain: true };
  }
  const values: { figure: Figure | Gap; column: Column }[] = [];
  for (const figure of usable) {
    const ranked = columns.map((column) => ({ column, away: distance(figure, column) })).sort((a, b) => a.away - b.away);
    const best = ranked[0];
    const next = ranked[1];
    if (best === undefined || best.away > pitch * 0.5) continue;
    if (next !== undefined && next.away - best.away < pitch * 0.15) return undefined;
    if (values.some((value) => value.column === best.column)) return undefined;
    values.push({ figure, column: best.column });
  }
  return values.length === 0 ? undefined : { values, certain: false };
}

function distance(figure: { readonly x0: number; readonly x1: number }, column: Column): number {
  return Math.min(Math.abs((figure.x0 + figure.x1 - column.x0 - column.x1) / 2), Math.abs(figure.x1 - column.x1), Math.abs(figure.x0 - column.x0));
}

function pitchOf(columns: readonly Column[]): number {
  const centres = columns.map((column) => (column.x0 + column.x1) / 2);
  const steps = centres.slice(1).map((centre, index) => centre - (centres[index] ?? 0));
  return steps.length === 0 ? 40 : Math.min(...steps);
}

/** The words before a row's first figure; of a label on two lines both, where the second line has no figures. */
function labelOf(page: DocumentPage, index: number, region: Region, firstX: number): string {
  const line = page.lines[index];
  if (line === undefined) return '';
  const before = (words: readonly Word[]): string => words.filter((word) => word.x1 <= firstX + 1).map((word) => word.text).join(' ');
  const own = before(wordsWithin(line, region));
  const wrapped = (neighbour: Line | undefined): string => {
    if (neighbour === undefined || Math.abs(neighbour.y - line.y) > 1.35 * line.size) return '';
    const words = wordsWithin(neighbour, region);
    // A line that goes on past the label's column is a heading or a row of its own.
    return words.some((word) => word.x1 > firstX) ? '' : before(words);
  };
  if (own === '') return [wrapped(page.lines[index - 1]), wrapped(page.lines[index + 1])].filter((part) => part !== '').join(' ');
  const below = wrapped(page.lines[index + 1]);
  return below === '' || /^[•*]|^\d/u.test(below) ? own : `${own} ${below}`;
}
