/**
 * The funds of a document that presents several: a house's monthly booklet. Pages that each begin with another
 * fund's name and each state an objective are one fund each.
 */
import type { DocumentText } from '../document-text.ts';

const NAME = /^(?:[\p{Lu}\d][\p{L}\d&.'’()-]*\s+){1,8}(?:Fund|Plan|Scheme|Trust|Portfolio|Fonds|ETF|FoF)(?:\s*\([^)]{1,40}\))?$/u;
const OBJECTIVE = /\b(?:investment objective|objective of the scheme|investment aim|anlageziel|objectif de gestion)\b/iu;

/** Names in the document's order; one or none in a document about one fund. */
export function fundsOf(document: DocumentText): string[] {
  const names: string[] = [];
  for (const page of document.pages) {
    if (!page.lines.some((line) => OBJECTIVE.test(line.text))) continue;
    const largest = Math.max(...page.lines.map((line) => line.size));
    const title = page.lines.flatMap((line) => line.cells).find((cell) => cell.size >= largest * 0.75 && NAME.test(cell.text));
    if (title !== undefined && !names.some((name) => name.toLowerCase() === title.text.toLowerCase())) names.push(title.text);
  }
  return names;
}
