/**
 * Tables on their side, and single lines: the period is the label, the columns are fund and index.
 * `Year to Date  1.77%  13.92%`, `Performance YTD: 5.2 %`.
 */
import type { DocumentPage, DocumentText } from '../document-text.ts';
import { periodOf } from '../lexicon/periods.ts';
import type { PeriodName } from '../lexicon/periods.ts';
import { readRow } from '../lexicon/rows.ts';
import type { OwnNames, RowReading } from '../lexicon/rows.ts';
import { figuresIn } from '../text/figures.ts';
import type { Figure } from '../text/figures.ts';
import { boxOf } from '../text/page-text.ts';
import type { Word } from '../text/page-text.ts';
import { contextAbove } from './context.ts';
import { regionsOf, wordsWithin } from './region.ts';
import type { Region } from './region.ts';
import type { ReturnCell, ReturnRow } from './return-row.ts';

interface KeyedLine { readonly index: number; readonly period: PeriodName; readonly label: string; readonly figures: readonly Figure[]; readonly words: readonly Word[] }

export function keyedReturns(document: DocumentText, names: OwnNames): ReturnRow[] {
  return document.pages.flatMap((page) => regionsOf(page.gutters, page.width).flatMap((region) => groupsIn(document, page, region).flatMap((group) => rowsOf(document, page, region, group, names))));
}

function groupsIn(document: DocumentText, page: DocumentPage, region: Region): KeyedLine[][] {
  const groups: KeyedLine[][] = [];
  let lastY: number | undefined;
  page.lines.forEach((line, index) => {
    const words = wordsWithin(line, region);
    // A list may stand to the right of another one: its label then begins a later cell.
    const starts = line.cells.flatMap((cell) => cell.words.slice(0, 1)).filter((word) => words.includes(word));
    const keyed = starts.map((word) => keyedLine(document, words.slice(words.indexOf(word)), index)).find((candidate) => candidate !== undefined);
    if (keyed === undefined) return;
    const near = lastY !== undefined && lastY - line.y < 3 * line.size && groups.at(-1)?.[0]?.figures.length === keyed.figures.length;
    if (near) groups.at(-1)?.push(keyed);
    else groups.push([keyed]);
    lastY = line.y;
  });
  return groups;
}

function keyedLine(document: DocumentText, words: readonly Word[], index: number): KeyedLine | undefined {
  // The label is the longest beginning of the line that names a period; "1" of "1 month" is a figure too.
  for (let length = Math.min(8, words.length - 1); length > 0; length -= 1) {
    const label = words.slice(0, length).map((word) => word.text).join(' ').replace(/\s*:\s*$/u, '');
    const period = label.length < 2 ? undefined : periodOf(label);
    if (period === undefined) continue;
    const rest = words.slice(length).filter((word) => !/^[:|]$/u.test(word.text));
    const figures = figuresIn(rest, document.decimal);
    const real = figures.filter((figure): figure is Figure => figure.value !== null && (figure.percent || figure.decimals > 0) && figure.decimals <= 3 && Math.abs(figure.value) <= 2000);
    // Every word after the label is a figure or a gap: a sentence is something else.
    const texts = rest.filter((word) => word.text !== '%').length;
    if (real.length === 0 || real.length !== figures.length || real.length > 8 || texts > figures.length + figures.filter((figure) => figure.text.includes(' ')).length) return undefined;
    return { index, period, label, figures: real, words };
  }
  return undefined;
}

function rowsOf(document: DocumentText, page: DocumentPage, region: Region, group: readonly KeyedLine[], names: OwnNames): ReturnRow[] {
  const first = group[0];
  if (first === undefined) return [];
  const context = contextAbove(document, page, first.index, region);
  const ownWords = group.some((line) => /return|perf|rendite|rendement|wertentw/iu.test(line.label));
  if (context.excluded || !(context.showsReturns || ownWords)) return [];
  if (!group.some((line) => line.period.period === '1m' || line.period.period === 'ytd') && group.length < 2) return [];
  const columns = first.figures.length;
  const headings = first.figures.map((figure) => columnAbove(page, region, first.index, figure));
  return Array.from({ length: columns }, (_, column): ReturnRow => {
    const reading: RowReading & { label: string | null; confidence: number } = whose(headings, column, names);
    const cells = group.flatMap((line): ReturnCell[] => {
      const figure = line.figures[column];
      if (figure === undefined) return [];
      const short = ['1m', '3m', '6m', '9m', 'ytd', '1y'].includes(line.period.period);
      return [{
        period: line.period.period, columnLabel: line.label, value: figure.value, measure: short ? 'cumulative' : line.period.annualised ? 'annualised' : 'unstated',
        page: page.number, snippet: line.words.map((word) => word.text).join(' '), box: boxOf(figure), confidence: 0.9,
      }];
    });
    return { page: page.number, table: `${page.number}:k${first.index}:${region.x0.toFixed(0)}`, kind: reading.kind, fees: reading.fees, label: reading.label, cells, periodEnd: context.periodEnd, heading: context.heading, confidence: reading.confidence };
  });
}

function whose(headings: readonly (string | null)[], column: number, names: OwnNames): RowReading & { label: string | null; confidence: number } {
  const heading = headings[column] ?? null;
  if (heading !== null) {
    const reading = readRow(heading, names);
    return { ...reading, label: heading, confidence: reading.kind === 'unknown' ? 0.4 : 0.95 };
  }
  // One column without a heading is the fund's; of two without headings nobody knows.
  return headings.length === 1 ? { kind: 'fund', fees: 'unstated', label: null, confidence: 0.8 } : { kind: 'unknown', fees: 'unstated', label: null, confidence: 0 };
}

/** The words over a column of figures, up to three lines above, at most two of them. */
function columnAbove(page: DocumentPage, region: Region, lineIndex: number, figure: Figure): string | null {
  const texts: string[] = [];
  let y = figure.y;
  for (let index = lineIndex - 1; index >= 0 && index >= lineIndex - 4 && texts.length < 2; index -= 1) {
    const line = page.lines[index];
    if (line === undefined || y - line.y < -2.6 * figure.size * (texts.length + 1)) break;
    const words = wordsWithin(line, region);
    const cell = line.cells.find((candidate) => candidate.words.some((word) => words.includes(word)) && candidate.x0 < figure.x1 + 4 && candidate.x1 > figure.x0 - 4);
    if (cell === undefined) continue;
    // A cell that reaches far to the left is the table's title, not a column's heading.
    if (cell.x0 < figure.x0 - 90 || cell.x1 > figure.x1 + 90 || /\d[.,]\d/u.test(cell.text)) break;
    texts.unshift(cell.text);
    y = line.y;
  }
  return texts.length === 0 ? null : texts.join(' ');
}
