/**
 * Reads a drawn risk scale: a row of five or seven boxes of which one is filled in another colour. It is read only
 * when exactly one box stands out and the boxes are where a scale's boxes are; a doubt is no reading.
 */
import type { Box, RiskField } from '../../extracted.ts';
import type { Pixels } from '../../pdf/pdf-page.ts';
import type { DocumentPage, DocumentText } from '../document-text.ts';
import { boxAround, boxOf } from '../text/page-text.ts';
import type { Cell, Word } from '../text/page-text.ts';
import { wordsOf } from '../tables/headings.ts';
import { source } from './found.ts';
import { indicatorIn } from './risk-text.ts';
import { filledBoxIn, outlierAmong } from './scale-pixels.ts';

type Risk = Exclude<RiskField, { value: null }>;

const SCALE = 3;
const LOWER = /^(?:←\s*)?(?:(?:potenti\w+|typi\w+)\s+)?(?:lower|low|niedrigere[sr]?|geringere[sr]?|geringes|risque (?:plus )?faible|plus faible|a? ?risque plus faible|rischio più basso|più basso|menor|lager|lägre|lavere)(?:\s+(?:risk|risiko|risico|riesgo|rischio))?\b/iu;
const HIGHER = /^(?:(?:potenti\w+|typi\w+)\s+)?(?:higher|high|höhere[sr]?|hohes|risque (?:plus )?élevé|plus élevé|a? ?risque plus élevé|rischio più elevato|più alto|mayor|hoger|högre|høyere)(?:\s+(?:risk|risiko|risico|riesgo|rischio))?\s*(?:→)?$/iu;
const HEADING = /risk (?:indicator|and reward|profile|rating|category)|SRRI|\bSRI\b|risiko|risque|riesgo|rischio|riskindikator|risico/iu;

export async function riskFromDrawing(document: DocumentText): Promise<Risk | undefined> {
  for (const page of document.pages.slice(0, 4)) {
    for (const digits of digitRows(page)) {
      const risk = await fromDigits(document, page, digits);
      if (risk !== undefined) return risk;
    }
    for (const ends of scaleEnds(page)) {
      const risk = await fromBoxes(document, page, ends);
      if (risk !== undefined) return risk;
    }
  }
  return undefined;
}

/** Rows `1 2 3 4 5 6 7` (or to 5) with even steps. */
function digitRows(page: DocumentPage): Word[][] {
  return page.lines.flatMap((line) => {
    const rows: Word[][] = [];
    let row: Word[] = [];
    for (const word of wordsOf(line)) {
      if (word.text === String(row.length + 1)) row.push(word);
      else if (row.length > 0 && /^\d$/u.test(word.text)) row = word.text === '1' ? [word] : [];
      if (row.length === 7) { rows.push(row); row = []; }
    }
    if (row.length === 5) rows.push(row);
    return rows.filter((candidate) => {
      const steps = candidate.slice(1).map((word, index) => word.x0 - (candidate[index]?.x0 ?? 0));
      return Math.min(...steps) > 7 && Math.max(...steps) - Math.min(...steps) < Math.max(4, Math.min(...steps) * 0.3);
    });
  });
}

async function fromDigits(document: DocumentText, page: DocumentPage, digits: readonly Word[]): Promise<Risk | undefined> {
  const near = page.lines.filter((line) => Math.abs(line.y - (digits[0]?.y ?? 0)) < 90).map((line) => line.text).join(' ');
  if (!HEADING.test(near)) return undefined;
  const first = digits[0] as Word;
  const step = ((digits.at(-1)?.x0 ?? 0) - first.x0) / (digits.length - 1);
  const box: Box = [first.x0 - step * 0.5, first.y - first.size * 0.9, (digits.at(-1)?.x1 ?? 0) + step * 0.5, first.y + first.size * 1.6];
  const pixels = await document.draw(page.number, box, SCALE);
  if (pixels === null) return undefined;
  const half = Math.min(step * 0.42, first.size * 1.6);
  const areas = digits.map((word): Box => {
    const centre = (word.x0 + word.x1) / 2;
    return [centre - half, first.y - first.size * 0.35, centre + half, first.y + first.size * 1.05];
  });
  const index = outlierAmong(pixels, areas);
  if (index === undefined) return undefined;
  const snippet = digits.map((word) => word.text).join(' ');
  return { value: index + 1, scale: digits.length === 5 ? '1-5' : '1-7', indicator: indicatorIn(document, near), readFrom: 'drawing', ...source(page.number, snippet, boxOf(digits[index] as Word), 0.88) };
}

interface Ends { readonly lower: Cell; readonly higher: Cell }

/** "Lower risk … Higher risk" under or over a scale. */
function scaleEnds(page: DocumentPage): Ends[] {
  return page.lines.flatMap((line) => {
    const lower = line.cells.find((cell) => LOWER.test(cell.text));
    const higher = line.cells.find((cell) => lower !== undefined && cell.x0 > lower.x1 && HIGHER.test(cell.text));
    return lower === undefined || higher === undefined ? [] : [{ lower, higher }];
  });
}

async function fromBoxes(document: DocumentText, page: DocumentPage, { lower, higher }: Ends): Promise<Risk | undefined> {
  const box: Box = [Math.max(0, lower.x0 - 14), Math.max(0, lower.y - 46), Math.min(page.width, higher.x1 + 14), Math.min(page.height, lower.y + 46)];
  const pixels = await document.draw(page.number, box, SCALE);
  const filled = pixels === null ? undefined : filledBoxIn(blankText(pixels, page, box));
  if (filled === undefined) return undefined;
  const near = page.lines.filter((line) => Math.abs(line.y - lower.y) < 70).flatMap((line) => line.cells).filter((cell) => cell.x1 > box[0] && cell.x0 < box[2]);
  const heading = near.find((cell) => HEADING.test(cell.text));
  const words = [...(heading === undefined ? [] : [heading]), lower, higher];
  const snippet = words.map((cell) => cell.text).join(' ');
  return { value: filled.index + 1, scale: filled.count === 5 ? '1-5' : '1-7', indicator: indicatorIn(document, snippet), readFrom: 'drawing', ...source(page.number, snippet, boxAround(words.map(boxOf)), 0.85) };
}

/** Paints the words of the text layer white, so that they are not taken for a part of the drawing. */
function blankText(pixels: Pixels, page: DocumentPage, box: Box): Pixels {
  const rgba = Uint8Array.from(pixels.rgba);
  for (const word of page.lines.flatMap(wordsOf)) {
    const [x0, y0, x1, y1] = boxOf(word);
    if (x1 < box[0] || x0 > box[2] || y1 < box[1] || y0 > box[3] || /^\d$/u.test(word.text)) continue;
    const top = Math.max(0, Math.floor((box[3] - y1) * SCALE));
    const bottom = Math.min(pixels.height, Math.ceil((box[3] - y0) * SCALE));
    const left = Math.max(0, Math.floor((x0 - box[0]) * SCALE) - 2);
    const right = Math.min(pixels.width, Math.ceil((x1 - box[0]) * SCALE) + 2);
    for (let y = top; y < bottom; y += 1) rgba.fill(255, (y * pixels.width + left) * 4, (y * pixels.width + right) * 4);
  }
  return { ...pixels, rgba };
}
