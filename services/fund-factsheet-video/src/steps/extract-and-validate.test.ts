import { describe, expect, it } from '@jest/globals';
import { BusinessValidationError, memoryBlobStore, testStep } from '@baton/step-sdk';
import { UnreadableDocumentError } from '../extract/problems.ts';
import { generateFactsheet } from '../../fixtures/generate-factsheet.ts';
import { factsheetSteps, fundFactsheetVideo } from '../index.ts';
import { outcomeRate, measured } from '../metrics.ts';
import { chooseExtractor } from '../config.ts';
import { extractFactsheetData } from './extract-factsheet-data.ts';
import { validateExtractedData } from './validate-extracted-data.ts';

const RULES = { required_fields: ['performance_data', 'fund_strategy'], compliance_checks: ['gdpr', 'financial_regulations'] };

async function stored(bytes: Uint8Array) {
  const blobs = memoryBlobStore();
  const document = await blobs.put(bytes, { name: 'sheet.pdf', mediaType: 'application/pdf', maxBytes: 10_000_000 });
  return { blobs, document };
}

describe('extract_factsheet_data and validate_extracted_data', () => {
  it('read a sheet, keep extracted.json, tell how far they are, and pass it', async () => {
    const { blobs, document } = await stored(await generateFactsheet());
    const read = await testStep(extractFactsheetData, { document }, { blobs });
    expect(read.output.extracted_file).toMatchObject({ name: 'extracted.json', mediaType: 'application/json' });
    const chunks: Uint8Array[] = [];
    for await (const chunk of await blobs.get(read.output.extracted_file.hash)) chunks.push(chunk);
    expect(JSON.parse(Buffer.concat(chunks).toString('utf8'))).toEqual(JSON.parse(JSON.stringify(read.output.extracted)));
    const percents = read.heartbeats.map(({ percent }) => percent ?? 0);
    expect(percents[0]).toBe(0);
    expect(percents.at(-1)).toBe(100);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    const checked = await testStep(validateExtractedData, { extracted: read.output.extracted, business_rules: RULES });
    expect(checked.output.validation.passed).toBe(true);
  });

  it('refuse 200 MB by their size alone, without fetching them', async () => {
    const document = { hash: 'a'.repeat(64), bytes: 200_000_000, mediaType: 'application/pdf', name: 'huge.pdf' };
    const reading = testStep(extractFactsheetData, { document });
    await expect(reading).rejects.toBeInstanceOf(UnreadableDocumentError);
    await expect(reading).rejects.toThrow(/larger than 50 MB/u);
  });

  it('refuse a sheet without strategy with a finding that names it', async () => {
    const { blobs, document } = await stored(await generateFactsheet({ omit: ['strategy'] }));
    const read = await testStep(extractFactsheetData, { document }, { blobs });
    const checking = testStep(validateExtractedData, { extracted: read.output.extracted, business_rules: RULES });
    await expect(checking).rejects.toBeInstanceOf(BusinessValidationError);
    await expect(checking).rejects.toMatchObject({ findings: expect.arrayContaining([expect.objectContaining({ code: 'required_field_missing', field: 'strategy' })]) });
  });

  it('write nothing of the document into the log', async () => {
    const { blobs, document } = await stored(await generateFactsheet());
    const { logs } = await testStep(extractFactsheetData, { document }, { blobs });
    expect(JSON.stringify(logs)).not.toMatch(/Larkfield|2\.68|IE00/u);
  });
});

describe('the workflow', () => {
  it('runs the five steps in their order, the last one by the film studio', () => {
    const { machine } = fundFactsheetVideo;
    const order: string[] = [];
    for (let name: string | undefined = machine.StartAt; name !== undefined;) {
      const state: Record<string, unknown> = machine.States[name] as never;
      if (state['Type'] === 'Task') order.push(String(state['Resource']));
      name = state['Next'] as string | undefined;
    }
    expect(order).toEqual(['fund-factsheet-video/extract_factsheet_data', 'fund-factsheet-video/validate_extracted_data', 'fund-factsheet-video/generate_summary_script', 'fund-factsheet-video/generate_summary_slide', 'video-studio/render_film']);
  });

  it('offers every step of its own that it names', () => {
    expect(factsheetSteps({}).map(({ name }) => name)).toEqual(['extract_factsheet_data', 'validate_extracted_data', 'generate_summary_script', 'generate_summary_slide']);
  });
});

describe('FundFactsheetSuccessRate', () => {
  it('is the share of factsheets that came through, each counted once however often its steps run', () => {
    const outcomes = outcomeRate(3);
    expect(outcomes.rate()).toBeUndefined();
    outcomes.record('refused', 'run-1');
    outcomes.record('succeeded', 'run-1');
    outcomes.record('refused', 'run-2');
    expect(outcomes.rate()).toBe(0.5);
    outcomes.record('refused', 'run-3');
    outcomes.record('refused', 'run-4');
    expect(outcomes.rate()).toBe(0);
  });

  it('counts a refusal by any step, and technical trouble not at all', async () => {
    const outcomes = outcomeRate();
    const [extract] = measured([extractFactsheetData as never], 'generate_summary_slide', outcomes);
    if (extract === undefined) throw new Error('Expected a step');
    await expect(testStep(extract, { document: { hash: 'a'.repeat(64), bytes: 10, mediaType: 'application/pdf', name: 'x.pdf' } })).rejects.not.toBeInstanceOf(BusinessValidationError);
    expect(outcomes.rate()).toBeUndefined();
    await expect(testStep(extract, { document: { hash: 'a'.repeat(64), bytes: 200_000_000, mediaType: 'application/pdf', name: 'x.pdf' } })).rejects.toBeInstanceOf(BusinessValidationError);
    expect(outcomes.rate()).toBe(0);
  });
});

describe('chooseExtractor', () => {
  it('reads by rules unless told otherwise', () => expect(chooseExtractor({}).name).toBe('rules'));
  it('takes a model provider from the environment', () => expect(chooseExtractor({ FACTSHEET_EXTRACTOR: 'model', FACTSHEET_MODEL_URL: 'https://host/v1', FACTSHEET_MODEL: 'reader-1' }).name).toBe('model'));
  it('lists everything that is wrong at once, and never the key', () => {
    const wrong = (): unknown => chooseExtractor({ FACTSHEET_EXTRACTOR: 'model', FACTSHEET_MODEL_KEY: 'key-1', FACTSHEET_MODELL: 'x' });
    expect(wrong).toThrow(/FACTSHEET_MODELL: there is no such setting[\s\S]*FACTSHEET_MODEL_URL: is not set[\s\S]*FACTSHEET_MODEL: is not set/u);
    expect(wrong).not.toThrow(/key-1/u);
  });
});
