import { breakLines, captionLimits } from './break-lines.ts';
import { wordsOf } from './words.ts';

/** Costs of a change of caption, by how it disturbs reading: more captions than needed, in the middle of a clause, uneven. */
const cost = { cue: 1_000, insideClause: 30, unevenness: 40 } as const;

/**
 * Splits a sentence into captions of at most two lines: as few as can be, changing rather after a punctuation mark, and
 * then of about equal length.
 * @returns the lines of each caption.
 */
export function splitCues(text: string): string[][] {
  const words = wordsOf(text, captionLimits.charactersPerLine);
  const characters = words.reduce((sum, word) => sum + word.length + 1, 0);
  const ideal = characters / Math.max(1, Math.ceil(characters / (captionLimits.lines * captionLimits.charactersPerLine)));
  const best: { cost: number; next: number; lines: string[] }[] = [];
  best[words.length] = { cost: 0, next: words.length, lines: [] };
  for (let from = words.length - 1; from >= 0; from -= 1) {
    let choice = { cost: Infinity, next: words.length, lines: [] as string[] };
    for (let to = from + 1; to <= words.length; to += 1) {
      const part = words.slice(from, to).join(' ');
      const lines = breakLines(part);
      if (lines.length > captionLimits.lines) break;
      const last = to === words.length;
      const clause = last || /[,;:.!?–—]$/u.test(words[to - 1] ?? '');
      const own = cost.cue + (clause ? 0 : cost.insideClause) + cost.unevenness * ((part.length - ideal) / ideal) ** 2;
      const whole = own + (best[to]?.cost ?? 0);
      if (whole < choice.cost) choice = { cost: whole, next: to, lines };
    }
    best[from] = choice;
  }
  const cues: string[][] = [];
  for (let from = 0; from < words.length; from = best[from]?.next ?? words.length) cues.push(best[from]?.lines ?? []);
  return cues;
}
