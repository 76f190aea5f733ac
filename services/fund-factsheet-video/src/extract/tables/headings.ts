/** Words of one line that together are one heading of a column, such as `1 month` in `1 month 3 months YTD`. */
import type { Line, Word } from '../text/page-text.ts';
import { periodOf } from '../lexicon/periods.ts';
import type { PeriodName } from '../lexicon/periods.ts';

export interface PeriodHeading extends PeriodName {
  readonly text: string;
  readonly x0: number;
  readonly x1: number;
  readonly y: number;
  readonly size: number;
}

const MAX_WORDS = 6;

export function wordsOf(line: Line): Word[] {
  return line.cells.flatMap((cell) => cell.words);
}

/** The period headings of a line, taking a line above into account when headings are set on two lines. */
export function periodHeadings(line: Line, above: readonly Line[]): PeriodHeading[] {
  const single = matchAlong(wordsOf(line));
  const stacked = matchStacked(line, above, single);
  return [...single, ...stacked].sort((a, b) => a.x0 - b.x0);
}

/** Greedy: the longest run of words that is a period's name. */
function matchAlong(words: readonly Word[]): PeriodHeading[] {
  const found: PeriodHeading[] = [];
  for (let start = 0; start < words.length; start += 1) {
    for (let length = Math.min(MAX_WORDS, words.length - start); length > 0; length -= 1) {
      const run = words.slice(start, start + length);
      if (run.some((word, index) => index > 0 && word.x0 - (run[index - 1]?.x1 ?? 0) > 1.1 * word.size)) continue;
      const heading = headingOf(run);
      if (heading === undefined) continue;
      found.push(heading);
      start += length - 1;
      break;
    }
  }
  return found;
}

function headingOf(words: readonly Word[]): PeriodHeading | undefined {
  const text = words.map((word) => word.text).join(' ');
  // A bare "m" or "a" is a letter, not a heading.
  if (text.length < 2) return undefined;
  const name = periodOf(text);
  const first = words[0];
  if (name === undefined || first === undefined) return undefined;
  return { ...name, text, x0: Math.min(...words.map((word) => word.x0)), x1: Math.max(...words.map((word) => word.x1)), y: first.y, size: first.size };
}

/** `1` over `month`, `Since` over `launch`, `Year to` over `date`. */
function matchStacked(line: Line, above: readonly Line[], single: readonly PeriodHeading[]): PeriodHeading[] {
  const free = line.cells.flatMap((cell) => groupsOf(cell.words)).filter((group) => !single.some((heading) => covers(heading, group)));
  const found: PeriodHeading[] = [];
  for (const group of free) {
    let words = [...group];
    let bottom = group[0];
    for (const upper of above.slice(0, 2)) {
      if (bottom === undefined || upper.y - bottom.y > 2.1 * bottom.size) break;
      const centre = (Math.min(...words.map((w) => w.x0)) + Math.max(...words.map((w) => w.x1))) / 2;
      const over = upper.cells.flatMap((cell) => groupsOf(cell.words)).filter((candidate) => {
        const x0 = candidate[0]?.x0 ?? 0;
        const x1 = candidate.at(-1)?.x1 ?? 0;
        const left = Math.min(...words.map((w) => w.x0));
        const right = Math.max(...words.map((w) => w.x1));
        return (x0 <= centre && x1 >= centre) || Math.abs(x0 - left) < 3 || Math.abs(x1 - right) < 3 || ((x0 + x1) / 2 > left && (x0 + x1) / 2 < right);
      });
      if (over.length !== 1) break;
      words = [...(over[0] ?? []), ...words];
      bottom = over[0]?.[0];
      const heading = headingOf(words);
      if (heading !== undefined) {
        found.push({ ...heading, y: line.y });
        break;
      }
    }
  }
  return found;
}

/** Words with ordinary spaces between them. */
function groupsOf(words: readonly Word[]): Word[][] {
  const groups: Word[][] = [];
  for (const word of words) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && word.x0 - last.x1 < 0.55 * word.size) groups.at(-1)?.push(word);
    else groups.push([word]);
  }
  return groups;
}

function covers(heading: PeriodHeading, group: readonly Word[]): boolean {
  return (group[0]?.x0 ?? 0) < heading.x1 && (group.at(-1)?.x1 ?? 0) > heading.x0;
}
