import { defineStep, Finding } from '@baton/step-sdk';
import { z } from 'zod';
import { Extracted } from '../extracted.ts';
import { BusinessRules, validateExtracted } from '../validate/validate-extracted.ts';

/** Holds the extracted data against the business rules. All findings come at once, and none of them is retried. */
export const validateExtractedData = defineStep({
  name: 'validate_extracted_data',
  input: z.object({ extracted: Extracted, business_rules: BusinessRules }),
  output: z.object({ validation: z.object({ passed: z.literal(true), warnings: z.array(Finding) }) }),
  timeoutSeconds: 30,
  run({ extracted, business_rules: rules }, ctx) {
    const validation = validateExtracted(extracted, rules);
    ctx.log.info({ warnings: validation.warnings.length }, 'extracted data passed');
    return { validation };
  },
});
