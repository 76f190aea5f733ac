import { JsonValue, Name } from '@baton/contracts';
import { z } from 'zod';
import type { EngineResource } from './engine-resource.ts';

export const START_RUN = {
  integrations: ['request', 'sync'],
  parameters: z.strictObject({
    Workflow: Name.describe('The workflow of the run that is started, in the version that new runs take.'),
    Input: JsonValue.optional().describe('What that run is started with. Default: an empty object.'),
  }),
} as const satisfies EngineResource;
