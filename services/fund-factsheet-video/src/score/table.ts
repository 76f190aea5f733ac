/** The score as tables for a terminal. */
import type { BadOutcome, Score } from './score.ts';
import { SCORED_FIELDS } from './manifest.ts';

const MARKS = { right: 'right', missing: 'missing', wrong: 'WRONG', absent: '-' } as const;

export function scoreTables(score: Score, bad: readonly BadOutcome[]): string {
  const lines: string[] = [];
  const width = Math.max(...score.perDocument.map((document) => document.file.length), 8) + 2;
  const row = (name: string, cells: readonly string[]): string => name.padEnd(width) + cells.map((cell) => cell.padEnd(20)).join('').trimEnd();
  lines.push(row('document', [...SCORED_FIELDS, 'outcome']), '');
  for (const document of score.perDocument) {
    lines.push(row(document.file, [...SCORED_FIELDS.map((field) => MARKS[document.fields[field].outcome]), document.outcome]));
  }
  lines.push('');
  for (const outcome of ['right', 'missing', 'wrong'] as const) {
    lines.push(row(outcome, SCORED_FIELDS.map((field) => String(score.perDocument.filter((document) => document.fields[field].outcome === outcome).length))));
  }
  const { present, right, missing, wrong } = score.fields;
  lines.push('', `${score.documents} documents, ${present} fields present: ${right} right (${present === 0 ? 100 : Math.round((right / present) * 1000) / 10} %), ${missing} missing, ${wrong} wrong; ${score.publishedWrongFigures} wrong figures published`);
  for (const document of score.perDocument) {
    for (const field of SCORED_FIELDS) {
      const verdict = document.fields[field];
      if (verdict.outcome === 'missing' || verdict.outcome === 'wrong') lines.push(`  ${document.file}: ${field} ${verdict.outcome}: ${verdict.detail}`);
    }
    for (const { where, figure } of document.publishedWrongFigures) lines.push(`  ${document.file}: published wrong: ${figure} in ${where}`);
  }
  if (bad.length > 0) lines.push('', 'Documents to refuse');
  for (const { file, ended, message, help } of bad) lines.push(`  ${ended === 'final' ? 'refused ' : ended.toUpperCase()} ${file}: ${message} ${help}`);
  return lines.join('\n');
}
