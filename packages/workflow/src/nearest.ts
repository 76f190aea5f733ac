/** Candidates that are compared letter by letter; a definition of a thousand wrong names must not hold whoever checks it. */
const MOST_COMPARED = 16;
const LONGEST = 128;

/** The candidate most like `word`, where one is close enough to be what was meant: up to a third of its characters left out, added, changed or swapped with their neighbour. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LONGEST) return undefined;
  const sought = word.toLowerCase();
  const furthest = Math.max(2, Math.floor(word.length / 3));
  const letters = lettersOf(sought);
  const near = [...candidates].flatMap((candidate) => {
    if (Math.abs(candidate.length - word.length) > furthest) return [];
    const least = differing(letters, candidate.toLowerCase());
    return least <= furthest ? [{ candidate, least }] : [];
  });
  near.sort((a, b) => a.least - b.least);
  let best: string | undefined;
  let bestDistance = furthest + 1;
  for (const { candidate, least } of near.slice(0, MOST_COMPARED)) {
    if (least >= bestDistance) break;
    const distance = slips(sought, candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function lettersOf(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return counts;
}

/** At least so many slips lie between two texts, whatever the order of their letters. */
function differing(letters: ReadonlyMap<string, number>, other: string): number {
  const left = new Map(letters);
  let added = 0;
  for (const letter of other) {
    const count = left.get(letter) ?? 0;
    if (count > 0) left.set(letter, count - 1);
    else added++;
  }
  let missing = 0;
  for (const count of left.values()) missing += count;
  return Math.max(added, missing);
}

/** Optimal string alignment: Levenshtein's distance, in which two neighbours that are swapped are one slip. */
function slips(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Infinity;
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1), swapped);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}

/** `; did you mean "x"?`, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const found = nearest(word, candidates);
  return found === undefined ? '' : `; did you mean ${JSON.stringify(found)}?`;
}
