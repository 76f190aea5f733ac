/** Text of a PDF as people would type it: the marks of layout taken away, the words left alone. */

const LIGATURES: Readonly<Record<string, string>> = { 'ﬀ': 'ff', 'ﬁ': 'fi', 'ﬂ': 'fl', 'ﬃ': 'ffi', 'ﬄ': 'ffl', 'ﬅ': 'st', 'ﬆ': 'st' };

/** Spaces and hyphens made plain, ligatures taken apart, control and private-use characters, bullets and soft hyphens dropped. */
export function cleanText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[ﬀ-ﬆ]/g, (ligature) => LIGATURES[ligature] ?? '')
    .replace(/[\u2010\u2011]/g, '-')
    .replace(/\u00ad/g, '')
    .replace(/[\p{Co}\p{Cf}\p{Cs}\ufffd]/gu, '')
    .replace(/[•▪▫■□●○◦‣⁃►▶❖✓✔]/g, ' ')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
