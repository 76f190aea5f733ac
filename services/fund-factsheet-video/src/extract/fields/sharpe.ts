/** The Sharpe ratio with its period: a row of figures under `3 years | 5 years`, a line of its own, or a column. */
import type { SharpeField } from '../../extracted.ts';
import type { DocumentPage, DocumentText } from '../document-text.ts';
import { periodOf } from '../lexicon/periods.ts';
import { readRow } from '../lexicon/rows.ts';
import type { OwnNames } from '../lexicon/rows.ts';
import { periodHeadings } from '../tables/headings.ts';
import { regionsOf, textWithin, wordsWithin } from '../tables/region.ts';
import type { Region } from '../tables/region.ts';
import { figuresIn } from '../text/figures.ts';
import type { Figure } from '../text/figures.ts';
import { boxOf } from '../text/page-text.ts';
import type { Line, Word } from '../text/page-text.ts';
import { missing, source } from './found.ts';

const SHARPE = /^sharpe(?:[- ]?ratio)?$|^sharpe-?(?:quote|verhältnis)$|^夏普比率$/iu;
const FREQUENCY = /^(?:daily|monthly|yearly|annual|quarterly|weekly)$/iu;

interface Candidate { readonly figure: Figure; readonly period: string; readonly page: number; readonly snippet: string; readonly certain: number }

export function sharpeOf(document: DocumentText, names: OwnNames): SharpeField {
  const candidates = document.pages.flatMap((page) => regionsOf(page.gutters, page.width).flatMap((region) => page.lines.flatMap((line, index) => candidatesAt(document, page, region, line, index, names))));
  if (candidates.length === 0) {
    return missing(/sharpe/iu.test(document.text) ? 'The document speaks of the Sharpe ratio, but no figure of the fund stands beside it.' : 'The document gives no Sharpe ratio.');
  }
  const best = Math.max(...candidates.map((candidate) => candidate.certain));
  const good = candidates.filter((candidate) => candidate.certain === best);
  const preferred = ['3y', '5y', '1y', '10y'].flatMap((period) => good.filter((candidate) => candidate.period === period))[0] ?? good[0] as Candidate;
  const conflicting = good.filter((candidate) => candidate.period === preferred.period && candidate.figure.value !== preferred.figure.value);
  if (conflicting.length > 0) {
    return missing(`The document shows different Sharpe ratios for the same period (${[preferred, ...conflicting].map((candidate) => candidate.figure.text).join(', ')}) and does not say which is the fund's.`);
  }
  return { value: preferred.figure.value, period: preferred.period, ...source(preferred.page, preferred.snippet, boxOf(preferred.figure), preferred.certain) };
}

function candidatesAt(document: DocumentText, page: DocumentPage, region: Region, line: Line, index: number, names: OwnNames): Candidate[] {
  const words = wordsWithin(line, region);
  const start = words.findIndex((word) => /^sharpe|^夏普/iu.test(word.text));
  if (start === -1) return [];
  const figures = figuresIn(words.slice(start + 1), document.decimal);
  const firstFigure = figures[0];
  const labelWords = words.slice(start).filter((word) => firstFigure === undefined || word.x1 <= firstFigure.x0 + 0.5).map((word) => word.text).filter((text) => text !== ':');
  // "Sharpe Ratio (3 Yr)" has a figure in its label.
  const inLabel = /\(?\b(\d{1,2})[\s-]*(years?|yrs?\.?|y|jahre?|ans?|anni|años|months?|m)\b\)?/iu.exec(words.slice(start, start + 8).map((word) => word.text).join(' '));
  const labelPeriod = inLabel === null ? undefined : periodOf(`${inLabel[1]} ${inLabel[2]}`)?.period;
  const usable = figures.filter((figure): figure is Figure => figure.value !== null && isRatio(figure) && !(figure.decimals === 0 && inLabel?.[1] === figure.text));
  if (usable.length === 0) return [...belowColumn(document, page, region, index, words, start), ...belowLabel(document, page, line, index)];
  if (labelWords.join(' ').length > 60) return [];
  const snippet = words.slice(Math.max(0, start)).map((word) => word.text).join(' ');
  const make = (figure: Figure, period: string, certain: number): Candidate => ({ figure, period, page: page.number, snippet, certain });
  const headings = headingsAbove(page, region, index, usable);
  const own = usable.flatMap((figure, at): Candidate[] => {
    const heading = headings[at];
    if (heading === undefined) return [];
    if (heading.period !== undefined) return [make(figure, heading.period, 0.95)];
    const kind = heading.text === undefined ? 'unknown' : readRow(heading.text, names).kind;
    if (kind === 'benchmark' || kind === 'peer' || kind === 'unknown' || kind === 'other') return [];
    return [make(figure, labelPeriod ?? periodNearby(page, region, index), 0.9)];
  });
  if (own.length > 0) return own;
  const [only] = usable;
  if (usable.length === 1 && only !== undefined && figures.length === 1) return [make(only, labelPeriod ?? periodNearby(page, region, index), 0.85)];
  return [];
}

/** A ratio has decimals, no per cent sign, and is small. */
function isRatio(figure: Figure): boolean {
  return !figure.percent && Math.abs(figure.value) < 15 && figure.decimals >= 1 && figure.decimals <= 4;
}

/** For every figure the period or the name that heads its column. */
function headingsAbove(page: DocumentPage, region: Region, index: number, figures: readonly Figure[]): { period?: string; text?: string }[] {
  let strange = 0;
  for (let at = index - 1; at >= 0 && at >= index - 22; at -= 1) {
    const line = page.lines[at];
    if (line === undefined) break;
    const periods = periodHeadings(line, page.lines.slice(Math.max(0, at - 2), at).reverse());
    const words = wordsWithin(line, region);
    const over = figures.map((figure): { period?: string; text?: string } => {
      const heading = periods.find((candidate) => candidate.x0 < figure.x1 + 12 && candidate.x1 > figure.x0 - 12);
      if (heading !== undefined) return { period: heading.period };
      const frequency = words.find((word) => FREQUENCY.test(word.text) && word.x0 < figure.x1 + 12 && word.x1 > figure.x0 - 12);
      if (frequency !== undefined) return { period: frequency.text.toLowerCase() };
      const cell = line.cells.find((candidate) => candidate.x0 < figure.x1 + 3 && candidate.x1 > figure.x0 - 3 && /\p{L}/u.test(candidate.text) && candidate.text.length < 40);
      return cell === undefined || !cell.words.some((word) => words.includes(word)) ? {} : { text: cell.text };
    });
    const whole = over.every((heading) => heading.period !== undefined || heading.text !== undefined);
    if (!whole) {
      // Rows of the same list have something in the same columns. A line that has not may be a broken label; two are the end of the list.
      const inColumns = words.some((word) => figures.some((figure) => word.x0 < figure.x1 + 12 && word.x1 > figure.x0 - 12) && /\d|^[-–—]+$/u.test(word.text));
      if (words.length > 0 && !inColumns) strange += 1;
      if (strange > 1 || (strange > 0 && figures.length === 1)) return [];
      continue;
    }
    const named = over.filter((heading) => heading.period !== undefined || readRow(heading.text ?? '', { fundName: null, shareClass: null, benchmark: null }).kind !== 'unknown');
    // Other labels of the same list stand over a single figure too; only periods and names of funds are headings.
    if (named.length === over.length) return over;
  }
  return [];
}

/** `Volatility | Sharpe | Beta` as headings with figures below. */
function belowColumn(document: DocumentText, page: DocumentPage, region: Region, index: number, words: readonly Word[], start: number): Candidate[] {
  const heading = words[start];
  const line = page.lines[index];
  if (heading === undefined || line === undefined || words.length < 3 || words.length > 14) return [];
  for (const below of page.lines.slice(index + 1, index + 4)) {
    if (line.y - below.y > 4.5 * line.size) return [];
    const figures = figuresIn(wordsWithin(below, region), document.decimal);
    if (figures.length < 2) continue;
    const near = figures.filter((figure): figure is Figure => figure.value !== null && isRatio(figure) && figure.x0 < heading.x1 + 14 && figure.x1 > heading.x0 - 14);
    const [figure] = near;
    if (near.length !== 1 || figure === undefined) return [];
    const label = wordsWithin(below, region).filter((word) => word.x1 < (figures[0]?.x0 ?? 0)).map((word) => word.text).join(' ');
    const kind = readRow(label, { fundName: null, shareClass: null, benchmark: null }).kind;
    if (kind === 'benchmark' || kind === 'peer') return [];
    return [{ figure, period: periodOf(label)?.period ?? periodNearby(page, region, index), page: page.number, snippet: textWithin(below, region), certain: 0.7 }];
  }
  return [];
}

/** A tile: the label over its value. */
function belowLabel(document: DocumentText, page: DocumentPage, line: Line, index: number): Candidate[] {
  const cell = line.cells.find((candidate) => SHARPE.test(candidate.text.replace(/\s*\(.*\)|[*^#†¹²³:]/gu, '').trim()));
  if (cell === undefined) return [];
  for (const below of page.lines.slice(index + 1, index + 4)) {
    if (cell.y - below.y > 2.6 * cell.size) return [];
    const under = below.cells.find((candidate) => Math.abs((candidate.x0 + candidate.x1 - cell.x0 - cell.x1) / 2) < 14 || Math.abs(candidate.x0 - cell.x0) < 4);
    const [figure] = under === undefined ? [] : figuresIn(under.words, document.decimal).filter((entry): entry is Figure => entry.value !== null && isRatio(entry));
    if (figure === undefined || under === undefined || under.words.length > 1) continue;
    const inLabel = /(\d{1,2})[\s-]*(years?|yrs?|y)\b/iu.exec(cell.text);
    return [{ figure, period: inLabel === null ? 'unstated' : periodOf(`${inLabel[1]} ${inLabel[2]}`)?.period ?? 'unstated', page: page.number, snippet: under.text, certain: 0.75 }];
  }
  return [];
}

/** A period said once for a whole list: in its heading, or in a note such as "Basis for Ratio Calculation: 3 Years". */
function periodNearby(page: DocumentPage, region: Region, index: number): string {
  const above = page.lines.slice(Math.max(0, index - 8), index + 1).map((line) => textWithin(line, region)).join(' / ');
  const around = `${above} // ${page.lines.slice(index + 1, index + 16).map((line) => textWithin(line, region)).join(' ')}`;
  const heading = /(?:risk|ratio|statistic|analysis|measure|kennzahl|volatil)[^/]{0,40}?(?:\(|over |last |past )?(\d{1,2})[\s-]*(years?|yrs?|y|jahre?)\b/iu.exec(above);
  const note = /(?:basis for ratio calculation|ratios?[^.]{0,40}(?:calculated|computed|based)[^.]{0,40}?|calculated (?:on|over|using)[^.]{0,30}?)\W*(\d{1,2})[\s-]*(years?|yrs?|y)\b/iu.exec(around);
  const match = heading ?? note;
  if (match === null) return 'unstated';
  return periodOf(`${match[1]} ${match[2]}`)?.period ?? 'unstated';
}
