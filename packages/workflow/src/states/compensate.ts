/** Compensate: what undoes a Task once it is done, where the run fails or is cancelled later. */
import { z } from 'zod';
import { comment, jsonataTemplate, payloadTemplate, positiveSeconds } from './fields.ts';
import { asEither, inBothLanguages, type OfEither } from './query-language.ts';
import { Retrier } from './retrier.ts';

const GIVEN = 'What the step is given, made as the state is left.';
const BOTH = 'Default: {"Input": …, "Result": …}, the state’s own.';

export const Compensate = inBothLanguages(
  {
    Resource: z.string().min(1).describe('The step that undoes it: <service>/<step>, or a name that Baton.Resources of the machine binds to one.'),
    Retry: z.array(Retrier).optional().describe('As of a Task. Default: the platform’s retries, or those of Baton.Defaults of the machine.'),
    TimeoutSeconds: positiveSeconds.optional().describe('Seconds that one attempt may take. Default: timeout_seconds of the machine’s Baton.Defaults, else of the platform.'),
    HeartbeatSeconds: positiveSeconds.optional().describe('Seconds that may pass between two heartbeats; less than TimeoutSeconds. Default 30, from the first heartbeat on.'),
    ...comment,
  },
  { Parameters: payloadTemplate.optional().describe(`${GIVEN} A payload template over {"Input": …, "Result": …}. ${BOTH}`) },
  { Arguments: jsonataTemplate.optional().describe(`${GIVEN} $states.input and $states.result are the state’s. ${BOTH}`) },
);
export type Compensate = OfEither<typeof Compensate>;

const UNDOES = 'What undoes the state once it is done, where the run fails or is cancelled later.';
export const undone = {
  JSONPath: { Compensate: asEither<Compensate>(Compensate.JSONPath).optional().describe(UNDOES) },
  JSONata: { Compensate: asEither<Compensate>(Compensate.JSONata).optional().describe(UNDOES) },
};
