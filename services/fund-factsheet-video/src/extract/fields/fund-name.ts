/**
 * The fund's name: the document's title in most sheets, a labelled value in others, the words over "This product is
 * suitable for investors" in Indian ones. Headings, slogans and kinds of fund ("Equity - Flexicap Fund") are not names.
 */
import type { Box, TextField } from '../../extracted.ts';
import type { DocumentText } from '../document-text.ts';
import { datesIn } from '../lexicon/dates.ts';
import type { BlockLine } from '../text/blocks.ts';
import { boxAround, boxOf } from '../text/page-text.ts';
import { missing, source } from './found.ts';
import { labelled } from './labelled.ts';

const FUND_WORD = /\b(?:funds?|fonds|fondo|fundo|fond|fonden|trust|plc|sicav|etf|ucits|portfolio|invest|opportunities|equity|equities|bond|bonds|income|growth|strategy|scheme|nachhaltigkeitsfonds|aktien|anleihen|obligations|actions|balanced|multi-asset|index|dividend|smaller companies)\b|\p{L}{4,}fonds\b|基金/iu;
const GENERIC = /^(?:marketing (?:communication|material)|advertising|werbe\w+|(?:monthly |quarterly )?(?:fund )?fact ?-?sheet|faktablad|monthly (?:report|update|review)|key (?:investor )?information(?: document)?|key facts|wesentliche anlegerinformation(?:en)?(?: \(.*\))?|basisinformationsblatt|document d.informations cl[ée]s.*|informations? cl[ée]s.*|informazioni chiave.*|documento contenente.*|datos fundamentales.*|essentiële.*|summary prospectus.*|statutory prospectus|prospectus|produkte?|product|syfte|purpose|zweck|objectif|untitled|contents|for professional.*|for (?:qualified|institutional).*|important information|risk (?:indicator|profile)|summary risk indicator|page \d+.*|www\..*|.*@.*|overview|fund overview|at a glance)$/iu;
const HEADING = /^(?:investment\b(?! grade| trust)|the fund|fund (?:at\b|characteristics|details|facts|overview|information|manager|size|objective|aim|ratings?|performance|description|commentary|statistics|summary|profile|strategy|codes?|charges)|objective|performance|cumulative|growth of|portfolio (?:managers?|analysis|classification|breakdown|statistics|characteristics|composition|holdings?|details)|top \w+|sector|region|geograph|asset|key|about|risk|why|who|what|contact|how|past|calendar|discrete|annual|monthly|total|net|nav|benchmark|isin|share|class|price|ratings?|ziele|risiko|kosten|anlage\p{L}*|objecti[fv]\p{L}*|obiettiv\p{L}|politi[qck]\p{L}*|caract\p{L}*|stammdaten|wertentw\p{L}*|fund ?card|monatsbericht|fondsporträt|reporting|source|all data|data|as (?:at|of)|lower|higher|composition|equity shares)\b/iu;
const CATEGORY = /^(?:equity|debt|hybrid|flexi ?-?cap|large ?-?cap|mid ?-?cap|small ?-?cap|multi ?-?cap|multi ?-?asset|balanced|advantage|liquid|gilt|index|sectoral|thematic|elss|tax|saver|overnight|open|ended|scheme|fund|funds|&|and|-|–|:|bond|money|market|global|ucits|etf|sicav|plc|oeic)+$/iu;
const LABELS = '(?:name of (?:the )?(?:product|fund|scheme|sub-?fund)|fund name|product name|scheme name|sub-?fund name|name des (?:fonds|produkts)|fondsname|produktname|nom du (?:produit|fonds)|nome del (?:prodotto|fondo)|nombre del (?:producto|fondo)|naam (?:van het )?(?:product|fonds)|product|produkt|produit|prodotto|producto)';

/** The house that sends the sheet is not the fund. */
const COMPANY = /\b(?:partners|management|investors|managers|advis[eo]rs|capital|asset management|investments|kag|gmbh|ag|s\.?a\.?|sarl|s\.?à\.?r\.?l|ltd|limited|llp|llc|group|bank)\.?$/iu;
const WHOLE_FUND = /\b(?:fund|fonds|trust|etf|sicav|portfolio|fondo|fond)\b/iu;

/** A row's or a section's words; a name has at least one of its own. */
const WORDS_OF_TABLES = new Set('fund funds fonds fondo portfolio scheme trust company index benchmark net gross at nav the of and details facts information share class annualised annualized cumulative sector average total return returns performance stammdaten strategy plan etf'.split(' '));

interface Candidate { readonly text: string; readonly score: number; readonly page: number; readonly box: Box; readonly snippet: string }

export function fundNameOf(document: DocumentText): TextField {
  const candidates = [...fromProductLabel(document), ...fromLabels(document), ...fromStatistics(document), ...fromTitles(document)];
  const split = candidates.map(withoutClass);
  const best = split.sort((a, b) => b.score - a.score)[0];
  if (best === undefined || best.score < 4) return missing('No title, label or heading in the document is recognised as a fund\'s name.');
  return { value: best.text, ...source(best.page, best.snippet, best.box, Math.min(0.97, 0.5 + best.score * 0.05)) };
}

/** "NAME, Tranche: NAME EUR R01" is a fund's name and its class. */
function withoutClass(candidate: Candidate): Candidate {
  const match = /^(?<name>.{3,}?)[,;]?\s+[–-]?\s*(?:Tranche|Anteilsklasse|Share Class|Anteilscheinklasse)\b.*$/u.exec(candidate.text);
  return match?.groups?.['name'] === undefined ? candidate : { ...candidate, text: match.groups['name'].replace(/[,;\s-]+$/u, '') };
}

function fromLabels(document: DocumentText): Candidate[] {
  return labelled(document, LABELS, document.pages.slice(0, 1)).flatMap((entry) => {
    const text = clean(entry.value.split(/\s(?:är en|ist ein|is a|est un|è un)\b/u)[0] ?? '');
    const colon = entry.snippet.slice(entry.label.length, entry.label.length + 3).includes(':');
    const oneWord = /^(?:product|produkt|produit|prodotto|producto)$/iu.test(entry.label);
    if (!plausible(text) || (entry.place === 'same' && !colon)) return [];
    return [{ text, score: oneWord && !colon ? 4 + (FUND_WORD.test(text) ? 3 : -3) : 8, page: entry.page, box: entry.box, snippet: text }];
  });
}

/** SEBI's product label: "<scheme> / This product is suitable for investors who are seeking". */
function fromProductLabel(document: DocumentText): Candidate[] {
  const found: Candidate[] = [];
  for (const page of document.pages) {
    page.lines.forEach((line, index) => {
      const cell = line.cells.find((candidate) => /^this product is suitable for investors/iu.test(candidate.text));
      if (cell === undefined) return;
      for (const above of page.lines.slice(Math.max(0, index - 4), index).reverse()) {
        const title = above.cells.find((candidate) => candidate.x0 < cell.x1 && candidate.x1 > cell.x0);
        const text = clean(title?.text ?? '');
        if (title === undefined || !plausible(text) || !/\b(?:fund|plan|scheme|etf|fof)\b/iu.test(text)) continue;
        found.push({ text, score: 9, page: page.number, box: boxOf(title), snippet: title.text });
        break;
      }
    });
  }
  return found;
}

/** The heading of computed statistics: "Stats for alpha from 2022-10-01 - 2025-10-31". */
function fromStatistics(document: DocumentText): Candidate[] {
  return document.pages.flatMap((page) => page.lines.flatMap((line): Candidate[] => {
    const match = /^(?:stats|statistics|tear ?sheet|performance report)\s+(?:for|of)\s+(?<name>.+?)(?:\s+(?:from|as of|between)\b.*)?$/iu.exec(line.text);
    const text = clean(match?.groups?.['name'] ?? '');
    return text.length < 2 || text.length > 80 ? [] : [{ text, score: 6, page: page.number, box: boxOf({ ...(line.cells[0] ?? { x0: 0, x1: 0 }), y: line.y, size: line.size }), snippet: line.text }];
  }));
}

function fromTitles(document: DocumentText): Candidate[] {
  const page = document.pages[0];
  if (page === undefined) return [];
  const sizes = page.lines.map((line) => line.size).sort((a, b) => b - a);
  const largest = sizes[0] ?? 1;
  const usual = sizes[Math.floor(sizes.length * 0.6)] ?? largest;
  const title = plain(document.title ?? '');
  return page.blocks.flatMap((block): Candidate[] => titlesOf(block.lines).flatMap(({ lines, text: raw }): Candidate[] => {
    const lead = leadIn(page.blocks.flatMap((other) => other.lines), lines[0]);
    const text = clean(lead === undefined ? raw : `${lead.text} ${raw}`);
    const first = lines[0];
    if (first === undefined || !plausible(text)) return [];
    const large = first.size / largest;
    let score = large * 3 + (first.size > usual * 1.15 ? 1 : 0);
    if (FUND_WORD.test(text)) score += 2;
    if (title.length > 6 && (title.includes(plain(text)) || plain(text).includes(title))) score += 1.5;
    if (occurrences(document.text, raw) > 1) score += 1;
    if (first.y > page.height * 0.62) score += 1;
    const below = page.lines.filter((line) => line.y < first.y && line.y > first.y - 90);
    if (below.some((line) => /\bISIN\b/iu.test(line.text))) score += 1;
    if (CATEGORY.test(text.replace(/[\s-]+/gu, ''))) score -= 5;
    if (!FUND_WORD.test(text) && !(first.size > usual * 1.3)) score -= 2;
    if (first.size <= usual * 1.05) score -= 2.5;
    if (/\bindex\)?$/iu.test(text) && !/\b(?:fund|etf|fonds)\b/iu.test(text)) score -= 4;
    if (COMPANY.test(text) && !WHOLE_FUND.test(text)) score -= 4;
    // Low on the page and small: a heading of a section, a row of a table.
    if (first.y < page.height * 0.62 && !(first.size > usual * 1.4)) score -= 2;
    if (first.y < page.height * 0.3) score -= 2;
    return [{ text, score, page: page.number, box: boxAround(lines.map(boxOf)), snippet: lead === undefined ? raw : `${lead.text} ${raw}` }];
  }));
}

/** A block's first lines as one title: a name goes over one to three lines of one size. */
function titlesOf(lines: readonly BlockLine[]): { lines: readonly BlockLine[]; text: string }[] {
  const first = lines[0];
  if (first === undefined) return [];
  const same = lines.filter((line, index) => index < 3 && Math.abs(line.size - first.size) < 0.3 && line.font === first.font);
  const parts = same.length === lines.length ? [same] : [lines.slice(0, 1), same];
  // Every line by itself too: a subtitle in the same face may follow.
  return [...parts, ...(lines.length > 1 && lines.length <= 3 ? [lines.slice(0, 1)] : [])].map((part) => ({ lines: part, text: part.map((line) => line.text).join(' ') }));
}

/** An umbrella's name in small over a title, ending in a dash: "JPMorgan Funds -". */
function leadIn(lines: readonly BlockLine[], title: BlockLine | undefined): BlockLine | undefined {
  if (title === undefined) return undefined;
  return lines.find((line) => line.y > title.y && line.y - title.y < title.size * 1.8 && Math.abs(line.x0 - title.x0) < 6 && /[-–:]$/u.test(line.text) && line.text.length < 50);
}

function clean(text: string): string {
  let name = text.replace(/\s*[|•·]\s*.*$/u, '').replace(/\s*[-–,]?\s*\b(?:monthly |fund )?fact ?-?sheet\b.*$/iu, '').replace(/\(\s*ISIN.*$/u, '').trim();
  const [date] = datesIn(name);
  if (date !== undefined && date.index > 5) name = name.slice(0, date.index).replace(/\b(?:as (?:at|of)|per|stand|au|al|data)\s*$/iu, '');
  return name.replace(/^[•·]\s*/u, '').replace(/[\s,;:–-]+$/u, '').trim();
}

function plausible(text: string): boolean {
  if (text.length < 3 || text.length > 110 || text.split(' ').length > 15) return false;
  if (GENERIC.test(text) || HEADING.test(text) || /^(?:the )?funds?\s+\p{Ll}/u.test(text) || /^(?:the|le|la|l['’]|der|die|das|el|il|het|den)\s*(?:fund|fonds|fondo|trust|company|scheme|product|strategy)\b/iu.test(text) || /[.!?]$/u.test(text.replace(/\b(?:ltd|inc|co|s\.a|n\.v)\.$/iu, ''))) return false;
  if (text.toLowerCase().split(/[^\p{L}]+/u).every((word) => word === '' || WORDS_OF_TABLES.has(word))) return false;
  if (/\d+[.,]\d+\s*%?|%|©|@|https?:|www\./u.test(text)) return false;
  return /\p{L}{2,}/u.test(text) && /^[\p{Lu}\p{Lt}\p{Lo}\d("'’]/u.test(text);
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function occurrences(text: string, part: string): number {
  return part.length < 3 ? 0 : text.split(part).length - 1;
}
