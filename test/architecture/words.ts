// What kind of bytes a file holds is nobody's business in particular.
const mediaTypes = /\b(application|audio|image|text|video)\\?\/[\w.+*-]+/g;

/** The words of a text as a person reads them: `fundName`, `fund_name` and `FUND-NAME` all hold the word fund. */
export function* wordsOf(text: string): Generator<{ word: string; line: number }> {
  let line = 1;
  for (const row of text.split('\n')) {
    for (const [piece] of row.replace(mediaTypes, '').matchAll(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g)) yield { word: piece.toLowerCase(), line };
    line += 1;
  }
}

export function isWordOf(words: ReadonlySet<string>, word: string): boolean {
  return words.has(word) || (word.endsWith('s') && words.has(word.slice(0, -1)));
}
