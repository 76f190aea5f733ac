/** Prose: lines of one column that follow each other in one size. */
import type { Box } from '../../extracted.ts';
import { boxAround, boxOf } from './page-text.ts';
import type { Cell, PageText } from './page-text.ts';
import type { Gutter } from './gutters.ts';

export interface BlockLine { readonly text: string; readonly x0: number; readonly x1: number; readonly y: number; readonly size: number; readonly font: string }

export interface Block {
  readonly page: number;
  readonly lines: readonly BlockLine[];
  readonly text: string;
  readonly box: Box;
  readonly size: number;
}

/** Splits every line at the gutters and joins what stands below each other. */
export function blocksOf(page: PageText, gutters: readonly Gutter[]): Block[] {
  const open: BlockLine[][] = [];
  const done: BlockLine[][] = [];
  for (const line of page.lines) {
    for (const part of partsOf(line.cells, gutters)) {
      const home = open.findIndex((block) => continues(block, part));
      if (home === -1) open.push([part]);
      else open[home]?.push(part);
    }
    for (let index = open.length - 1; index >= 0; index -= 1) {
      const last = open[index]?.at(-1);
      if (last !== undefined && last.y - line.y > last.size * 2) done.push(...open.splice(index, 1));
    }
  }
  return [...done, ...open].map((lines) => blockOf(page.number, lines)).sort((a, b) => b.box[3] - a.box[3] || a.box[0] - b.box[0]);
}

function blockOf(page: number, lines: readonly BlockLine[]): Block {
  return { page, lines, text: joinLines(lines.map((line) => line.text)), box: boxAround(lines.map(boxOf)), size: lines[0]?.size ?? 0 };
}

/** Lines as one text: a hyphen at a line's end is a broken word when a small letter follows. */
export function joinLines(lines: readonly string[]): string {
  return lines.reduce((text, line) => {
    if (text === '') return line;
    return /\p{L}-$/u.test(text) ? `${text}${line}` : `${text} ${line}`;
  }, '');
}

function partsOf(cells: readonly Cell[], gutters: readonly Gutter[]): BlockLine[] {
  const parts: Cell[][] = [];
  for (const cell of cells) {
    const previous = parts.at(-1)?.at(-1);
    const apart = previous === undefined || gutters.some((gutter) => previous.x1 <= gutter.x1 + 1 && cell.x0 >= gutter.x0 - 1 && gutter.x0 >= previous.x1 - 4)
      || cell.x0 - previous.x1 > 3.2 * cell.size;
    if (apart) parts.push([cell]);
    else parts.at(-1)?.push(cell);
  }
  return parts.map((part) => ({
    text: part.map((cell) => cell.text).join(' '), x0: part[0]?.x0 ?? 0, x1: part.at(-1)?.x1 ?? 0, y: part[0]?.y ?? 0,
    size: Math.max(...part.map((cell) => cell.size)), font: part[0]?.font ?? '',
  }));
}

function continues(block: readonly BlockLine[], part: BlockLine): boolean {
  const last = block.at(-1);
  const first = block[0];
  if (last === undefined || first === undefined) return false;
  const drop = last.y - part.y;
  if (drop <= 0.2 * part.size || drop > 1.75 * Math.max(last.size, part.size)) return false;
  if (Math.abs(last.size - part.size) > 0.6) return false;
  const left = Math.min(...block.map((line) => line.x0));
  const right = Math.max(...block.map((line) => line.x1));
  return Math.abs(part.x0 - left) < 2.2 * part.size && part.x0 < right;
}
