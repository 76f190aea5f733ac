/** The share class the sheet is about, where it says so. */
import type { TextField } from '../../extracted.ts';
import type { DocumentText } from '../document-text.ts';
import { boxOf } from '../text/page-text.ts';
import { missing, source } from './found.ts';
import { labelled } from './labelled.ts';

const LABELS = '(?:share[- ]?|unit[- ]?)?class(?: name)?|share type|anteils?klasse|aktienklasse|tranche|(?:catégorie de )?part|classe(?: di (?:azioni|quote))?|clase(?: de (?:acciones|participaciones))?|aandelenklasse|andelsklass|klass|plan(?: ?\\/ ?option)?|類別|股份類別';
const CLASS_WORD = /\b(?:acc|inc|dist|dis|cap|accumulation|income|distribution|hedged|thes\w*|ausschüttend|ordinary|retail|institutional|institutionnelle|investor|regular|direct|growth|idcw)\b/iu;
const CLASS_LETTER = /\b[A-Z]{3}\b|^[A-Z]{1,3}\d{0,3}(?:[\s-]|$)|^\(?[A-Z]\)?$/u;
const NOT_CLASS = /^(?:currency|size|assets?|launch|inception|performance|isin|s\b|es\b|data|details|information|charges?|type|overview)|[.;]$|\d{2}[./]\d{2}|performance is|benchmark/iu;
const STANDALONE = /^(?:Class|Klasse|Klass|Part|Clase|Classe)\s+[A-Z][A-Z0-9]{0,4}(?=$|[\s(-])(?:[\s(-]+[\p{L}\d ()/-]{1,40})?$/u;

export function shareClassOf(document: DocumentText): TextField {
  const first = document.pages.slice(0, 1);
  for (const page of first) {
    for (const line of page.lines) {
      for (const cell of line.cells) {
        const alone = cell.text.split(/\s*[|•·]\s*/u)[0] ?? '';
        if (STANDALONE.test(alone) && line.y > page.height * 0.55) return { value: alone, ...source(page.number, cell.text, boxOf(cell), 0.9) };
      }
    }
  }
  const entries = labelled(document, LABELS, first);
  const letters = new Set(entries.filter((entry) => entry.place === 'same').flatMap((entry) => /^([A-Z]\d?)(?=$|[\s,;–-])/u.exec(entry.value)?.[1] ?? []));
  const listed = new Set([...document.text.matchAll(/\bClass ([A-Z]\d?)\b/gu)].map((match) => match[1]));
  if (letters.size > 1 || listed.size > 2) return missing(`The document shows several share classes (${[...(listed.size > 1 ? listed : letters)].slice(0, 8).join(', ')}) and does not say which one it is about.`);
  for (const entry of entries) {
    const value = entry.value.split(/\s{2,}|\s\|\s/u)[0]?.trim() ?? '';
    if (value.length > 80 || NOT_CLASS.test(value) || !(CLASS_WORD.test(value) || CLASS_LETTER.test(value)) || entry.place === 'below') continue;
    const inPlace = entry.place === 'same' && !entry.snippet.includes(':') && !/^[A-Z(]/u.test(value);
    if (inPlace) continue;
    return { value, ...source(entry.page, entry.snippet, entry.box, entry.place === 'same' ? 0.9 : 0.85) };
  }
  return missing('The document does not name a share class it is about.');
}
