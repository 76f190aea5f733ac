/** The language of a text by its commonest small words. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  en: ['the', 'and', 'of', 'to', 'in', 'is', 'for', 'with', 'may', 'by'],
  de: ['der', 'die', 'und', 'des', 'den', 'von', 'ist', 'das', 'nicht', 'werden'],
  fr: ['le', 'la', 'les', 'des', 'et', 'du', 'une', 'est', 'pour', 'dans'],
  it: ['il', 'di', 'del', 'della', 'che', 'per', 'gli', 'una', 'nel', 'sono'],
  es: ['el', 'los', 'las', 'del', 'una', 'que', 'por', 'con', 'para', 'fondo'],
  nl: ['het', 'een', 'van', 'zijn', 'voor', 'niet', 'wordt', 'deze', 'met', 'kan'],
  sv: ['och', 'att', 'som', 'är', 'av', 'för', 'fonden', 'inte', 'till', 'på'],
  pt: ['os', 'uma', 'não', 'em', 'para', 'dos', 'fundo', 'são', 'pelo', 'com'],
};

export function languageOf(text: string): string | null {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const scores = Object.entries(WORDS).map(([language, list]) => ({ language, score: list.reduce((sum, word) => sum + (counts.get(word) ?? 0), 0) }));
  const best = scores.sort((a, b) => b.score - a.score)[0];
  return best === undefined || best.score < Math.max(8, words.length * 0.04) ? null : best.language;
}
