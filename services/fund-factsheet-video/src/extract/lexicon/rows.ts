/** What a row or a column of returns belongs to, from its label. */
import type { FeeTreatment, PerformanceBasis } from '../../extracted.ts';

export type RowKind = PerformanceBasis | 'benchmark' | 'peer' | 'other' | 'unknown';

/** Rows that stand in a table of returns and are no returns, or returns against something. */
const OTHER = /\b(?:relative|excess|difference|differential|active|out-?performance|under-?performance|over ?\/ ?under|value[ -]added|quartile|rank(?:ing)?|percentile|spread|alpha|beta|tracking|volatilit\w*|standard deviation|std|sharpe|information ratio|correlation|r-?squared|draw-?down|dividends?|distribution yield|yield|number of|growth of|value of|vs\.?|versus|differenz|mehrertrag|überrendite|écart|max(?:imum)?\.?|after taxes|sip|invested|assets|sales charge|load adjusted|with load|pop|max(?:imum)? offer)\b|\+ ?\/ ?[-−]|^±/iu;
const PEER = /\b(?:sector|peers?|peer group|category|kategorie|universe|average|avg|median|mean|lipper|vergleichsgruppe|catégorie|categoria|categoría|ia |aic )\b/iu;
const BENCHMARK = /\b(?:benchmark|bench\.?|bm|b'mark|index|indices|indice|índice|indeks|vergleichsindex|referenzindex|referenz|jämförelseindex|comparator|target|hurdle|reference|msci|ftse|s&p|stoxx|russell|topix|nifty|bse|sensex|tri|crisil|sonia|sofr|estr|€str|euribor|libor|t-?bills?|treasury bills?|cpi|rpi|hang seng|csi|barclays|iboxx|embi|cembi|gbi|dax|nasdaq|nikkei|inflation|cash rate|bloomberg|ice bofa)\b/iu;
const OWN = /\b(?:fund|fonds|fondo|fundo|fonden|portfolio|strategy|stratégie|composite|etf|sicav|scheme|trust|company|teilfonds|sub-?fund|product|program(?:me)?)\b/iu;
const SHARE_PRICE = /\b(?:share price|market price|price return|ordinary share price|aktienkurs|börsenkurs|mid[- ]market)\b/iu;
const NAV = /\b(?:nav|net asset value|nettoinventarwert|inventarwert|vni|valeur liquidative|valor liquidativo|indre værdi)\b/iu;
const CLASS = /\b(?:class|klasse|anteil(?:s|e|sklasse)?|tranche|parts?|actions?|clase|classe|klass|units?|shares?|acc(?:umulation|\.)?|inc(?:ome)?|dist(?:ribution|\.)?|regular|direct|institutional|retail|hedged|growth option|plan)\b/iu;
const BARE_FUND = /^(?:total returns?|total|performance|wertentwicklung|returns?|gesamtrendite|rendite|net(?: return| of fees| performance)?|gross(?: return| of fees| performance)?|annuali[sz]ed returns?|cumulative(?: returns?| performance)?|cumulative|annuali[sz]ed|1|%|\(%\)|in %)$/iu;

export interface RowReading { readonly kind: RowKind; readonly fees: FeeTreatment }

export interface OwnNames {
  readonly fundName: string | null;
  readonly shareClass: string | null;
  readonly benchmark: string | null;
}

/** Reads a label. `names` are what the document calls its fund and its benchmark. */
export function readRow(label: string, names: OwnNames): RowReading {
  const text = label.replace(/[*†‡¹²³]/g, '').replace(/\s+/g, ' ').trim();
  const fees: FeeTreatment = /\bgross\b|\bbrutto\b|\bbrut\b/iu.test(text) ? 'gross' : /\bnet\b|\bnetto\b/iu.test(text) ? 'net' : 'unstated';
  if (text === '') return { kind: 'unknown', fees };
  if (names.benchmark !== null && alike(text, names.benchmark) > 0.8) return { kind: 'benchmark', fees: 'unstated' };
  if (/^(?:benchmark|index|comparator|comparison index|reference index|vergleichsindex|indice de référence)\b(?! (?:relative|excess|yield))/iu.test(text)) return { kind: 'benchmark', fees: 'unstated' };
  if (OTHER.test(text)) return { kind: 'other', fees };
  if (SHARE_PRICE.test(text)) return { kind: 'share-price', fees };
  if (names.shareClass !== null && alike(text, names.shareClass) > 0.75) return { kind: 'share-class', fees };
  const own = names.fundName !== null && (alike(text, names.fundName) >= 0.6);
  if (own && !/\bindex\b/iu.test(text)) return { kind: CLASS.test(text) ? 'share-class' : NAV.test(text) ? 'nav' : 'fund', fees };
  if (NAV.test(text)) return { kind: 'nav', fees };
  if (PEER.test(text)) return { kind: 'peer', fees };
  const tracksIndex = /\b(?:etf|fund|fonds)\b/iu.test(text);
  if (BENCHMARK.test(text) && !tracksIndex) return { kind: 'benchmark', fees: 'unstated' };
  if (/\bstrategy\b|\bcomposite\b/iu.test(text)) return { kind: 'strategy', fees };
  if (OWN.test(text)) return { kind: CLASS.test(text.replace(OWN, '')) ? 'share-class' : 'fund', fees };
  if (CLASS.test(text)) return { kind: 'share-class', fees };
  if (BARE_FUND.test(text)) return { kind: 'fund', fees };
  return { kind: 'unknown', fees };
}

/** The share of a name's words that a label has, 0 to 1, or of the label's words that the name has, whichever says more. */
export function alike(label: string, name: string): number {
  const a = significant(label);
  const b = significant(name);
  if (a.length === 0 || b.length === 0) return 0;
  const shared = a.filter((word) => b.includes(word)).length;
  if (shared === 0) return 0;
  if (a.length === 1 && b.length > 2) return 0.4;
  return Math.max(shared / b.length, shared / a.length >= 0.99 && shared >= 2 ? shared / a.length : 0);
}

const EMPTY_WORDS = new Set(['the', 'of', 'and', 'a', 'an', 'in', 'plc', 'ltd', 'inc', 'fund', 'fonds', 'funds', 'class', 'der', 'die', 'de', 'et', 'und', 'sicav', 'index', 'total', 'return', 'net']);

function significant(text: string): string[] {
  return [...new Set((text.toLowerCase().match(/[\p{L}\p{N}&€]+/gu) ?? []).filter((word) => !EMPTY_WORDS.has(word)))];
}
