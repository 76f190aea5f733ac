/** Returns that stand in a sentence: "Through September 30, 2023, the year-to-date return for Class A shares was 7.21%." */
import type { Box, FeeTreatment, PerformanceBasis } from '../../extracted.ts';
import type { DocumentText } from '../document-text.ts';
import { datesIn } from '../lexicon/dates.ts';
import { parseFigure } from '../text/figures.ts';

export interface ReturnSentence {
  readonly period: '1m' | 'ytd';
  readonly value: number;
  readonly page: number;
  readonly snippet: string;
  readonly box: Box;
  readonly periodEnd: string | null;
  readonly basis: PerformanceBasis;
  readonly fees: FeeTreatment;
  readonly shareClass?: string;
}

const YEAR = /(?:year[- ]to[- ]date|calendar year-to-date)(?:\s*\([^)]{0,20}\))?[^.%]{0,90}?\b(?:return|performance)\b[^.%]{0,90}?\b(?:was|is|of|:)\s*(?<value>[-–−(]?\d+[.,]\d+\)?)\s*%/iu;

export function returnSentences(document: DocumentText): ReturnSentence[] {
  const found: ReturnSentence[] = [];
  for (const page of document.pages) {
    for (const block of page.blocks) {
      for (const sentence of block.text.split(/(?<=[.!?])\s+(?=\p{Lu})/u)) {
        const match = YEAR.exec(sentence);
        const figure = parseFigure(match?.groups?.['value'] ?? '', document.decimal);
        if (figure === undefined || /\b(?:benchmark|index)\b/iu.test(match?.[0] ?? '')) continue;
        const dates = [...new Set(datesIn(sentence, document.dates).map((date) => date.iso))];
        const shareClass = /\b(?:Class [A-Z]\d?|[A-Z][a-z]+ Class|Institutional|Investor|Retail)(?= shares?)/u.exec(sentence)?.[0];
        found.push({
          period: 'ytd', value: figure.value, page: page.number, snippet: sentence, box: block.box, periodEnd: dates.length === 1 ? dates[0] ?? null : null,
          basis: shareClass === undefined ? 'fund' : 'share-class', fees: /\bnet\b/iu.test(sentence) ? 'net' : /\bgross\b/iu.test(sentence) ? 'gross' : 'unstated',
          ...(shareClass === undefined ? {} : { shareClass }),
        });
      }
    }
  }
  return found;
}
