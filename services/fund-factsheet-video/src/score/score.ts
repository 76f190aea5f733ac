/** Runs documents through extraction, validation and writing, and holds what comes out against the truth. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BusinessValidationError } from '@baton/step-sdk';
import type { Extracted } from '../extracted.ts';
import { extractFactsheet } from '../extract/extract-factsheet.ts';
import { openPdf } from '../pdf/open-pdf.ts';
import { validateExtracted } from '../validate/validate-extracted.ts';
import type { BusinessRules } from '../validate/validate-extracted.ts';
import { judgeField } from './judge-field.ts';
import type { Verdict } from './judge-field.ts';
import { readManifest, SCORED_FIELDS } from './manifest.ts';
import type { ManifestEntry, ScoredField } from './manifest.ts';
import { wrongPublishedFigures } from './published-figures.ts';
import type { WrongFigure } from './published-figures.ts';

/** The rules of the published workflow. */
const RULES: BusinessRules = { required_fields: ['performance_data', 'fund_strategy'], compliance_checks: ['gdpr', 'financial_regulations'] };

export interface DocumentScore {
  readonly file: string;
  readonly fields: Readonly<Record<ScoredField, Verdict>>;
  /** `film`: all rules passed. `refused`: a final error with these codes. */
  readonly outcome: 'film' | 'refused';
  readonly findings: readonly { code: string; field: string; severity: string }[];
  /** Empty unless a film would be made. */
  readonly publishedWrongFigures: readonly WrongFigure[];
  readonly milliseconds: number;
}

export interface Score {
  readonly documents: number;
  readonly fields: { readonly present: number; readonly right: number; readonly missing: number; readonly wrong: number };
  readonly publishedWrongFigures: number;
  readonly perDocument: readonly DocumentScore[];
}

export async function scoreDocuments(directory: string): Promise<Score> {
  const perDocument: DocumentScore[] = [];
  for (const entry of await readManifest(directory)) perDocument.push(await scoreDocument(directory, entry));
  const verdicts = perDocument.flatMap((document) => Object.values(document.fields));
  const count = (outcome: Verdict['outcome'], among = verdicts.filter((verdict) => verdict.present)): number => among.filter((verdict) => verdict.outcome === outcome).length;
  return {
    documents: perDocument.length,
    // A figure found where the document has none is wrong too.
    fields: { present: verdicts.filter((verdict) => verdict.present).length, right: count('right'), missing: count('missing'), wrong: count('wrong', verdicts) },
    publishedWrongFigures: perDocument.reduce((sum, document) => sum + document.publishedWrongFigures.length, 0),
    perDocument,
  };
}

async function scoreDocument(directory: string, entry: ManifestEntry): Promise<DocumentScore> {
  const bytes = new Uint8Array(await readFile(join(directory, entry.file)));
  const started = performance.now();
  let extracted: Extracted | null = null;
  let findings: DocumentScore['findings'] = [];
  let outcome: DocumentScore['outcome'] = 'refused';
  let wrong: WrongFigure[] = [];
  try {
    extracted = await extractFactsheet(bytes);
    findings = brief(validateExtracted(extracted, RULES).warnings);
    wrong = wrongPublishedFigures(extracted, entry, await textOf(bytes));
    outcome = 'film';
  } catch (error) {
    if (!(error instanceof BusinessValidationError)) throw error;
    findings = brief(error.findings);
  }
  const fields = Object.fromEntries(SCORED_FIELDS.map((field) => [field, judgeField(field, entry, extracted)])) as Record<ScoredField, Verdict>;
  return { file: entry.file, fields, outcome, findings, publishedWrongFigures: wrong, milliseconds: Math.round(performance.now() - started) };
}

function brief(findings: BusinessValidationError['findings']): DocumentScore['findings'] {
  return findings.map(({ code, field = '', severity }) => ({ code, field, severity }));
}

/** The text layer without any rule of ours. */
async function textOf(bytes: Uint8Array): Promise<string> {
  return openPdf(bytes, {}, async (pdf) => pdf.pages.map((page) => page.runs.map((run) => run.text).join(' ')).join('\n'));
}

export interface BadOutcome { readonly file: string; readonly ended: 'final' | 'technical' | 'accepted'; readonly message: string; readonly help: string }

/** Every PDF of a folder of files that must be refused. */
export async function tryBadDocuments(directory: string): Promise<BadOutcome[]> {
  const outcomes: BadOutcome[] = [];
  for (const file of (await readdir(directory)).filter((name) => name !== 'manifest.json' && !name.startsWith('.')).sort()) {
    try {
      validateExtracted(await extractFactsheet(new Uint8Array(await readFile(join(directory, file)))), RULES);
      outcomes.push({ file, ended: 'accepted', message: 'was accepted', help: '' });
    } catch (error) {
      const final = error instanceof BusinessValidationError;
      outcomes.push({ file, ended: final ? 'final' : 'technical', message: error instanceof Error ? error.message : String(error), help: final ? error.findings[0]?.help ?? '' : '' });
    }
  }
  return outcomes;
}
