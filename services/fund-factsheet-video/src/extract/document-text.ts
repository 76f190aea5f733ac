/** A document as the field rules read it. */
import type { DrawPage, OpenPdf } from '../pdf/pdf-page.ts';
import { slashOrderOf } from './lexicon/dates.ts';
import type { DateOptions } from './lexicon/dates.ts';
import { languageOf } from './lexicon/language.ts';
import { blocksOf } from './text/blocks.ts';
import type { Block } from './text/blocks.ts';
import { decimalOf } from './text/figures.ts';
import type { Decimal } from './text/figures.ts';
import { guttersOf } from './text/gutters.ts';
import type { Gutter } from './text/gutters.ts';
import type { PageText } from './text/page-text.ts';
import { readPage } from './text/read-page.ts';

export interface DocumentPage extends PageText {
  readonly gutters: readonly Gutter[];
  readonly blocks: readonly Block[];
}

export interface DocumentText {
  readonly pages: readonly DocumentPage[];
  readonly title: string | null;
  /** All lines of all pages. */
  readonly text: string;
  readonly decimal: Decimal;
  readonly dates: Required<DateOptions>;
  /** ISO 639-1, null where it cannot be told. */
  readonly language: string | null;
  readonly draw: DrawPage;
}

export function readDocument(pdf: OpenPdf): DocumentText {
  const pages = pdf.pages.map(readPage).map((page) => {
    const gutters = guttersOf(page);
    return { ...page, gutters, blocks: blocksOf(page, gutters) };
  });
  const text = pages.flatMap((page) => page.lines.map((line) => line.text)).join('\n');
  return { pages, title: pdf.title, text, decimal: decimalOf(text), dates: { slashOrder: slashOrderOf(text) }, language: languageOf(text), draw: pdf.draw };
}
