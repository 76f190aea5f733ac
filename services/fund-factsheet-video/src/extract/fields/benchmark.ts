/** The benchmark's name, where the document labels it. */
import type { TextField } from '../../extracted.ts';
import type { DocumentText } from '../document-text.ts';
import { missing, source } from './found.ts';
import { labelled } from './labelled.ts';

const LABELS = '(?:\\d\\s+)?(?:(?:first|second) tier |primary |fund |comparator |performance |reference |constraint |target |official |composite |benchmark )*(?:benchmark(?: index)?|comparator|comparative index|reference index|index)(?: ?\\(?(?:s|es)\\)?)?(?: name)?|vergleichsindex|referenzindex|referenzwert|benchmark\\*|indice de référence|indice|parametro di riferimento|índice de referencia|jämförelseindex|referentie-?index|基準指數|指數|基准';
const INDEX_NAME = /\b(?:index|indices|indice|índice|msci|ftse|s&p|stoxx|russell|topix|nifty|bse|sensex|crisil|tri|total return|net return|sonia|sofr|estr|€str|euribor|libor|t-?bills?|hang seng|csi|bloomberg|barclays|iboxx|ice|bofa|jp ?morgan|j\.p\. morgan|embi|gbi|dax|nasdaq|dow|nikkei|tr|nr|net|csi|sector|peer group|cpi|rpi|hfr[ix]?|refinitiv|smi|spi|sbi|cac|ibex|aex)\b/iu;
const NOT_NAME = /^(?:is|are|was|of|for|the benchmark is|comparison|performance|returns?|data|source|weight|relative|and|has|will|may|does|none\.)\b|\b(?:is calculated|are provided|cannot|should|uses?|measures?|shown|comparative purposes|not permitted)\b/iu;

export function benchmarkOf(document: DocumentText): TextField {
  const candidates = labelled(document, LABELS).flatMap((entry) => {
    const value = entry.value.replace(/^[:：\s]+/u, '').replace(/\s+\d+$/u, '').trim();
    if (value.length < 3 || value.length > 160 || NOT_NAME.test(value) || !/^[\p{Lu}\d€(]/u.test(value) || /^[-\d.,%\s]+$/u.test(value)) return [];
    const sentence = /\.\s+\p{Lu}/u.exec(value);
    const name = (sentence === null ? value : value.slice(0, sentence.index)).replace(/\.$/u, '');
    if (!INDEX_NAME.test(name)) return [];
    const colon = entry.snippet.slice(entry.label.length, entry.label.length + 3).includes(':');
    // "Benchmark MSCI World" in one cell is a label with its value; "Index values are …" was turned away above.
    const score = (colon ? 2 : 0) + (entry.place === 'beside' ? 1.5 : entry.place === 'below' ? 1 : 0.5) + (entry.page === 1 ? 0.5 : 0) + (/benchmark|vergleich|référence|comparator|jämförelse|reference|referen/iu.test(entry.label) ? 1.5 : 0) - (name.length > 100 ? 1 : 0);
    return [{ name, entry, score }];
  }).sort((a, b) => b.score - a.score);
  const best = candidates[0];
  if (best === undefined || best.score < 1.5) return missing('No benchmark is named in the document.');
  return { value: best.name, ...source(best.entry.page, best.entry.snippet.includes(best.name) ? best.entry.snippet : best.name, best.entry.box, Math.min(0.95, 0.7 + best.score * 0.05)) };
}
