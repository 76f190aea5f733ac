/**
 * Numbered rows: some sheets mark their rows `1`, `2`, `3` (often as a picture) and explain the numbers elsewhere:
 * `1 Share Price`, `2 Net asset value`, `3 Benchmark: …`.
 */
import { readRow } from '../lexicon/rows.ts';
import type { OwnNames } from '../lexicon/rows.ts';
import type { DocumentText } from '../document-text.ts';
import type { Cell, Line } from '../text/page-text.ts';

export interface LegendEntry { readonly number: number; readonly label: string }

/** The document's legend, when there is one with a fund's row in it. */
export function legendOf(document: DocumentText, names: OwnNames): LegendEntry[] {
  for (const page of document.pages) {
    const cells = page.lines.flatMap(numberedCells);
    for (let start = 0; start < cells.length; start += 1) {
      const first = entryOf(cells[start]?.text ?? '');
      if (first?.number !== 1) continue;
      const entries = [first];
      const x0 = cells[start]?.x0 ?? 0;
      for (const cell of cells.slice(start + 1)) {
        if (Math.abs(cell.x0 - x0) > 6) continue;
        const entry = entryOf(cell.text);
        if (entry?.number === entries.length + 1) entries.push(entry);
        else if (entries.length > 1 && entry === undefined && (cells[start]?.y ?? 0) - cell.y > 14 * entries.length * 2) break;
      }
      const kinds = entries.map((entry) => readRow(entry.label, names).kind);
      const returns = kinds.filter((kind) => kind !== 'unknown' && kind !== 'other' && kind !== 'peer');
      if (entries.length >= 2 && returns.length === entries.length && kinds.includes('benchmark')) return entries;
    }
  }
  return [];
}

/** Cells of a line; a number that stands apart is joined to the words after it. */
function numberedCells(line: Line): Pick<Cell, 'text' | 'x0' | 'y'>[] {
  return line.cells.map((cell, index) => {
    const next = line.cells[index + 1];
    const joined = /^[1-9]$/u.test(cell.text) && next !== undefined && next.x0 - cell.x1 < 3 * cell.size;
    return { text: joined ? `${cell.text} ${next.text}` : cell.text, x0: cell.x0, y: cell.y };
  });
}

function entryOf(text: string): LegendEntry | undefined {
  const match = /^(?<number>[1-9])[.)]?\s+(?<label>\p{L}.{2,90})$/u.exec(text);
  if (match?.groups === undefined) return undefined;
  return { number: Number(match.groups['number']), label: match.groups['label'] ?? '' };
}
