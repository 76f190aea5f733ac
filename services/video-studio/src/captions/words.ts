/**
 * The words between which a caption may break. A no-break space is no place to break, and a number is not torn from its
 * sign. A word of more than `longest` characters is cut.
 */
export function wordsOf(text: string, longest: number): string[] {
  const bound = text.replace(/(\d) (?=[%‰°€$£])/gu, '$1\u00a0');
  return bound.split(/[^\S\u00a0\u202f]+/u).filter((word) => word !== '').flatMap((word) => cut(word, longest));
}

function cut(word: string, length: number): string[] {
  const letters = [...word];
  const parts: string[] = [];
  for (let at = 0; at < letters.length; at += length) parts.push(letters.slice(at, at + length).join(''));
  return parts;
}
