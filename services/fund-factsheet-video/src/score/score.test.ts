import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { factsDrawn, generateFactsheet, imageOnlyPdf, periodFacts } from '../../fixtures/generate-factsheet.ts';
import { scoreDocuments, tryBadDocuments } from './score.ts';
import { scoreTables } from './table.ts';

let directory: string;
beforeAll(async () => { directory = await mkdtemp(join(tmpdir(), 'baton-score-')); });
afterAll(async () => rm(directory, { recursive: true, force: true }));

describe('scoreDocuments', () => {
  it('counts right, missing and wrong against a manifest, and an invented value as wrong', async () => {
    const drawn = factsDrawn();
    const returns = periodFacts(drawn.fundMonths, drawn.asOf);
    await writeFile(join(directory, 'a.pdf'), await generateFactsheet());
    await writeFile(join(directory, 'b.pdf'), await generateFactsheet({ omit: ['sharpeRatio'] }));
    const all = { fundName: true, monthlyPerformance: true, ytdPerformance: true, sharpeRatio: true, strategy: true, riskLevel: true };
    const truth = { fundName: drawn.fundName, objective: 'long-term capital growth by investing in a concentrated portfolio', monthlyPerformancePct: returns['1m'], ytdPerformancePct: { fund: returns.ytd, benchmark: 13.92 }, sharpeRatio: { '3y': drawn.sharpe3y }, riskLevel: { value: drawn.riskNumber, scale: '1-7' } };
    await writeFile(join(directory, 'manifest.json'), JSON.stringify({ documents: [
      { file: 'a.pdf', present: { ...all, riskLevel: false }, groundTruth: truth },
      { file: 'b.pdf', present: all, groundTruth: { ...truth, ytdPerformancePct: { fund: 99, benchmark: returns.ytd } } },
    ] }));
    const score = await scoreDocuments(directory);
    expect(score.fields).toEqual({ present: 11, right: 9, missing: 1, wrong: 2 });
    expect(score.publishedWrongFigures).toBe(0);
    expect(score.perDocument.map(({ outcome }) => outcome)).toEqual(['film', 'refused']);
    expect(scoreTables(score, [])).toMatch(/2 documents, 11 fields present: 9 right \(81\.8 %\), 1 missing, 2 wrong; 0 wrong figures published/u);
  });

  it('counts a figure that would be published and is not the truth', async () => {
    const drawn = factsDrawn();
    await writeFile(join(directory, 'manifest.json'), JSON.stringify({ documents: [{ file: 'a.pdf', present: { ytdPerformance: true }, groundTruth: { ytdPerformancePct: periodFacts(drawn.fundMonths, drawn.asOf).ytd + 1 } }] }));
    expect((await scoreDocuments(directory)).publishedWrongFigures).toBeGreaterThan(0);
  });
});

const shared = process.env['BATON_SHARED_DIR'] ?? resolve(fileURLToPath(new URL('../../../../../shared', import.meta.url)));
const inputs = join(shared, 'inputs');
const described = existsSync(join(inputs, 'factsheets/manifest.json')) ? describe : describe.skip;

described('real documents (run where the shared inputs are)', () => {
  it('publishes no wrong figure, reads nothing wrong, and at least 80 % of what is there right', async () => {
    const score = await scoreDocuments(join(inputs, 'factsheets'));
    expect(score.perDocument.flatMap(({ publishedWrongFigures }) => publishedWrongFigures)).toEqual([]);
    expect(score.fields.wrong).toBe(0);
    expect(score.fields.right / score.fields.present).toBeGreaterThanOrEqual(0.8);
  }, 300_000);

  it('refuses every bad document for good, in words for a person', async () => {
    const outcomes = await tryBadDocuments(join(inputs, 'bad'));
    expect(outcomes.length).toBeGreaterThan(0);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ ended: 'final', help: expect.stringMatching(/.{20,}/u) });
  });
});

describe('tryBadDocuments', () => {
  it('tells a refusal from a document that was accepted', async () => {
    const bad = await mkdtemp(join(tmpdir(), 'baton-bad-'));
    await writeFile(join(bad, 'good.pdf'), await generateFactsheet());
    await writeFile(join(bad, 'scan.pdf'), await imageOnlyPdf());
    expect((await tryBadDocuments(bad)).map(({ ended }) => ended)).toEqual(['accepted', 'final']);
    await rm(bad, { recursive: true, force: true });
  });
});
