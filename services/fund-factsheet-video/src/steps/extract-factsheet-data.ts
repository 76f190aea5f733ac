import { ArtifactRef } from '@baton/contracts';
import { defineStep } from '@baton/step-sdk';
import { z } from 'zod';
import { extractFactsheet } from '../extract/extract-factsheet.ts';
import type { Extractor } from '../extract/extractor.ts';
import { unreadable } from '../extract/problems.ts';
import { rulesExtractor } from '../extract/rules-extractor.ts';
import { Extracted } from '../extracted.ts';
import { PDF_LIMITS, UnreadablePdf } from '../pdf/open-pdf.ts';

/** Reads a factsheet: every value with its page, its words and a confidence, everything else null with a reason. */
export function defineExtractFactsheetData(extractor: Extractor = rulesExtractor) {
  return defineStep({
    name: 'extract_factsheet_data',
    input: z.object({ document: ArtifactRef }),
    output: z.object({ extracted: Extracted, extracted_file: ArtifactRef }),
    timeoutSeconds: 300,
    heartbeatSeconds: 30,
    // Each attempt has a reading process of its own.
    concurrency: 4,
    async run({ document }, ctx) {
      ctx.heartbeat({ percent: 0, message: 'Opening the PDF' });
      // Known without fetching it: 200 MB are never loaded.
      if (document.bytes > PDF_LIMITS.maxBytes) throw unreadable(new UnreadablePdf('too-large', `the file has ${document.bytes} bytes`));
      const bytes = await ctx.blob.get(document);
      const extracted = await extractFactsheet(bytes, {
        extractor, signal: ctx.signal, deadlineMs: 120_000, progress: (percent, message) => ctx.heartbeat({ percent, message }),
      });
      const file = new TextEncoder().encode(`${JSON.stringify(extracted, null, 2)}\n`);
      const extracted_file = await ctx.blob.put(file, { name: 'extracted.json', mediaType: 'application/json' });
      ctx.log.info({ extractor: extractor.name, pages: extracted.document.pages, kind: extracted.document.kind }, 'factsheet read');
      ctx.heartbeat({ percent: 100, message: 'Factsheet read' });
      return { extracted, extracted_file };
    },
  });
}

export const extractFactsheetData = defineExtractFactsheetData();
