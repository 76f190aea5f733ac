/** Values beside or below their label: `Benchmark: MSCI World`, `ISIN   LU0123456789`, or the label over the value. */
import type { Box } from '../../extracted.ts';
import type { DocumentPage, DocumentText } from '../document-text.ts';
import { joinLines } from '../text/blocks.ts';
import { boxAround, boxOf, overlap } from '../text/page-text.ts';
import type { Cell } from '../text/page-text.ts';

export interface Labelled {
  readonly label: string;
  readonly value: string;
  readonly page: number;
  readonly box: Box;
  readonly snippet: string;
  /** `same` in one cell with its label, `beside` in the next cell, `below` under it. */
  readonly place: 'same' | 'beside' | 'below';
}

/**
 * Every value with a label that matches. `label` is anchored by this function at a cell's beginning.
 *
 * @param label a pattern without anchors or flags
 */
export function labelled(document: DocumentText, label: string, pages?: readonly DocumentPage[]): Labelled[] {
  const start = new RegExp(`^(?:[•·*▪■l-]\\s*)?(?<label>${label})(?<end>\\s*[:：]\\s*|\\s+[-–|]\\s+|\\s+|$)(?<rest>.*)$`, 'iu');
  const found: Labelled[] = [];
  for (const page of pages ?? document.pages) {
    page.lines.forEach((line, index) => {
      line.cells.forEach((cell, position) => {
        const groups = start.exec(cell.text)?.groups;
        if (groups === undefined) return;
        const name = groups['label'] ?? '';
        const rest = (groups['rest'] ?? '').trim();
        const at = { label: name, page: page.number };
        if (rest !== '') {
          const more = continuation(page, index, cell);
          const value = joinLines([rest, ...more.map((part) => part.text)]);
          found.push({ ...at, value, place: 'same', snippet: joinLines([cell.text, ...more.map((part) => part.text)]), box: boxAround([cell, ...more].map(boxOf)) });
          return;
        }
        const next = line.cells[position + 1];
        if (next !== undefined && !page.gutters.some((gutter) => gutter.x0 >= cell.x1 - 2 && gutter.x1 <= next.x0 + 2)) {
          const more = continuation(page, index, next);
          const value = joinLines([next.text.replace(/^[:：]\s*/u, ''), ...more.map((part) => part.text)]);
          found.push({ ...at, value, place: 'beside', snippet: `${cell.text} ${joinLines([next.text, ...more.map((part) => part.text)])}`, box: boxAround([next, ...more].map(boxOf)) });
        }
        const under = cellBelow(page, index, cell);
        if (under !== undefined) {
          const more = continuation(page, under.index, under.cell);
          const value = joinLines([under.cell, ...more].map((part) => part.text));
          found.push({ ...at, value, place: 'below', snippet: `${cell.text} ${value}`, box: boxAround([under.cell, ...more].map(boxOf)) });
        }
      });
    });
  }
  return found;
}

function cellBelow(page: DocumentPage, index: number, cell: Cell): { cell: Cell; index: number } | undefined {
  for (let at = index + 1; at < page.lines.length; at += 1) {
    const line = page.lines[at];
    if (line === undefined || cell.y - line.y > 2.6 * cell.size) return undefined;
    const below = line.cells.find((candidate) => overlap(candidate, cell) > 0 && Math.abs(candidate.x0 - cell.x0) < 12);
    if (below !== undefined) return { cell: below, index: at };
  }
  return undefined;
}

/** The next lines of a value that is broken: same column, same face, close by. A label has another face or its own value. */
function continuation(page: DocumentPage, index: number, cell: Cell): Cell[] {
  const parts: Cell[] = [];
  let last = cell;
  for (let at = index + 1; at < page.lines.length && parts.length < 3; at += 1) {
    const line = page.lines[at];
    if (line === undefined || last.y - line.y > 1.6 * last.size) break;
    const next = line.cells.find((candidate) => Math.abs(candidate.x0 - cell.x0) < 3 && candidate.font === last.font && Math.abs(candidate.size - last.size) < 0.4);
    if (next === undefined) continue;
    const position = line.cells.indexOf(next);
    const hasLabel = position > 0 && overlapsColumn(line.cells[position - 1], cell);
    if (hasLabel || /^[^:]{2,40}:(?:\s|$)/u.test(next.text) || !/[,(&-]$|\b(?:and|of|the|in|to|und|et|de)$/iu.test(last.text) && /^[A-Z][\p{L} ]{2,30}$/u.test(next.text) && last.text.length < 12) break;
    parts.push(next);
    last = next;
  }
  return parts;
}

function overlapsColumn(label: Cell | undefined, value: Cell): boolean {
  return label !== undefined && value.x0 - label.x1 < 140 && label.x1 < value.x0;
}
