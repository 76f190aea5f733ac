/** ISO 6166: two letters, nine characters, a check digit (Luhn over digits, letters counting as 10 to 35). */
import type { TextField } from '../../extracted.ts';
import type { DocumentText } from '../document-text.ts';
import { boxOf } from '../text/page-text.ts';
import { missing, source } from './found.ts';

const ISIN = /(?<![A-Z0-9])([A-Z]{2}[A-Z0-9]{9}\d)(?![A-Z0-9])/g;

export function hasCheckDigit(isin: string): boolean {
  const digits = [...isin].map((char) => parseInt(char, 36).toString()).join('');
  let sum = 0;
  [...digits].reverse().forEach((char, index) => {
    const value = Number(char) * (index % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  });
  return sum % 10 === 0;
}

export function isinOf(document: DocumentText): TextField {
  const seen = new Map<string, { page: number; line: string; box: [number, number, number, number]; labelled: boolean }>();
  for (const page of document.pages) {
    for (const line of page.lines) {
      for (const match of line.text.matchAll(ISIN)) {
        const isin = match[1] ?? '';
        if (!hasCheckDigit(isin) || seen.has(isin)) continue;
        const word = line.cells.flatMap((cell) => cell.words).find((candidate) => candidate.text.includes(isin));
        const cell = line.cells.find((candidate) => candidate.text.includes(isin));
        seen.set(isin, { page: page.number, line: cell?.text ?? line.text, box: boxOf(word ?? line.cells[0] ?? { x0: 0, x1: 0, y: line.y, size: line.size }), labelled: /ISIN/iu.test(line.text) });
      }
    }
  }
  if (seen.size === 0) return missing('No ISIN with a correct check digit stands in the document.');
  const entries = [...seen];
  const onFirstPage = entries.filter(([, where]) => where.page === document.pages[0]?.number);
  // Holdings of bond funds carry ISINs too: with several, only one that is labelled on the first page counts.
  const pool = entries.length === 1 ? entries : onFirstPage.filter(([, where]) => where.labelled);
  const chosen = pool[0];
  if (chosen === undefined || pool.length > 1) {
    return missing(`The document names ${seen.size} ISINs (${entries.slice(0, 6).map(([isin]) => isin).join(', ')}) and does not say which one it is about.`);
  }
  const [isin, where] = chosen;
  return { value: isin, ...source(where.page, where.line, where.box, where.labelled ? 0.98 : 0.85) };
}
