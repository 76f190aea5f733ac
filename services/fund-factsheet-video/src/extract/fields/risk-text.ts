/** Risk levels that the document states in words: "category 6", "4 out of 7", "Risk Level: Medium", "Very High risk". */
import type { Box, RiskField } from '../../extracted.ts';
import type { DocumentText } from '../document-text.ts';
import { labelled } from './labelled.ts';
import { source } from './found.ts';

type Risk = Exclude<RiskField, { value: null }>;

const NUMBER_PATTERNS: readonly RegExp[] = [
  // English.
  /(?:classif\w+|rated|categori[sz]ed|risk (?:class|category|indicator|rating|level|score)|SRRI|SRI)[^.]{0,70}?\b(?<value>[1-7])\s*(?:out of|of|\/|on a scale (?:of|from) 1 to)\s*(?<of>[57])\b/iu,
  /\b(?:fund|share class|product|unit class|sub-fund|class|scheme|indicator|portfolio)\b[^.]{0,90}?(?:in|as|at|to|into|is) (?:risk |SRRI |SRI |the )?(?:category|class|level|risk category)\s*(?<value>[1-7])\b(?!\s*(?:\.\d|%|months?|years?))/iu,
  /\b(?:SRRI|SRI|synthetic risk (?:and|&) reward indicator|risk (?:and|&) reward (?:indicator|profile)|summary risk indicator|risk indicator|risk category|risk class|risk rating|product risk rating|risk profile)(?: ?\([^)]{1,30}\))?\s*[:=–-]?\s*(?<value>[1-7])(?:\s*(?:\/|of|out of)\s*(?<of>[57]))?(?![\d.,%]|\s+(?:[1-7]\b|to\b|years?|months?|=))/iu,
  // German.
  /(?:Einstufung|eingestuft|zugeordnet|Zuordnung)[^.]{0,60}?(?:Kategorie|Risikoklasse|Klasse|Stufe)\s*(?<value>[1-7])(?:\s*(?:von|\/)\s*(?<of>[57]))?\b/iu,
  /(?:Kategorie|Risikoklasse|Risikoindikator|SRRI|SRI|Risikoprofil)(?: \([^)]{1,20}\))?\s*:?\s*(?<value>[1-7])(?:\s*(?:von|\/)\s*(?<of>[57]))?(?=\s*(?:eingestuft|zugeordnet|eingeordnet|$|\)|\.))/iu,
  /auf einer Skala von 1 bis (?<of>[57])[^.]{0,60}?(?<value>[1-7])\b/iu,
  // French, Italian, Spanish, Dutch, Scandinavian.
  /(?:class[ée]e?s?|catégorie|classe de risque|niveau de risque|indicateur de risque)[^.]{0,60}?\b(?<value>[1-7])\s*(?:sur|\/)\s*(?<of>[57])\b/iu,
  /(?:catégorie de risque|classe de risque|catégorie)\s*:?\s*(?<value>[1-7])\b(?!\s*(?:sur|\/)?\s*\d)/iu,
  /(?:classificato|classe di rischio|livello|categoria|indicatore)[^.]{0,60}?\b(?<value>[1-7])\s*(?:su|\/)\s*(?<of>[57])\b/iu,
  /(?:clasificado|clase de riesgo|nivel|categoría|indicador)[^.]{0,60}?\b(?<value>[1-7])\s*(?:en una escala de|sobre|de|\/)\s*(?<of>[57])\b/iu,
  /(?:ingedeeld in|risicoklasse|risicocategorie)[^.]{0,40}?(?<value>[1-7])\s*(?:uit|van(?: de)?|op)\s*(?<of>[57])\b/iu,
  /(?:klassificerat|riskklass|riskindikator|risikoklasse|risikoindikator|klassificeret)[^.]{0,60}?(?<value>[1-7])\s*(?:av|af)\s*(?<of>[57])\b/iu,
];
/** "Category 1 does not mean without risk" and its like speak of the scale, not of this fund. */
const OF_THE_SCALE = /(?:does not mean|not mean|bedeutet nicht|keine risikolose|auch ein fonds|selbst die|la plus faible|lowest category|the lowest|ne signifie pas|even the|(?:kategorie|category|catégorie) 1 (?:does|is (?:not|no)|bedeutet|ist (?:nicht|kein)|stellt|ne )|sans risque|risk[- ]free|nicht bedeuten)/iu;

const WORDS = 'very low|low to medium|low to moderate|low[- ]medium|low|medium to high|moderate to high|moderately high|moderately low|medium[- ]high|medium|moderate|very high|high|above average|below average';
const WORD_LABELS = '(?:product |fund |investment |overall |relative )?risk(?: level| rating| profile| category| class| band| classification| grade)|risikoprofil|risikoneigung|profil de risque|risk ?-?o ?-?meter|riskometer|level of risk|風險級別|風險程度';
const WORD_SENTENCES: readonly RegExp[] = [
  new RegExp(`(?:principal will be at|(?:scheme|fund|product|benchmark)?\\s*(?:is|are) at|riskometer (?:is|shows|at)|the risk of the (?:scheme|fund) is|risk level is)\\s*:?\\s*(?<value>${WORDS})\\b(?: risk)?`, 'iu'),
  new RegExp(`\\brisk (?:level|rating|profile|category|band)\\s*(?:is|of the fund is|:)\\s*(?<value>${WORDS})\\b`, 'iu'),
];

export function riskFromText(document: DocumentText): Risk | { conflict: string } | undefined {
  const numbers = numberCandidates(document);
  const distinct = [...new Set(numbers.map((risk) => `${risk.value}/${risk.scale}`))];
  if (distinct.length === 1) return numbers[0];
  if (distinct.length > 1) return { conflict: `The document names different risk classes (${distinct.map((text) => text.split('/')[0]).join(', ')}).` };
  return fromWords(document);
}

function numberCandidates(document: DocumentText): Risk[] {
  const found: Risk[] = [];
  for (const page of document.pages) {
    for (const block of page.blocks) {
      for (const pattern of NUMBER_PATTERNS) {
        for (const match of block.text.matchAll(new RegExp(pattern.source, `${pattern.flags}g`))) {
          const sentence = sentenceAround(block.text, match.index, match[0].length);
          if (OF_THE_SCALE.test(sentence)) continue;
          const value = Number(match.groups?.['value']);
          const of = match.groups?.['of'] === '5' ? '1-5' : '1-7';
          if (of === '1-5' && value > 5) continue;
          if (!/risk|risi|srri|sri|riesgo|rischio|risque|categor|kategor|catégor|profil/iu.test(`${sentence} ${block.text.slice(0, 200)}`)) continue;
          found.push({ value, scale: of, indicator: indicatorIn(document, sentence), readFrom: 'text', ...source(page.number, sentence, block.box, 0.93) });
        }
      }
    }
  }
  return found;
}

function fromWords(document: DocumentText): Risk | undefined {
  const make = (value: string, page: number, snippet: string, box: Box, confidence: number): Risk => ({
    value: capital(value), scale: 'low-medium-high', indicator: /riskometer|risk-o-meter|principal will be at/iu.test(snippet) ? 'riskometer' : 'other', readFrom: 'text', ...source(page, snippet, box, confidence),
  });
  for (const page of document.pages) {
    for (const block of page.blocks) {
      for (const pattern of WORD_SENTENCES) {
        const match = pattern.exec(block.text);
        const value = match?.groups?.['value'];
        if (match !== null && value !== undefined) return make(value, page.number, sentenceAround(block.text, match.index, match[0].length), block.box, 0.9);
      }
    }
  }
  for (const entry of labelled(document, WORD_LABELS)) {
    const match = new RegExp(`^(?<value>${WORDS})(?: risk)?(?=$|[\\s.,;(])`, 'iu').exec(entry.value);
    const value = match?.groups?.['value'];
    // A whole scale beside the label, "Low Medium High", chooses nothing.
    const rest = entry.value.slice(value?.length ?? 0);
    if (value === undefined || new RegExp(`\\b(?:${WORDS})\\b`, 'iu').test(rest) || /\b(?:return|reward|potential)/iu.test(entry.value)) continue;
    return make(value, entry.page, entry.snippet, entry.box, entry.place === 'below' ? 0.75 : 0.9);
  }
  return undefined;
}

export function indicatorIn(document: DocumentText, sentence: string): Risk['indicator'] {
  const text = `${sentence} ${document.text.slice(0, 20_000)}`;
  if (/summary risk indicator|\bSRI\b|PRIIP|sammanfattande riskindikatorn|Gesamtrisikoindikator|indicateur synthétique de risque|risk indicator assumes you keep the product/iu.test(text)) return 'sri';
  if (/SRRI|synthetic risk|risk and reward|risiko- und ertragsprofil|profil de risque et de rendement|wesentliche anlegerinformationen/iu.test(text)) return 'srri';
  return 'other';
}

function sentenceAround(text: string, index: number, length: number): string {
  const start = Math.max(text.lastIndexOf('. ', index) + 1, index - 160, 0);
  const end = text.indexOf('. ', index + length - 1);
  return text.slice(start, end === -1 ? Math.min(text.length, index + length + 160) : Math.min(end + 1, index + length + 160)).trim();
}

function capital(word: string): string {
  return word.toLowerCase().replace(/(^|\s)\p{L}/gu, (letter) => letter.toUpperCase()).replace(/\bTo\b/gu, 'to');
}
