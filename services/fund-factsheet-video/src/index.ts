import type { AnyStep } from '@baton/step-sdk';
import { chooseExtractor } from './config.ts';
import { measured } from './metrics.ts';
import { defineExtractFactsheetData } from './steps/extract-factsheet-data.ts';
import { generateSummaryScript } from './steps/generate-summary-script.ts';
import { generateSummarySlide } from './steps/generate-summary-slide.ts';
import { validateExtractedData } from './steps/validate-extracted-data.ts';

export { Extracted, FIELD_NAMES, isFound, type FieldName } from './extracted.ts';
export { extractFactsheet, type ExtractFactsheetOptions } from './extract/extract-factsheet.ts';
export { NotAFactsheetError, UnreadableDocumentError } from './extract/problems.ts';
export { BusinessRules, validateExtracted, type Validation } from './validate/validate-extracted.ts';
export { fundFactsheetVideo } from './workflow.ts';

/** The service's name, as in the resources of its workflow. */
export const SERVICE = 'fund-factsheet-video';

/**
 * The steps of the service, counted in its metric, with the extractor that the environment chooses.
 * @throws Error naming every wrong FACTSHEET_… setting.
 */
export function factsheetSteps(environment: Readonly<Record<string, string | undefined>> = process.env): AnyStep[] {
  const steps = [defineExtractFactsheetData(chooseExtractor(environment)), validateExtractedData, generateSummaryScript, generateSummarySlide];
  return measured(steps as unknown as AnyStep[], generateSummarySlide.name);
}
