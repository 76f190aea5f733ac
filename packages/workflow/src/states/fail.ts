/** Fail: ends its machine with an error. */
import { LIMITS } from '@baton/contracts';
import { z } from 'zod';
import { jsonataMistakes } from '../expressions.ts';
import { described, pathOrCall } from './fields.ts';
import { inBothLanguages, type OfEither } from './query-language.ts';

const name = z.string().max(256);
const cause = z.string().max(LIMITS.errorMessageLength);
const ERROR = 'The error’s name, which Retry and Catch around this machine may mean.';
const CAUSE = 'The reason, for people.';
const mayBeExpression = (schema: z.ZodString) =>
  schema.superRefine((value, context) => {
    for (const { message } of jsonataMistakes(value)) context.addIssue({ code: 'custom', message });
  });

export const FailState = inBothLanguages(
  { Type: z.literal('Fail'), ...described },
  {
    Error: name.optional().describe(ERROR),
    ErrorPath: pathOrCall.optional().describe('As Error, from the data or by an intrinsic function.'),
    Cause: cause.optional().describe(CAUSE),
    CausePath: pathOrCall.optional().describe('As Cause, from the data or by an intrinsic function.'),
  },
  { Error: mayBeExpression(name).optional().describe(ERROR), Cause: mayBeExpression(cause).optional().describe(CAUSE) },
);
export type FailState = OfEither<typeof FailState>;
