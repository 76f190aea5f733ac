/** Parallel: runs machines side by side on the same input; its result is the list of their outputs. */
import { LIMITS } from '@baton/contracts';
import { z } from 'zod';
import { caught } from './catcher.ts';
import { args, assign, described, flow, goesOn, output, parameters, result, resultSelector } from './fields.ts';
import { machineInside } from './machine.ts';
import { inBothLanguages, type OfEither } from './query-language.ts';
import { retry } from './retrier.ts';

export const ParallelState = inBothLanguages(
  {
    Type: z.literal('Parallel'),
    ...described,
    ...goesOn,
    Branches: z.array(machineInside).min(1).max(LIMITS.parallelBranches).describe('The machines, each with StartAt and States. One that fails ends the others.'),
    ...retry,
  },
  { ...flow, ...parameters, ...resultSelector, ...result, ...caught.JSONPath, ...assign.JSONPath },
  { ...args, ...output, ...caught.JSONata, ...assign.JSONata },
);
export type ParallelState = OfEither<typeof ParallelState>;
