/** Succeed: ends its machine well. */
import { z } from 'zod';
import { described, flow, output } from './fields.ts';
import { inBothLanguages, type OfEither } from './query-language.ts';

export const SucceedState = inBothLanguages({ Type: z.literal('Succeed'), ...described }, flow, output);
export type SucceedState = OfEither<typeof SucceedState>;
