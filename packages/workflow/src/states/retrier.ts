/** One rule of `Retry`: which errors it means, and how often and after how long to try again. */
import { z } from 'zod';
import { errorEquals } from './errors.ts';
import { comment, MAX_SECONDS } from './fields.ts';

export const Retrier = z.strictObject({
  ErrorEquals: errorEquals,
  IntervalSeconds: z.int().min(1).max(MAX_SECONDS).optional().describe('Seconds before the first retry. Default 1.'),
  MaxAttempts: z.int().min(0).max(99_999_999).optional().describe('Retries after the first attempt; 0: never. Default 3.'),
  BackoffRate: z.number().min(1).optional().describe('By what the interval is multiplied with each retry. Default 2.'),
  MaxDelaySeconds: z.int().min(1).max(31_622_399).optional().describe('The longest interval in seconds.'),
  JitterStrategy: z.enum(['FULL', 'NONE']).optional().describe('FULL: a random time between 0 and the interval. Default NONE.'),
  ...comment,
});
export type Retrier = z.infer<typeof Retrier>;

export const retry = { Retry: z.array(Retrier).optional().describe('When and how often to try again; the first rule that means the error counts.') };
