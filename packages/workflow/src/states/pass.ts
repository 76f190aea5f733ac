/** Pass: gives data on, changed or not. */
import { JsonValue } from '@baton/contracts';
import { z } from 'zod';
import { assign, described, flow, goesOn, output, parameters, result } from './fields.ts';
import { inBothLanguages, type OfEither } from './query-language.ts';

export const PassState = inBothLanguages(
  { Type: z.literal('Pass'), ...described, ...goesOn },
  { ...flow, ...parameters, Result: JsonValue.optional().describe('The result, literally. Default: the input.'), ...result, ...assign.JSONPath },
  { ...output, ...assign.JSONata },
);
export type PassState = OfEither<typeof PassState>;
