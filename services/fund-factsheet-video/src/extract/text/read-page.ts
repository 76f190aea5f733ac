/** From runs to lines and cells. */
import type { PdfPage, TextRun } from '../../pdf/pdf-page.ts';
import { cellOf } from './page-text.ts';
import type { Cell, Line, PageText, Word } from './page-text.ts';
import { undouble } from './undouble.ts';

/** A gap of this share of the font size begins a new cell. A space is a quarter of it, justified prose goes up to about 0.7. */
const CELL_GAP = 0.95;

export function readPage(page: PdfPage): PageText {
  const words = undouble(page.runs).flatMap(wordsOf);
  return { number: page.number, width: page.width, height: page.height, lines: linesOf(words, page.number) };
}

/** A run's words. Where a word begins within its run is estimated from widths that most faces share. */
function wordsOf(run: TextRun): Word[] {
  const text = run.text.normalize('NFKC').replaceAll('\u00ad', '');
  const total = [...text].reduce((sum, char) => sum + breadth(char), 0);
  const words: Word[] = [];
  let at = 0;
  let start = 0;
  let current = '';
  const close = (): void => {
    if (current !== '') words.push({ text: current, x0: run.x + (start / total) * run.width, x1: run.x + (at / total) * run.width, y: run.y, size: run.size, font: run.font });
    current = '';
  };
  for (const char of text) {
    if (/\s/.test(char)) {
      close();
      at += breadth(char);
      start = at;
    } else {
      current += char;
      at += breadth(char);
    }
  }
  close();
  return words;
}

function breadth(char: string): number {
  if (/[\s.,:;'|!iljtI()[\]]/.test(char)) return 0.5;
  if (/[mwMW@%—]/.test(char)) return 1.5;
  if (/[A-Z]/.test(char)) return 1.15;
  return 1;
}

function linesOf(words: readonly Word[], page: number): Line[] {
  const rows: Word[][] = [];
  for (const word of [...words].sort((a, b) => b.y - a.y || a.x0 - b.x0)) {
    const row = rows.findLast((candidate) => {
      const first = candidate[0];
      return first !== undefined && Math.abs(first.y - word.y) < 0.32 * Math.min(first.size, word.size);
    });
    if (row === undefined) rows.push([word]);
    else row.push(word);
  }
  return rows.map((row) => {
    const cells = cellsOf([...row].sort((a, b) => a.x0 - b.x0));
    return { page, y: row[0]?.y ?? 0, size: Math.max(...row.map((word) => word.size)), cells, text: cells.map((cell) => cell.text).join(' ') };
  }).sort((a, b) => b.y - a.y);
}

function cellsOf(words: readonly Word[]): Cell[] {
  const groups: Word[][] = [];
  for (const word of words) {
    const last = groups.at(-1)?.at(-1);
    if (last === undefined) { groups.push([word]); continue; }
    const gap = word.x0 - last.x1;
    const size = Math.min(last.size, word.size);
    // Pieces that touch are one word: a PDF may set every glyph, or a sign and its digits, apart.
    const joined = gap < (/^[-\u2010’'%][\p{L}]?/u.test(word.text) ? 0.2 : 0.12) * size;
    if (joined && last.size === word.size && gap > -0.5 * size) groups.at(-1)?.splice(-1, 1, { ...last, text: last.text + word.text, x1: Math.max(last.x1, word.x1) });
    else if (gap < CELL_GAP * size) groups.at(-1)?.push(word);
    else groups.push([word]);
  }
  return groups.map(cellOf);
}
