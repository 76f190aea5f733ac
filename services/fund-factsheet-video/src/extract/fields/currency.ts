/** The currency the figures are in, as ISO 4217. */
import type { TextField } from '../../extracted.ts';
import type { DocumentText } from '../document-text.ts';
import { boxOf } from '../text/page-text.ts';
import { missing, source } from './found.ts';
import { labelled } from './labelled.ts';

const CODES = 'EUR|USD|GBP|CHF|JPY|SEK|NOK|DKK|AUD|CAD|HKD|SGD|CNH|CNY|RMB|INR|PLN|CZK|HUF|ZAR|NZD|BRL|KRW|TWD|THB|MYR|IDR|PHP|MXN|ILS|TRY|AED|SAR';
const CODE = new RegExp(`(?<![A-Z])(${CODES})(?![A-Z])`, 'gu');
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:euros?)\b|€/iu, 'EUR'], [/\b(?:US dollars?|U\.S\. dollars?|american dollars?|us-dollar)\b|US\$/iu, 'USD'], [/\b(?:pounds? sterling|sterling|british pounds?|pfund)\b|£/iu, 'GBP'],
  [/\b(?:swiss francs?|schweizer franken)\b/iu, 'CHF'], [/\b(?:indian rupees?|rupees?)\b|₹|\bRs\.?(?=\s?\d)|\bcrores?\b/iu, 'INR'], [/\b(?:hong kong dollars?)\b|HK\$/iu, 'HKD'],
  [/\b(?:singapore dollars?)\b|S\$/iu, 'SGD'], [/\b(?:japanese yen|yen)\b|¥/iu, 'JPY'], [/\b(?:renminbi|yuan)\b/iu, 'CNY'], [/\b(?:swedish kron(?:a|or)|kronor)\b/iu, 'SEK'],
];
const LABELS: readonly string[] = [
  '(?:share[- ]?class|class|unit) (?:base )?currency', 'currency(?: of (?:the )?(?:share[- ]?class|class|unit))?', '(?:base|fund|dealing|reference|trading|reporting|share class) currency(?: \\(?(?:fund|class)\\)?)?',
  'währung(?: der anteilsklasse| des fonds)?', '(?:anteils?klassen?|fonds|basis|referenz)währung', 'devise(?: de (?:la part|référence))?', 'monnaie', 'valuta(?: di riferimento| base)?', 'divisa(?: base)?', 'moneda', 'moeda', '貨幣|基本貨幣|計價貨幣',
];

export function currencyOf(document: DocumentText, shareClass: string | null): TextField {
  for (const label of LABELS) {
    for (const entry of labelled(document, label)) {
      const code = codeIn(entry.value.slice(0, 40));
      if (code !== undefined) return { value: code, ...source(entry.page, entry.snippet, entry.box, 0.95) };
    }
  }
  // "Performance in GBP", "(in EUR)", "JPM Fund C (acc) - USD", "NAV USD 84.28".
  const patterns: readonly (readonly [RegExp, number])[] = [
    [new RegExp(`(?:performance|returns?|figures?|calculated|reinvested|expressed|wertentwicklung|basis)[^.]{0,80}?\\b(?:in|of)\\s\\(?(${CODES})\\b`, 'u'), 0.85],
    [new RegExp(`\\b(?:acc|inc|dist|dis|cap)\\.?\\)?[\\s-]{0,3}(${CODES})\\b`, 'iu'), 0.8],
    [new RegExp(`\\bNAV\\b[^\\d]{0,20}(${CODES})\\s?\\d`, 'u'), 0.8],
    [new RegExp(`\\((?:in |%, ?)?(${CODES})\\)`, 'u'), 0.6],
  ];
  if (shareClass !== null) {
    const own = [...new Set([...shareClass.matchAll(CODE)].map((match) => match[1]))];
    const line = document.pages.flatMap((page) => page.lines).find((candidate) => candidate.text.includes(shareClass));
    if (own.length === 1 && own[0] !== undefined && line !== undefined) return { value: own[0], ...source(line.page, line.text, boxOf({ ...(line.cells[0] ?? { x0: 0, x1: 0 }), y: line.y, size: line.size }), 0.85) };
  }
  for (const [pattern, confidence] of patterns) {
    for (const page of document.pages) {
      for (const block of page.blocks) {
        const match = pattern.exec(block.text);
        if (match?.[1] === undefined) continue;
        return { value: iso(match[1]), ...source(page.number, around(block.text, match.index, match[0].length), block.box, confidence) };
      }
    }
  }
  return fromSigns(document);
}

/** All money in the document bears one sign. */
function fromSigns(document: DocumentText): TextField {
  const counts = WORDS.map(([pattern, code]) => ({ code, pattern, count: document.text.match(new RegExp(pattern.source, 'giu'))?.length ?? 0 })).filter(({ count }) => count > 0);
  const codes = [...new Set([...document.text.matchAll(CODE)].map((match) => iso(match[1] ?? '')))];
  const all = new Set([...counts.map(({ code }) => code), ...codes]);
  const only = [...all][0];
  if (all.size !== 1 || only === undefined) {
    return missing(all.size === 0 ? 'No currency stands in the document.' : `Several currencies occur (${[...all].slice(0, 6).join(', ')}) and none is named as the share class's or the fund's.`);
  }
  const pattern = counts[0]?.pattern ?? CODE;
  for (const page of document.pages) {
    for (const line of page.lines) {
      const cell = line.cells.find((candidate) => new RegExp(pattern.source, 'iu').test(candidate.text));
      if (cell !== undefined) return { value: only, ...source(page.number, cell.text, boxOf(cell), 0.65) };
    }
  }
  return missing('No currency stands in the document.');
}

function codeIn(text: string): string | undefined {
  const codes = [...new Set([...text.matchAll(CODE)].map((match) => iso(match[1] ?? '')))];
  if (codes.length === 1) return codes[0];
  if (codes.length > 1) return undefined;
  const named = WORDS.filter(([pattern]) => pattern.test(text)).map(([, code]) => code);
  return named.length === 1 ? named[0] : undefined;
}

function iso(code: string): string {
  return code.toUpperCase() === 'RMB' ? 'CNY' : code.toUpperCase();
}

function around(text: string, index: number, length: number): string {
  return text.slice(Math.max(0, index - 30), index + length + 30);
}
