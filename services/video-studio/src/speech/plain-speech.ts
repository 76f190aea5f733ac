/**
 * The sentence as espeak-ng may be given it. Its `[[…]]` would be read as phoneme codes instead of words, and
 * control characters end a clause or switch its mode.
 */
export function plainSpeech(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replaceAll('[[', '[ [')
    .replaceAll(']]', '] ]')
    .trim();
}
