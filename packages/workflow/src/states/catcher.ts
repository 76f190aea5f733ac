/** One rule of `Catch`: which errors it means, and where the run goes on. */
import { z } from 'zod';
import { errorEquals } from './errors.ts';
import { assign, comment, jsonataTemplate, stateName, target } from './fields.ts';
import { asEither, inBothLanguages, type OfEither } from './query-language.ts';

export const Catcher = inBothLanguages(
  { ErrorEquals: errorEquals, Next: stateName.describe('The state that follows.'), ...comment },
  { ResultPath: target.nullable().optional().describe('Where in the data the error goes, as {Error, Cause}; null drops it. Default $.'), ...assign.JSONPath },
  { Output: jsonataTemplate.optional().describe('What goes on. Default: the error, $states.errorOutput.'), ...assign.JSONata },
);
export type Catcher = OfEither<typeof Catcher>;

const CATCHES = 'Where to go on after an error that is not retried (again); the first rule that means the error counts.';
export const caught = {
  JSONPath: { Catch: z.array(asEither<Catcher>(Catcher.JSONPath)).optional().describe(CATCHES) },
  JSONata: { Catch: z.array(asEither<Catcher>(Catcher.JSONata)).optional().describe(CATCHES) },
};
