/** The fund's objective or policy, in the document's own sentences. */
import type { TextField } from '../../extracted.ts';
import type { DocumentPage, DocumentText } from '../document-text.ts';
import { joinLines } from '../text/blocks.ts';
import type { Block, BlockLine } from '../text/blocks.ts';
import { boxAround, boxOf } from '../text/page-text.ts';
import { missing, source } from './found.ts';

/** Headings, the most telling first. */
const HEADINGS: readonly RegExp[] = [
  /^(?:the )?(?:fund(?:'s|’s)? |trust |company |scheme |primary |key )?(?:investment )?(?:objectives?|aims?|goals?)(?: (?:and|&) (?:investment )?(?:policy|strategy|approach|process|policies))?(?: of the (?:fund|scheme))?(?: of investment)?$/iu,
  /^(?:ziele und anlagepolitik|anlageziele?(?: und (?:-politik|anlagepolitik|strategie))?|anlagestrategie|anlagepolitik|fondsporträt|ziele|objectifs?(?: (?:de gestion|d[’']investissement|et politique d[’']investissement))?|obiettiv[oi](?: (?:e politica )?d[’'i]\s?investimento)?|objetivos?(?: (?:y política )?de inversión)?|objetivo de investimento|beleggingsdoelstelling(?:en)?(?: en -?beleid)?|doelstelling(?:en)?|mål|fondens målsättning|mål och placeringsinriktning|placeringsinriktning|investeringsmålsättning|investeringsmål|投資目標|投资目标)$/iu,
  /^(?:principal |key |main |the fund(?:'s|’s)? |fund |investment )*(?:strateg(?:y|ies)|polic(?:y|ies)|approach|philosophy|universe|summary|description|overview)$|^(?:about the (?:fund|company|trust|portfolio)|fund (?:description|overview|summary|profile|strategy|information|focus)|investment (?:strategy|policy|approach|focus|description|universe|philosophy)|strategy(?: description| overview| summary)?|politique d[’']investissement|stratégie(?: d[’']investissement)?|politica di investimento|política de inversión|beleggingsbeleid)$/iu,
];
/** A heading and its text on one line: `Investment objective: To achieve …`. */
const RUN_IN: readonly RegExp[] = [
  /^(?<heading>(?:the )?(?:fund(?:'s|’s)? |scheme |primary )?(?:investment )?(?:objectives?|aims?|goals?)(?: (?:and|&) (?:policy|strategy))?)\s*[:–]\s*(?<rest>.{15,})$/iu,
  /^(?<heading>fondens målsättning|placeringsinriktning|anlageziele?|anlagestrategie|objectif(?: de gestion)?|obiettivo|objetivo)\s*:?\s+(?<rest>\p{Lu}.{15,})$/iu,
  /^(?<heading>(?:investment )?(?:strategy|policy|approach)|strategy description)\s*[:–]\s*(?<rest>.{15,})$/iu,
];
const SENTENCE = /\b(?:the |this )?(?:fund|sub-fund|trust|company|scheme|portfolio|strategy|product|etf)(?:'s|’s)? (?:(?:primary |main |investment )?(?:objective|aim|goal) (?:is|of)|(?:aims|seeks|targets|strives|intends) to|seeks |invests (?:primarily|mainly|principally|at least|in))/iu;
const MAX_CHARACTERS = 1_500;
const MIN_CHARACTERS = 40;
const NEXT_HEADING = /^(?:fund|key|risk|performance|portfolio|benchmark|ratings?|charges|investment (?:manager|adviser|horizon|risks)|share class|dealing|awards?|sustainab|esg|top|the managers?|managers?)\b[\p{L}\s()']{0,30}:?$/iu;

interface Text { readonly text: string; readonly lines: readonly BlockLine[]; readonly page: number; readonly confidence: number }

export function strategyOf(document: DocumentText): TextField {
  const pages = document.pages.slice(0, 6);
  for (let rank = 0; rank < HEADINGS.length; rank += 1) {
    const found = pages.flatMap((page) => underHeading(page, HEADINGS[rank] as RegExp, RUN_IN[rank])).find((text) => text.text.length >= MIN_CHARACTERS && isProse(text.text));
    if (found !== undefined) return field({ ...found, confidence: rank === 2 ? 0.85 : 0.95 });
  }
  for (const page of pages.slice(0, 3)) {
    for (const block of page.blocks) {
      const match = SENTENCE.exec(block.text);
      if (match === null || block.text.length - match.index < MIN_CHARACTERS) continue;
      const start = Math.max(block.text.lastIndexOf('. ', match.index) + 2, 0);
      const text = block.text.slice(match.index - start < 80 ? (start === 1 ? 0 : start) : match.index);
      if (isProse(text)) return field({ text, lines: block.lines, page: page.number, confidence: 0.7 });
    }
  }
  return missing('No section headed objective, strategy or policy, and no sentence about what the fund aims to do, was found.');
}

function field(found: Text): TextField {
  const value = sentences(found.text.replace(/^[•·▪■l]\s+/u, ''));
  return { value, ...source(found.page, value, boxAround(found.lines.map(boxOf)), found.confidence) };
}

function underHeading(page: DocumentPage, heading: RegExp, runIn: RegExp | undefined): Text[] {
  const found: Text[] = [];
  page.blocks.forEach((block) => {
    block.lines.forEach((line, index) => {
      const title = line.text.replace(/\s*[:：]\s*$/u, '').replace(/^\d+[.)]?\s+/u, '').trim();
      const rest = heading.test(title) ? undefined : runIn?.exec(line.text)?.groups?.['rest'];
      // The pattern ignores case, and a sentence begins with a capital.
      if (rest !== undefined && /^[\p{Lu}\d"“'‘]/u.test(rest)) {
        const lines = body(block.lines.slice(index + 1), block.lines[index + 1]?.font);
        found.push({ text: joinLines([rest, ...lines.map((part) => part.text)]), lines: [line, ...lines], page: page.number, confidence: 0.95 });
      } else if (heading.test(title)) {
        const inBlock = block.lines.slice(index + 1);
        const lines = inBlock.length > 0 ? inBlock : (blockBelow(page, block, line)?.lines ?? []);
        const taken = body(lines, lines[0]?.font);
        if (taken.length > 0) found.push({ text: joinLines(taken.map((part) => part.text)), lines: taken, page: page.number, confidence: 0.95 });
      }
    });
  });
  return found;
}

/** Lines up to the next heading: a short line in another face after a finished sentence. */
function body(lines: readonly BlockLine[], font: string | undefined): BlockLine[] {
  const taken: BlockLine[] = [];
  for (const line of lines) {
    const before = taken.at(-1);
    const ended = before !== undefined && /[.!?:]$/u.test(before.text);
    if (before !== undefined && ended && ((line.font !== font && line.text.length < 45 && !/[.]$/u.test(line.text)) || NEXT_HEADING.test(line.text))) break;
    taken.push(line);
  }
  return taken;
}

function blockBelow(page: DocumentPage, above: Block, heading: BlockLine): Block | undefined {
  return page.blocks
    .filter((block) => block !== above && block.box[3] < heading.y + 2 && heading.y - block.box[3] < heading.size * 4 && block.box[0] < heading.x1 + 40 && block.box[2] > heading.x0 && Math.abs(block.box[0] - heading.x0) < 60)
    .sort((a, b) => b.box[3] - a.box[3])[0];
}

function isProse(text: string): boolean {
  const words = text.split(' ');
  const figures = words.filter((word) => /^[\d.,%()-]+$/u.test(word)).length;
  return words.length >= 6 && figures / words.length < 0.2;
}

/** Whole sentences up to the limit. */
function sentences(text: string): string {
  const short = text.length <= MAX_CHARACTERS ? text : text.slice(0, MAX_CHARACTERS);
  const last = Math.max(short.lastIndexOf('. '), short.endsWith('.') ? short.length - 1 : -1, short.lastIndexOf('。'));
  return (last >= MIN_CHARACTERS ? short.slice(0, last + 1) : short).trim();
}
