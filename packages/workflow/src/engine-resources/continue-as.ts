import { JsonValue, Name } from '@baton/contracts';
import { z } from 'zod';
import type { EngineResource } from './engine-resource.ts';

export const CONTINUE_AS = {
  integrations: ['request'],
  endsTheRun: true,
  parameters: z.strictObject({
    Input: JsonValue.optional().describe('What the run goes on with; nothing else is left of it. Default: an empty object.'),
    Workflow: Name.optional().describe('The workflow that it goes on as, in the version that new runs take. Default: its own.'),
  }),
} as const satisfies EngineResource;
