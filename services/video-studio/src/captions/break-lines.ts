import { wordsOf } from './words.ts';

/** What broadcasters allow: two lines of 42 characters can be read at a glance. */
export const captionLimits = { lines: 2, charactersPerLine: 42 } as const;

/**
 * Breaks a sentence into lines of at most `charactersPerLine`, as even as can be, rather after a punctuation mark than elsewhere.
 * A word longer than a line is cut.
 */
export function breakLines(text: string, charactersPerLine: number = captionLimits.charactersPerLine): string[] {
  const words = wordsOf(text, charactersPerLine);
  if (words.length === 0) return [];
  const lengths = words.map((word) => [...word].length);
  // Least cost of the words from index on: unevenness of each line, and a little less for a line that ends a clause.
  const best: { cost: number; next: number }[] = [];
  best[words.length] = { cost: 0, next: words.length };
  for (let from = words.length - 1; from >= 0; from -= 1) {
    let width = -1;
    let choice = { cost: Infinity, next: from + 1 };
    for (let to = from; to < words.length; to += 1) {
      width += (lengths[to] ?? 0) + 1;
      if (width > charactersPerLine) break;
      const last = to === words.length - 1;
      const clause = /[,;:.!?–—]$/u.test(words[to] ?? '');
      // One more line costs more than any unevenness, so the number of lines is the least possible.
      const cost = (charactersPerLine - width) ** 2 * (clause && !last ? 0.6 : 1) + 4 * charactersPerLine ** 2 + (best[to + 1]?.cost ?? 0);
      if (cost < choice.cost) choice = { cost, next: to + 1 };
    }
    best[from] = choice;
  }
  const lines: string[] = [];
  for (let from = 0; from < words.length; from = best[from]?.next ?? words.length) lines.push(words.slice(from, best[from]?.next).join(' '));
  return lines;
}
