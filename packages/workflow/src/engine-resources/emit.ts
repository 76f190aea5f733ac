import { EmittedType, JsonValue } from '@baton/contracts';
import { z } from 'zod';
import type { EngineResource } from './engine-resource.ts';

export const EMIT = {
  integrations: ['request'],
  parameters: z.strictObject({
    Type: EmittedType.describe('Type of the CloudEvent, such as com.example.order.shipped; not one that begins with baton.'),
    Data: JsonValue.optional().describe('Its data. Default null.'),
    Subject: z.string().min(1).max(512).optional().describe('Its subject: what it is about, such as the id of an order.'),
  }),
} as const satisfies EngineResource;
