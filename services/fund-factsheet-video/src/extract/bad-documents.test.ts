import { describe, expect, it } from '@jest/globals';
import { BusinessValidationError } from '@baton/step-sdk';
import { dynamicFormPdf, generateFactsheet, imageOnlyPdf, notAFactsheet, withScript } from '../../fixtures/generate-factsheet.ts';
import { extractFactsheet } from './extract-factsheet.ts';
import type { ExtractFactsheetOptions } from './extract-factsheet.ts';

async function refusal(bytes: Uint8Array, options: ExtractFactsheetOptions = {}): Promise<BusinessValidationError> {
  const outcome = await extractFactsheet(bytes, { nowIso: '2025-07-15', ...options }).catch((error: unknown) => error);
  if (!(outcome instanceof BusinessValidationError)) throw new Error(`Expected a final error, but got ${String(outcome)}`);
  return outcome;
}

describe('extractFactsheet on documents that cannot be read', () => {
  const cases: readonly (readonly [string, string, () => Promise<Uint8Array>, ExtractFactsheetOptions?])[] = [
    ['a locked PDF', 'document_password', () => generateFactsheet({ password: 'secret' })],
    ['an empty file', 'document_empty', () => generateFactsheet({ damage: 'empty' })],
    ['a web page named .pdf', 'document_not_pdf', () => generateFactsheet({ damage: 'not-a-pdf' })],
    ['a PDF of which only the beginning arrived', 'document_damaged', () => generateFactsheet({ damage: 'truncated' })],
    ['a PDF whose objects are noise', 'document_damaged', () => generateFactsheet({ damage: 'broken-objects' })],
    ['a scan', 'document_no_text', imageOnlyPdf],
    ['a recipe', 'document_not_a_factsheet', notAFactsheet],
    ['a PDF that runs a script when opened', 'document_not_a_factsheet', () => withScript(1)],
    ['a form that builds itself', 'document_dynamic_form', dynamicFormPdf],
    ['a book', 'document_too_many_pages', () => withScript(30), { maxPages: 20 }],
    ['a file over the limit', 'document_too_large', () => generateFactsheet(), { maxBytes: 5_000 }],
    ['a PDF that takes too long', 'document_too_slow', () => generateFactsheet(), { deadlineMs: 1 }],
  ];
  for (const [what, code, make, options] of cases) {
    it(`refuses ${what} for good, and says what a person can do`, async () => {
      const error = await refusal(await make(), options);
      expect(error.findings).toEqual([expect.objectContaining({ code, severity: 'error', field: 'document' })]);
      expect(error.findings[0]?.message).toMatch(/^[A-Z].{15,}\.$/u);
      expect(error.findings[0]?.help).toMatch(/[Ss]end|[Cc]heck/u);
      // Words of the trade of programmers help nobody here.
      expect(error.message).not.toMatch(/exception|stack|undefined|null|Error:/iu);
    });
  }

  it('refuses a document that eats the reading process\'s memory, and the service goes on', async () => {
    const error = await refusal(await generateFactsheet(), { heapMb: 8 });
    expect(error.findings[0]?.code).toBe('document_damaged');
    await expect(extractFactsheet(await generateFactsheet(), { nowIso: '2025-07-15' })).resolves.toMatchObject({ isin: { value: expect.any(String) } });
  });

  it('stops at once when the attempt is cancelled', async () => {
    const controller = new AbortController();
    const reading = extractFactsheet(await generateFactsheet(), { signal: controller.signal });
    controller.abort(new Error('cancelled by a person'));
    await expect(reading).rejects.toThrow('cancelled by a person');
  });
});
