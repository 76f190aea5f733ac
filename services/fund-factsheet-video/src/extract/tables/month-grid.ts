/** Grids of single months: a heading `Jan … Dec` (and `YTD`), one row a year. */
import type { Provenance } from '../../extracted.ts';
import type { DocumentPage, DocumentText } from '../document-text.ts';
import { monthOf } from '../lexicon/months.ts';
import { figuresIn } from '../text/figures.ts';
import type { Figure } from '../text/figures.ts';
import { boxOf } from '../text/page-text.ts';
import type { Line, Word } from '../text/page-text.ts';
import { wordsOf } from './headings.ts';
import { contextAbove } from './context.ts';

export interface GridMonth extends Provenance { readonly year: number; readonly month: number; readonly value: number; readonly columnLabel: string }
export interface GridYear extends Provenance { readonly year: number; readonly value: number; readonly columnLabel: string }

export interface MonthGrid {
  readonly page: number;
  readonly months: readonly GridMonth[];
  readonly years: readonly GridYear[];
  readonly heading: string;
  /** The label of the rows, where the grid has rows of several funds; null otherwise. */
  readonly rowLabel: string | null;
}

const YEAR_COLUMN = /^(?:ytd|year|total|annual|full|fy|jahr|année|anno|año|cytd|y\.t\.d\.|ytd%|year-to-date|全年|年)\*?$/iu;

interface Column { readonly month: number | 'year'; readonly x0: number; readonly x1: number; readonly text: string }

export function monthGrids(document: DocumentText): MonthGrid[] {
  return document.pages.flatMap((page) => page.lines.flatMap((line, index) => {
    const columns = columnsOf(line);
    if (columns === undefined) return [];
    const region = { x0: 0, x1: page.width };
    const context = contextAbove(document, page, index, region);
    if (context.excluded) return [];
    return gridsBelow(document, page, index, columns, context.heading);
  }));
}

/** Ten or more months in their order make a heading; a wrapped grid may lack the last ones. */
function columnsOf(line: Line): Column[] | undefined {
  const columns: Column[] = [];
  for (const word of wordsOf(line)) {
    const month = monthOf(word.text);
    const previous = columns.at(-1);
    if (month !== undefined && (previous === undefined ? month === 1 : previous.month === month - 1)) columns.push({ month, x0: word.x0, x1: word.x1, text: word.text });
    else if (columns.length >= 10 && YEAR_COLUMN.test(word.text) && !columns.some((column) => column.month === 'year')) columns.push({ month: 'year', x0: word.x0, x1: word.x1, text: word.text });
  }
  return columns.length >= 10 ? columns : undefined;
}

function gridsBelow(document: DocumentText, page: DocumentPage, index: number, columns: readonly Column[], heading: string): MonthGrid[] {
  const first = columns[0];
  const header = page.lines[index];
  if (first === undefined || header === undefined) return [];
  const grids = new Map<string, { months: GridMonth[]; years: GridYear[] }>();
  let lastY = header.y;
  let year: number | undefined;
  for (const line of page.lines.slice(index + 1)) {
    if (lastY - line.y > 6 * header.size || columnsOf(line) !== undefined) break;
    const words = wordsOf(line);
    const label = words.filter((word) => word.x1 < first.x0 + 1);
    const own = label.map((word) => /^((?:19|20)\d\d)$/u.exec(word.text)?.[1]).find((text) => text !== undefined);
    const name = label.filter((word) => word.text !== own).map((word) => word.text).join(' ');
    if (own !== undefined) year = Number(own);
    const placed = place(figuresIn(words.filter((word) => word.x1 >= first.x0 + 1 || !label.includes(word)), document.decimal).filter((figure): figure is Figure => figure.value !== null), columns);
    if (placed === undefined || year === undefined || (own === undefined && name === '')) continue;
    lastY = line.y;
    const grid = grids.get(name) ?? { months: [], years: [] };
    grids.set(name, grid);
    const snippet = words.map((word: Word) => word.text).join(' ');
    for (const { figure, column } of placed) {
      const source = { page: page.number, snippet, box: boxOf(figure), confidence: 0.9, value: figure.value, year, columnLabel: column.text };
      if (column.month === 'year') grid.years.push(source);
      else grid.months.push({ ...source, month: column.month });
    }
  }
  return [...grids].filter(([, grid]) => grid.months.length > 0).map(([name, grid]) => ({ page: page.number, heading, rowLabel: name === '' ? null : name, ...grid }));
}

function place(figures: readonly Figure[], columns: readonly Column[]): { figure: Figure; column: Column }[] | undefined {
  const steps = columns.slice(1).map((column, index) => (column.x0 + column.x1 - (columns[index]?.x0 ?? 0) - (columns[index]?.x1 ?? 0)) / 2);
  const pitch = Math.min(...steps);
  const placed: { figure: Figure; column: Column }[] = [];
  for (const figure of figures) {
    const away = (column: Column): number => Math.min(Math.abs((figure.x0 + figure.x1 - column.x0 - column.x1) / 2), Math.abs(figure.x1 - column.x1), Math.abs(figure.x0 - column.x0));
    const best = [...columns].sort((a, b) => away(a) - away(b))[0];
    if (best === undefined || away(best) > pitch * 0.55) continue;
    if (placed.some((other) => other.column === best)) return undefined;
    placed.push({ figure, column: best });
  }
  return placed.length === 0 ? undefined : placed;
}
