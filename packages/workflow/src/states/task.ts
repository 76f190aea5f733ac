/** Task: a step that a service runs, or something that the engine itself does. */
import { z } from 'zod';
import { TaskExtension } from '../baton-extension.ts';
import { caught } from './catcher.ts';
import { undone } from './compensate.ts';
import { args, assign, credentials, described, flow, goesOn, orExpression, output, parameters, place, positiveSeconds, result, resultSelector } from './fields.ts';
import { inBothLanguages, type OfEither } from './query-language.ts';
import { retry } from './retrier.ts';

const TIMEOUT = 'Seconds that one attempt may take, from 1 to 99,999,999.';
const HEARTBEAT = 'Seconds that may pass between two heartbeats; less than TimeoutSeconds.';
const CREDENTIALS = 'Whose rights AWS uses. A step runs with those of its service: accepted, and warned of.';

export const TaskState = inBothLanguages(
  {
    Type: z.literal('Task'),
    ...described,
    ...goesOn,
    Resource: z.string().min(1).describe('<service>/<step>, or a name that Baton.Resources of the machine binds to one; with .sync or .waitForTaskToken behind it where that is meant. Or what the engine does itself: baton:…'),
    ...retry,
    Baton: TaskExtension.optional().describe('What differs for this step from the platform’s defaults.'),
  },
  {
    ...flow,
    ...parameters,
    ...resultSelector,
    ...result,
    TimeoutSeconds: positiveSeconds.optional().describe(TIMEOUT),
    TimeoutSecondsPath: place.optional().describe('As TimeoutSeconds, from the data.'),
    HeartbeatSeconds: positiveSeconds.optional().describe(HEARTBEAT),
    HeartbeatSecondsPath: place.optional().describe('As HeartbeatSeconds, from the data.'),
    Credentials: credentials.JSONPath.optional().describe(CREDENTIALS),
    ...caught.JSONPath,
    ...undone.JSONPath,
    ...assign.JSONPath,
  },
  {
    ...args,
    ...output,
    TimeoutSeconds: orExpression(positiveSeconds).optional().describe(TIMEOUT),
    HeartbeatSeconds: orExpression(positiveSeconds).optional().describe(HEARTBEAT),
    Credentials: credentials.JSONata.optional().describe(CREDENTIALS),
    ...caught.JSONata,
    ...undone.JSONata,
    ...assign.JSONata,
  },
);
export type TaskState = OfEither<typeof TaskState>;
