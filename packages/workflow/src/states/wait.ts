/** Wait: goes on after a time, or at a time. Exactly one of its fields says when. */
import { z } from 'zod';
import { assign, described, flow, goesOn, orExpression, output, place, seconds } from './fields.ts';
import { inBothLanguages, type OfEither } from './query-language.ts';

/** RFC 3339 with upper-case T and Z, as Amazon States Language demands. */
export const timestamp = z.iso.datetime({ offset: true, error: 'Expected an RFC 3339 time such as 2030-01-31T09:30:00Z' });

const SECONDS = 'Seconds to wait, from 0 to 99,999,999.';
const TIMESTAMP = 'Until when to wait: an RFC 3339 time with upper-case T and Z. What is past is not waited for.';

export const WaitState = inBothLanguages(
  { Type: z.literal('Wait'), ...described, ...goesOn },
  {
    ...flow,
    Seconds: seconds.optional().describe(SECONDS),
    SecondsPath: place.optional().describe('As Seconds, from the data.'),
    Timestamp: timestamp.optional().describe(TIMESTAMP),
    TimestampPath: place.optional().describe('As Timestamp, from the data.'),
    ...assign.JSONPath,
  },
  { Seconds: orExpression(seconds).optional().describe(SECONDS), Timestamp: orExpression(timestamp).optional().describe(TIMESTAMP), ...output, ...assign.JSONata },
);
export type WaitState = OfEither<typeof WaitState>;
