/** The part of a line between two gutters. */
import type { Gutter } from '../text/gutters.ts';
import type { Line, Word } from '../text/page-text.ts';
import { wordsOf } from './headings.ts';

export interface Region { readonly x0: number; readonly x1: number }

export function regionsOf(gutters: readonly Gutter[], pageWidth: number): Region[] {
  const edges = [0, ...gutters.map((gutter) => (gutter.x0 + gutter.x1) / 2), pageWidth];
  return edges.slice(1).map((x1, index) => ({ x0: edges[index] ?? 0, x1 }));
}

export function wordsWithin(line: Line, region: Region): Word[] {
  return wordsOf(line).filter((word) => (word.x0 + word.x1) / 2 >= region.x0 && (word.x0 + word.x1) / 2 < region.x1);
}

export function textWithin(line: Line, region: Region): string {
  return wordsWithin(line, region).map((word) => word.text).join(' ');
}
