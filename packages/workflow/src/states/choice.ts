/** Choice: goes on where the first rule that fits says. */
import { z } from 'zod';
import { choices } from './choice-rule.ts';
import { assign, described, flow, output, stateName } from './fields.ts';
import { inBothLanguages, type OfEither } from './query-language.ts';

/** Assign, and in JSONata Output, of the state itself are for Default; each rule has its own. */
export const ChoiceState = inBothLanguages(
  { Type: z.literal('Choice'), ...described, Default: stateName.optional().describe('The state that follows where no rule fits. Without it the state fails with States.NoChoiceMatched.') },
  { ...flow, ...choices.JSONPath, ...assign.JSONPath },
  { ...choices.JSONata, ...output, ...assign.JSONata },
);
export type ChoiceState = OfEither<typeof ChoiceState>;
