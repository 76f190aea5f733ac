/** A page's text as a reader sees it: words on lines, lines cut into cells at wide gaps. */
import type { Box } from '../../extracted.ts';

export interface Word {
  readonly text: string;
  readonly x0: number;
  readonly x1: number;
  /** The baseline. */
  readonly y: number;
  readonly size: number;
  readonly font: string;
}

/** Words that stand together, with a wide gap on either side: a table's cell, or one line of a column of prose. */
export interface Cell {
  readonly text: string;
  readonly words: readonly Word[];
  readonly x0: number;
  readonly x1: number;
  readonly y: number;
  readonly size: number;
  readonly font: string;
}

export interface Line {
  readonly page: number;
  readonly y: number;
  readonly size: number;
  readonly cells: readonly Cell[];
  /** All cells, with single spaces. */
  readonly text: string;
}

export interface PageText {
  readonly number: number;
  readonly width: number;
  readonly height: number;
  /** From top to bottom. */
  readonly lines: readonly Line[];
}

export function cellOf(words: readonly Word[]): Cell {
  const first = words[0];
  if (first === undefined) throw new Error('Expected a cell to have a word');
  return {
    text: words.map((word) => word.text).join(' '), words, y: first.y, font: first.font,
    x0: Math.min(...words.map((word) => word.x0)), x1: Math.max(...words.map((word) => word.x1)),
    size: Math.max(...words.map((word) => word.size)),
  };
}

/** The box of something on a line; descenders reach a fifth of the size below the baseline. */
export function boxOf(part: { readonly x0: number; readonly x1: number; readonly y: number; readonly size: number }): Box {
  const round = (value: number): number => Math.round(value * 10) / 10;
  return [round(part.x0), round(part.y - part.size * 0.2), round(part.x1), round(part.y + part.size * 0.8)];
}

export function boxAround(boxes: readonly Box[]): Box {
  return [Math.min(...boxes.map((box) => box[0])), Math.min(...boxes.map((box) => box[1])), Math.max(...boxes.map((box) => box[2])), Math.max(...boxes.map((box) => box[3]))];
}

export function overlap(a: { readonly x0: number; readonly x1: number }, b: { readonly x0: number; readonly x1: number }): number {
  return Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0);
}
