import { z } from 'zod';
import { LIMITS } from './limits.ts';

/** What a step reported, or the engine found, when something failed. `name` is what Retry and Catch match by ErrorEquals. */
export const RunError = z.strictObject({
  name: z.string().min(1).max(256),
  message: z.string().max(LIMITS.errorMessageLength),
  /** `business`: the input is at fault; never retried, never continued. `technical`: trying again may help. */
  kind: z.enum(['business', 'technical']),
  /** For people and programs, such as the findings of a validation. */
  details: z.unknown().optional(),
  /** Where it happened. */
  step: z.string().max(256).optional(),
});
export type RunError = z.infer<typeof RunError>;
