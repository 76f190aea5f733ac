import Table from 'cli-table3';
import { line } from './safe.ts';

const NO_BORDERS = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' };

/** Columns without lines, so that a page of it can be cut with awk. Cells are one line. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const made = new Table({ head: [...head], chars: NO_BORDERS, style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] } });
  for (const row of rows) made.push(row.map((cell) => line(cell, 120)));
  return made
    .toString()
    .split('\n')
    .map((text) => text.trimEnd())
    .join('\n');
}
