import type { Box } from '../extracted.ts';

/** A run of text as the PDF draws it. Coordinates in PDF points, origin at the page's lower left. */
export interface TextRun {
  readonly text: string;
  readonly x: number;
  /** The baseline. */
  readonly y: number;
  readonly width: number;
  /** Font size in points. */
  readonly size: number;
  /** The PDF's own key of the font: equal keys are the same face. */
  readonly font: string;
}

export interface PdfPage {
  /** Counted from 1. */
  readonly number: number;
  readonly width: number;
  readonly height: number;
  readonly runs: readonly TextRun[];
}

/** RGBA pixels of a part of a page, row by row from the top. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Pixels per point. */
  readonly scale: number;
  readonly box: Box;
  readonly rgba: Uint8Array;
}

/** Asks the reading process for a part of a page as pixels; null where it cannot be drawn. */
export type DrawPage = (page: number, box: Box, scale: number) => Promise<Pixels | null>;

export interface OpenPdf {
  readonly pages: readonly PdfPage[];
  /** The document's own title, when it has one. */
  readonly title: string | null;
  readonly draw: DrawPage;
}
