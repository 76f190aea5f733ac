/** How wide text is, without a font at hand: what a common sans serif takes, a little too much rather than too little. */

const NARROW = /[fijlrtI.,:;'|!()[\]{}\-\s]/;
const WIDE = /[mwMW@%—…]/;

/** @param size of the font in pixels. @returns pixels. */
export const textWidth = (text: string, size: number): number =>
  [...text].reduce((sum, character) => sum + size * (character.codePointAt(0)! > 0x2e80 ? 1.05 : WIDE.test(character) ? 0.92 : NARROW.test(character) ? 0.36 : /[A-Z]/.test(character) ? 0.72 : 0.58), 0);

/** Lines of at most so many characters, broken at blanks; a word that is longer, behind one of / - _ : . or anywhere. The last line is cut short. */
export function lines(text: string, { characters, most }: { readonly characters: number; readonly most: number }): string[] {
  const long = (part: string): boolean => [...part].length > characters;
  const words = text.replace(/\s+/g, ' ').trim().split(/(?<= )/);
  const parts = words.flatMap((word) => (long(word) ? word.split(/(?<=[/\-_:.])/) : [word])).flatMap((part) => (long(part) ? (part.match(new RegExp(`.{1,${characters}}`, 'gsu')) ?? []) : [part]));
  const made: string[] = [];
  for (const part of parts) {
    const last = made[made.length - 1];
    if (last === undefined || long(last + part.trimEnd())) made.push(part);
    else made[made.length - 1] = last + part;
  }
  const trimmed = made.map((line) => line.trim()).filter((line) => line !== '');
  if (trimmed.length <= most) return trimmed;
  return [...trimmed.slice(0, most - 1), `${[...trimmed[most - 1]!].slice(0, characters - 1).join('')}…`];
}
