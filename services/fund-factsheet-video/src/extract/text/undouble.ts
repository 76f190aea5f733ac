/**
 * Takes out text that is drawn twice in the same place. Some programs make a bold face by drawing a run two to
 * four times, a fraction of a point apart, and cut the copies at other characters than the original:
 * "long-" + "long" + "-term" stands for "long-term".
 *
 * Only what overlaps on the page is touched: `0.00 0.00` beside each other are two values.
 */
import type { TextRun } from '../../pdf/pdf-page.ts';

/** How far the copies lie apart, in points. */
const SHIFT = 0.8;
const EDGE = 1.8;

export function undouble(runs: readonly TextRun[]): TextRun[] {
  const kept: TextRun[] = [];
  const byBaseline = new Map<number, TextRun[]>();
  // Longest first, so that a fragment always meets the run it is a copy of.
  for (const run of [...runs].sort((a, b) => b.width - a.width)) {
    const slot = Math.round(run.y);
    const near = [slot - 1, slot, slot + 1].flatMap((key) => byBaseline.get(key) ?? []).filter((other) => Math.abs(other.y - run.y) < SHIFT && Math.abs(other.size - run.size) < 0.5);
    const rest = near.reduce<TextRun | null>((left, other) => (left === null ? null : without(left, other)), run);
    if (rest === null) continue;
    kept.push(rest);
    byBaseline.set(slot, [...(byBaseline.get(slot) ?? []), rest]);
  }
  const order = new Map(runs.map((run, index) => [run.text + run.x + run.y, index]));
  return kept.sort((a, b) => (order.get(a.text + a.x + a.y) ?? 0) - (order.get(b.text + b.x + b.y) ?? 0));
}

/** What is left of a run when another one covers it or overlaps its ends; null when nothing is. */
function without(run: TextRun, other: TextRun): TextRun | null {
  const shared = Math.min(run.x + run.width, other.x + other.width) - Math.max(run.x, other.x);
  if (shared < 0.3) return run;
  const inside = run.x >= other.x - EDGE && run.x + run.width <= other.x + other.width + EDGE;
  if (inside && other.text.includes(run.text.trim())) return null;
  if (run.x >= other.x) {
    const length = commonLength(other.text, run.text);
    if (length > 0 && fits(run, length, shared)) return cut(run, length, run.text.length);
  } else {
    const length = commonLength(run.text, other.text);
    if (length > 0 && fits(run, length, shared)) return cut(run, 0, run.text.length - length);
  }
  return run;
}

/** The longest end of `left` that is also the beginning of `right`. */
function commonLength(left: string, right: string): number {
  for (let length = Math.min(left.length, right.length); length > 0; length -= 1) {
    if (left.endsWith(right.slice(0, length))) return length;
  }
  return 0;
}

/** Whether characters that are equal are also where the overlap is. */
function fits(run: TextRun, length: number, shared: number): boolean {
  const expected = (run.width / run.text.length) * length;
  return Math.abs(expected - shared) < Math.max(3, expected * 0.35);
}

function cut(run: TextRun, from: number, to: number): TextRun | null {
  const text = run.text.slice(from, to);
  if (text.trim() === '') return null;
  const perCharacter = run.width / run.text.length;
  return { ...run, text, x: run.x + perCharacter * from, width: perCharacter * (to - from) };
}
