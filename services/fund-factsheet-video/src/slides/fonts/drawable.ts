/** Whether the slides' font has a glyph for every character. */
import { interFonts } from './inter.ts';

/** Letters and digits that no part of the font can draw, each once; empty when the text can be drawn. */
export function undrawable(text: string): string[] {
  const { covered } = interFonts();
  return [...new Set([...text])].filter((character) => !covered.has(character.codePointAt(0) ?? 0) && /[\p{L}\p{N}\p{M}]/u.test(character));
}

/** The text without signs that the font cannot draw. Letters stay: whoever draws must have asked `undrawable`. */
export function withoutUndrawableSigns(text: string): string {
  const { covered } = interFonts();
  return [...text].filter((character) => covered.has(character.codePointAt(0) ?? 0) || /[\p{L}\p{N}\p{M}]/u.test(character)).join('').replace(/\s+/g, ' ').trim();
}
