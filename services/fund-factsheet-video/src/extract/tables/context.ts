/** What the words above a table say about it: whether it shows returns, to which day, and of what kind. */
import { datesIn } from '../lexicon/dates.ts';
import type { DocumentPage, DocumentText } from '../document-text.ts';
import { figuresIn } from '../text/figures.ts';
import type { Region } from './region.ts';
import { textWithin, wordsWithin } from './region.ts';

const RETURNS = /perform|\breturns?\b|wertentwicklung|wertzuwachs|rendite|rendement|rendimento|rentabil|avkastning|resultat|ertrag|kursentwicklung|évolution|表現|报酬|報酬|回報/iu;
const NOT_RETURNS = /volatil|risk (?:analysis|measures?|statistics|indicators?|data|ratios?|characteristics)|risikokennzahl|sharpe|yield|flows?\b|turnover|dividend|distribution|\bfees?\b|charges|correlation|attribution|contribut|allocation|exposure|maturity|duration|drawdown|\bcosts?\b|scenario|szenari|premium|discount|sip\b|market commentary|outlook|rating|ranking|quartile|growth of|value of|relative performance|excess return|alpha\b|beta\b/iu;

export interface TableContext {
  readonly heading: string;
  readonly showsReturns: boolean;
  readonly excluded: boolean;
  readonly periodEnd: string | null;
}

/** Reads up to six lines above `lineIndex` within a region, as far as the table before it. */
export function contextAbove(document: DocumentText, page: DocumentPage, lineIndex: number, region: Region): TableContext {
  const own = page.lines[lineIndex];
  if (own === undefined) return { heading: '', showsReturns: false, excluded: false, periodEnd: null };
  const lines: string[] = [];
  let nearest: string | undefined;
  for (let index = lineIndex - 1; index >= 0 && lines.length < 6; index -= 1) {
    const line = page.lines[index];
    if (line === undefined || line.y - own.y > 110) break;
    const words = wordsWithin(line, region);
    if (words.length === 0) continue;
    const decimals = figuresIn(words, document.decimal).filter((figure) => figure.value !== null && figure.decimals > 0);
    if (decimals.length >= 2) break;
    const text = textWithin(line, region);
    lines.unshift(text);
    if (nearest === undefined && /\p{L}{4}/u.test(text)) nearest = text;
  }
  const header = textWithin(own, region);
  const heading = [...lines, header].join(' / ');
  const showsReturns = RETURNS.test(heading);
  // The line just above counts most: a table of volatilities may follow one of returns.
  const excluded = nearest !== undefined && NOT_RETURNS.test(nearest) && !RETURNS.test(nearest);
  return { heading, showsReturns, excluded, periodEnd: endOf([...lines, header], document) };
}

/** `Performance (%) to 30 June 2025`, `as at 31/12/2024`, `from 1 January 2020 to 30 June 2025`; never a chart's axis. */
function endOf(above: readonly string[], document: DocumentText): string | null {
  const ends = new Set<string>();
  for (const line of above) {
    const dates = datesIn(line, document.dates);
    const marked = dates.filter((date) => /(?:\bto|\bas (?:at|of|on)|\bper|\bam|\bau|\bal|\ba|\btot|\bbis|stand:?|\buntil|\bthrough|\bend(?:ed|ing)?|\bperiods? (?:ended|ending))\W*(?:the\W*)?(?:end of\W*)?$/iu.test(line.slice(Math.max(0, date.index - 24), date.index)));
    const only = dates.length === 1 && RETURNS.test(line) && !/since|seit|depuis|from|inception|launch/iu.test(line) ? dates : [];
    for (const date of marked.length > 0 ? marked : only) ends.add(date.iso);
  }
  return ends.size === 1 ? [...ends][0] ?? null : null;
}
