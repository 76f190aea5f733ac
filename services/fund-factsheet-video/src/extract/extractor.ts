import type { Extracted } from '../extracted.ts';
import type { OpenPdf } from '../pdf/pdf-page.ts';

export interface ExtractorContext {
  /** Today, ISO: dates after it are not taken for the sheet's. */
  readonly nowIso: string;
  readonly signal?: AbortSignal;
  /** Told between the parts of the work, 0 to 100. */
  readonly progress?: (percent: number, message: string) => void;
}

/** Reads a fund document. Two kinds exist: by rules, and by a model provider. */
export interface Extractor {
  readonly name: string;
  readonly version: string;
  /** @throws NotAFundDocument when the text is about something else */
  extract(pdf: OpenPdf, context: ExtractorContext): Promise<Extracted>;
}

/** A healthy PDF with text in it that is about something else. */
export class NotAFundDocument extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'NotAFundDocument';
  }
}

/** Pages without any text: a scan, a picture. */
export class NoTextLayer extends Error {
  readonly pages: number;

  constructor(pages: number) {
    super(`none of the ${pages} pages has text`);
    this.name = 'NoTextLayer';
    this.pages = pages;
  }
}

/** A form of Adobe's XFA kind: its one page only asks the reader to wait, the content is a program. */
export class DynamicForm extends Error {
  constructor() {
    super('the page only says that its content is being loaded');
    this.name = 'DynamicForm';
  }
}
