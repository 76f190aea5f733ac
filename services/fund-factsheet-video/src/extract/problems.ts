/**
 * Documents that cannot be read, as final errors in plain words. None of them is retried: the same file fails again.
 * Trouble of ours (no reading process, no memory on the host) is not here and stays a technical error.
 */
import { BusinessValidationError } from '@baton/step-sdk';
import type { Finding } from '@baton/step-sdk';
import { PDF_LIMITS } from '../pdf/open-pdf.ts';
import type { UnreadablePdf, UnreadableWhy } from '../pdf/open-pdf.ts';
import type { NoTextLayer } from './extractor.ts';

/** The document itself is at fault: locked, damaged, a picture, not a PDF, too large. */
export class UnreadableDocumentError extends BusinessValidationError {}

/** The PDF can be read and is about something else. */
export class NotAFactsheetError extends BusinessValidationError {}

const MEGABYTE = 1_000_000;

const PROBLEMS: Readonly<Record<UnreadableWhy, { code: string; message: string; help: string }>> = {
  password: {
    code: 'document_password', message: 'The PDF is locked with a password and cannot be opened.',
    help: 'Open it with its password, save a copy without one ("Print to PDF" does it too) and send the copy.',
  },
  damaged: {
    code: 'document_damaged', message: 'The PDF is damaged and cannot be read.',
    help: 'Open it in a PDF viewer. If it shows, save it again under a new name and send that file; if not, fetch it again from where it came.',
  },
  empty: { code: 'document_empty', message: 'The file is empty: it has 0 bytes.', help: 'The upload or the export broke off. Send the file again.' },
  'not-a-pdf': {
    code: 'document_not_pdf', message: 'The file is not a PDF.',
    help: 'Send the factsheet as a PDF. A web page saved as .pdf, a Word file or a picture has to be exported as PDF first.',
  },
  'too-large': {
    code: 'document_too_large', message: `The file is larger than ${PDF_LIMITS.maxBytes / MEGABYTE} MB; a factsheet has a few.`,
    help: 'Send only the factsheet\'s own pages, or save the PDF with reduced image size.',
  },
  'too-many-pages': {
    code: 'document_too_many_pages', message: `The PDF has more than ${PDF_LIMITS.maxPages} pages; a factsheet has a few.`,
    help: 'Send only the pages about the one fund the film is for.',
  },
  'too-slow': {
    code: 'document_too_slow', message: `The PDF could not be read within ${PDF_LIMITS.deadlineMs / 1000} seconds.`,
    help: 'It is built in a way that makes reading it very slow. Print it to a new PDF and send that file.',
  },
};

export function unreadable(problem: UnreadablePdf): UnreadableDocumentError {
  const { code, message, help } = PROBLEMS[problem.why];
  return new UnreadableDocumentError([{ code, message, help, severity: 'error', field: 'document' }]);
}

export function withoutText(problem: NoTextLayer): UnreadableDocumentError {
  const pages = problem.pages === 1 ? 'Its one page is a picture' : `Its ${problem.pages} pages are pictures`;
  return new UnreadableDocumentError([{
    code: 'document_no_text', field: 'document', severity: 'error', page: 1,
    message: `The PDF has no text in it. ${pages}, probably a scan, and figures are never guessed from a picture.`,
    help: 'Send the PDF as the fund house published it, or run a text recognition (OCR) over it, check its figures and send the result.',
  }]);
}

export function notAFactsheet(): NotAFactsheetError {
  const finding: Finding = {
    code: 'document_not_a_factsheet', field: 'document', severity: 'error',
    message: 'The PDF is not a fund document: it speaks of no fund, no returns, no objective and no risk.',
    help: 'Check that the right file was sent. A film is made from a factsheet, a fund card or a monthly report of one fund.',
  };
  return new NotAFactsheetError([finding]);
}

export function dynamicForm(): UnreadableDocumentError {
  return new UnreadableDocumentError([{
    code: 'document_dynamic_form', field: 'document', severity: 'error', page: 1,
    message: 'The PDF is a form that builds its content by a program when it is opened; there is nothing to read in the file itself.',
    help: 'Open it in Adobe Reader, print it to a new PDF and send that file.',
  }]);
}
