/** The day the sheet speaks of. Launch dates, holdings' maturities and dates of rules are not it. */
import type { DateField } from '../../extracted.ts';
import type { DocumentText } from '../document-text.ts';
import { datesIn } from '../lexicon/dates.ts';
import type { DateMention } from '../lexicon/dates.ts';
import { boxOf } from '../text/page-text.ts';
import type { Line } from '../text/page-text.ts';
import { missing, source } from './found.ts';

const SAYS_AS_OF = /(?:\bas (?:at|of|on)|\bdata (?:as )?(?:at|of)|\breport as on|\bdated|(?:^|\breport|\bdata|\breporting|\bvaluation|\bpricing|\bas[- ]of)\s*date|\breporting date|\bstand(?: vom| per| zum|:)?|\bstand der daten|\butfärdades|\butgivet|\baccurate as at|\bà jour au|\baggiornat\w+ al|\bproduced on|\bpublished(?: on)?|\bper|\bsituation au|\bau|\bal|\bsituazione al|\bdati al|\bdatos a|\ba fecha|\bper datum|\bvaluation date|\bat close of|\bmonth[- ]end(?:ing)?|\bperiod(?:s)? (?:ended|ending)|\bend(?:ed|ing)|截至|數據截至|资料截至)\W*(?:the\W*)?(?:end of\W*)?$/iu;
const SHEET = /fact ?-?sheet|factsheet|fund ?card|monthly (?:report|update|review|commentary)|tear ?sheet|reporting|marketing (?:communication|material)|monatsbericht|fondsreport|rapport mensuel|report mensile|fund (?:update|focus)|月報/iu;
const NOT_AS_OF = /(?:since|seit|depuis|launch\w*|inception|incep\w*|auflage\w*|aufgelegt|création|created|established|allotment|maturity|matures?|founded|lanc\w*|effective|w\.?e\.?f\.?|from|joined|managing|until|prior to|before|addendum|circular|record date|established on|listed|ex-div\w*|pay\w*|issued|expir\w*|financial year end|next|on the|changed)[\s:\p{L}()]{0,22}$/iu;

interface Candidate { readonly date: DateMention; readonly score: number; readonly page: number; readonly line: Line }

export function asOfOf(document: DocumentText, nowIso: string): DateField {
  const candidates: Candidate[] = [];
  const firstPage = document.pages[0]?.number;
  const lastPage = document.pages.at(-1)?.number;
  for (const page of document.pages) {
    for (const line of page.lines) {
      for (const date of datesIn(line.text, document.dates)) {
        if (date.iso > nowIso) continue;
        const before = line.text.slice(Math.max(0, date.index - 44), date.index);
        if (NOT_AS_OF.test(before) && !SAYS_AS_OF.test(before)) continue;
        let score = 0;
        if (SAYS_AS_OF.test(before)) score += 3;
        if (SHEET.test(line.text)) score += 3;
        if (/^\s*\d{4}-\d\d-\d\d.*\d{4}-\d\d-\d\d/.test(line.text)) score += 0;
        if (/\b(?:stats|statistics|performance|period)\b/iu.test(line.text) && /(?:-|–|to|bis|au)\s*$/iu.test(before)) score += 3.5;
        if (page.number === firstPage) score += 1;
        if (line.y > page.height * 0.8 && page.number === firstPage) score += 1.5;
        if (page.number === firstPage && line.cells.some((cell) => cell.text === date.text)) score += 0.5;
        if (date.precision === 'day' && isMonthEnd(date.iso)) score += 1;
        if (date.precision === 'month') score -= 1;
        candidates.push({ date, score: score - (page.number === lastPage && page.number !== firstPage ? 0.5 : 0), page: page.number, line });
      }
    }
  }
  const totals = new Map<string, number>();
  for (const { date, score } of candidates) if (score >= 1.5) totals.set(date.iso, Math.min(14, (totals.get(date.iso) ?? 0) + score));
  const ranked = [...totals].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? 1 : -1));
  const [best, second] = ranked;
  if (best === undefined || best[1] < 2.5) return missing('No date in the document is marked as the day its figures speak of.');
  const of = (iso: string): Candidate[] => candidates.filter((candidate) => candidate.date.iso === iso).sort((a, b) => b.score - a.score);
  // Of two equally good days the later one: a sheet of September may still show a table as at June.
  const iso = second !== undefined && second[1] === best[1] && second[0] > best[0] ? second[0] : best[0];
  const chosen = of(iso)[0];
  if (chosen === undefined) return missing('No date in the document is marked as the day its figures speak of.');
  const word = chosen.line.cells.find((cell) => cell.text.includes(chosen.date.text));
  const certain = second === undefined || best[1] - second[1] > 1.5;
  const confidence = (chosen.date.precision === 'month' ? 0.6 : certain ? 0.95 : 0.75);
  return { value: iso, ...source(chosen.page, word?.text ?? chosen.line.text, boxOf(word ?? chosen.line.cells[0] ?? { x0: 0, x1: 0, y: chosen.line.y, size: chosen.line.size }), confidence) };
}

function isMonthEnd(iso: string): boolean {
  const date = new Date(`${iso}T00:00:00Z`);
  return new Date(date.getTime() + 4 * 86_400_000).getUTCMonth() !== date.getUTCMonth();
}
