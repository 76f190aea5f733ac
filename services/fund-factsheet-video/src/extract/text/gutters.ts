/** The white columns between a page's columns of text: what stands on the other side of one belongs to something else. */
import type { PageText } from './page-text.ts';

export interface Gutter { readonly x0: number; readonly x1: number }

const MIN_WIDTH = 9;
/** Share of a page's lines that may cross: a title, a footer. */
const CROSSING = 0.09;

export function guttersOf(page: PageText): Gutter[] {
  const width = Math.ceil(page.width);
  if (width < 1 || width > 5000 || page.lines.length < 8) return [];
  const crossed = new Array<number>(width + 1).fill(0);
  for (const line of page.lines) {
    const touched = new Set<number>();
    // A cell covers also the gaps between its words.
    for (const cell of line.cells) for (let x = Math.max(0, Math.floor(cell.x0)); x <= Math.min(width, Math.ceil(cell.x1)); x += 1) touched.add(x);
    for (const x of touched) crossed[x] = (crossed[x] ?? 0) + 1;
  }
  const limit = Math.max(3, page.lines.length * CROSSING);
  const gutters: Gutter[] = [];
  let start: number | undefined;
  for (let x = 0; x <= width; x += 1) {
    const free = (crossed[x] ?? 0) <= limit;
    if (free) start ??= x;
    else {
      if (start !== undefined && x - start >= MIN_WIDTH) gutters.push({ x0: start, x1: x });
      start = undefined;
    }
  }
  // The page's own margins are no gutters, and each side must hold a real column.
  return gutters.filter((gutter) => gutter.x0 > page.width * 0.15 && gutter.x1 < page.width * 0.85 && columnLines(page, 0, gutter.x0) >= 6 && columnLines(page, gutter.x1, page.width) >= 6)
    .filter((gutter) => !partsLabelsFromFigures(page, gutter));
}

const FIGURE = /^[:(]?[-–−+]?[\d.,]*\d[\d.,\s%)*bnmk]*$|^[-–—]$|^n\/a$/iu;

/** The white space between a table's labels and its figures is no gutter: what is right of it belongs to what is left. */
function partsLabelsFromFigures(page: PageText, gutter: Gutter): boolean {
  let right = 0;
  let figuresWithLabel = 0;
  for (const line of page.lines) {
    const next = line.cells.find((cell) => cell.x0 >= gutter.x1 - 1);
    if (next === undefined) continue;
    right += 1;
    if (FIGURE.test(next.text) && line.cells.some((cell) => cell.x1 <= gutter.x0 + 1)) figuresWithLabel += 1;
  }
  return figuresWithLabel > right * 0.6;
}

function columnLines(page: PageText, from: number, to: number): number {
  return page.lines.filter((line) => line.cells.some((cell) => cell.x0 >= from - 1 && cell.x1 <= to + 1)).length;
}
