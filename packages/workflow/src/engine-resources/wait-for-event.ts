import { Name } from '@baton/contracts';
import { z } from 'zod';
import type { EngineResource } from './engine-resource.ts';

export const WAIT_FOR_EVENT = {
  integrations: ['request'],
  parameters: z.strictObject({ Name: Name.describe('Name of the signal that is waited for.') }),
} as const satisfies EngineResource;
