/** What AWS calls putting an event on a bus, as the engine does it: a CloudEvent is published. Source: AWS Step Functions, "Add EventBridge events"; EventBridge API reference, PutEventsRequestEntry. */
import { JsonValue } from '@baton/contracts';
import { z } from 'zod';
import type { EngineResource } from './engine-resource.ts';

/** As it is written it may have templates and expressions inside: Source, DetailType and Detail are looked at when they are there. */
const Entry = z.record(z.string(), JsonValue);

/** What is wrong inside an entry fails the state as AWS has it, and not as parameters that do not fit. */
export const PUT_EVENTS = {
  integrations: ['request'],
  parameters: z.strictObject({
    Entries: z.array(Entry).refine(({ length }) => length === 1, 'Expected one event: more of them are a Map with a Task for each').describe('One event: its type is Source and DetailType with a dot between, its data is Detail. EventBusName, Resources, Time and TraceHeader say nothing here.'),
    EndpointId: z.string().optional().describe('An endpoint of EventBridge. It says nothing here.'),
  }),
} as const satisfies EngineResource;
