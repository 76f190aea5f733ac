/** Finds a quoted snippet in the document: what is not there was made up. */
import type { Box } from '../../extracted.ts';
import type { DocumentText } from '../document-text.ts';
import { boxAround, boxOf } from '../text/page-text.ts';

/** The place of the snippet; undefined where the document does not say it. */
export function locateSnippet(document: DocumentText, snippet: string): { page: number; box: Box } | undefined {
  const wanted = plain(snippet);
  if (wanted.length < 2) return undefined;
  for (const page of document.pages) {
    for (const line of page.lines) {
      const cells = line.cells;
      for (let from = 0; from < cells.length; from += 1) {
        for (let to = from + 1; to <= cells.length; to += 1) {
          const part = cells.slice(from, to);
          if (plain(part.map((cell) => cell.text).join(' ')).includes(wanted)) return { page: page.number, box: boxAround(part.map(boxOf)) };
        }
      }
    }
    const block = page.blocks.find((candidate) => plain(candidate.text).includes(wanted));
    if (block !== undefined) return { page: page.number, box: block.box };
  }
  return undefined;
}

/** Letters, digits and the signs that change a number's meaning: layout and quotation marks may differ. */
function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/[−–—‐]/gu, '-').replace(/[^\p{L}\p{N}.,%()-]/gu, '');
}
