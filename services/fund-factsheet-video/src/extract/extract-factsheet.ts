/** From a PDF's bytes to its data: opens, reads, and turns what is wrong with a document into a final error. */
import { Extracted } from '../extracted.ts';
import { openPdf, UnreadablePdf } from '../pdf/open-pdf.ts';
import type { OpenPdfOptions } from '../pdf/open-pdf.ts';
import { DynamicForm, NoTextLayer, NotAFundDocument } from './extractor.ts';
import type { Extractor } from './extractor.ts';
import { dynamicForm, notAFactsheet, unreadable, withoutText } from './problems.ts';
import { rulesExtractor } from './rules-extractor.ts';

export interface ExtractFactsheetOptions extends OpenPdfOptions {
  /** Default: by rules. */
  readonly extractor?: Extractor;
  /** Today, ISO. Default: the clock's. */
  readonly nowIso?: string;
  readonly progress?: (percent: number, message: string) => void;
}

/**
 * @throws UnreadableDocumentError (locked, damaged, without text, not a PDF, too large, too slow)
 * @throws NotAFactsheetError when the document is about something else
 */
export async function extractFactsheet(bytes: Uint8Array, options: ExtractFactsheetOptions = {}): Promise<Extracted> {
  const extractor = options.extractor ?? rulesExtractor;
  const nowIso = options.nowIso ?? new Date().toISOString().slice(0, 10);
  try {
    return await openPdf(bytes, options, async (pdf) => Extracted.parse(await extractor.extract(pdf, {
      nowIso, ...(options.signal === undefined ? {} : { signal: options.signal }), ...(options.progress === undefined ? {} : { progress: options.progress }),
    })));
  } catch (error) {
    if (error instanceof UnreadablePdf) throw unreadable(error);
    if (error instanceof NoTextLayer) throw withoutText(error);
    if (error instanceof DynamicForm) throw dynamicForm();
    if (error instanceof NotAFundDocument) throw notAFactsheet();
    throw error;
  }
}
