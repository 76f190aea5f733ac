/** Names of months, full and short, in the languages that fund documents are written in. */
const NAMES: readonly string[] = [
  'january|jan|januar|jänner|jan.|janvier|janv|janv.|gennaio|gen|enero|ene|janeiro|januari|一月|1月',
  'february|feb|februar|feber|février|fevrier|févr|févr.|fév|febbraio|febrero|fevereiro|fev|februari|二月|2月',
  'march|mar|märz|mär|mrz|maerz|mars|marzo|março|maart|mrt|三月|3月',
  'april|apr|avril|avr|avr.|aprile|abril|abr|四月|4月',
  'may|mai|maggio|mag|mayo|maio|mei|maj|五月|5月',
  'june|jun|juni|juin|giugno|giu|junio|junho|六月|6月',
  'july|jul|juli|juillet|juil|juil.|luglio|lug|julio|julho|七月|7月',
  'august|aug|août|aout|agosto|ago|augustus|augusti|八月|8月',
  'september|sep|sept|sep.|sept.|septembre|settembre|set|septiembre|setembro|九月|9月',
  'october|oct|oktober|okt|octobre|ottobre|ott|octubre|outubro|out|十月|10月',
  'november|nov|novembre|noviembre|novembro|十一月|11月',
  'december|dec|dezember|dez|décembre|decembre|déc|déc.|dicembre|dic|diciembre|dezembro|desember|十二月|12月',
];

const BY_NAME = new Map<string, number>(NAMES.flatMap((names, index) => names.split('|').map((name) => [name, index + 1] as const)));

/** 1 to 12; undefined for another word. */
export function monthOf(word: string): number | undefined {
  const plain = word.toLowerCase().replace(/[,;:]+$/, '');
  return BY_NAME.get(plain) ?? BY_NAME.get(plain.replace(/\.$/, ''));
}

/** A pattern of every Latin name, longest first, for use inside other patterns. */
export const MONTH_PATTERN = [...BY_NAME.keys()]
  .filter((name) => /^[a-zà-ž]+$/i.test(name))
  .sort((a, b) => b.length - a.length)
  .join('|');

export function lastDayOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
