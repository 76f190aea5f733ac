/** CloudEvents 1.0 that workflows publish themselves, on `events.v1`. The id is that of the state's entry, so a repeated event keeps its id. */
import { z } from 'zod';
import { RunId, StepId } from './ids.ts';
import { JsonValue } from './json-schema.ts';
import type { LifecycleEvent } from './lifecycle.ts';
import { readMessage } from './read.ts';
import { TraceContext } from './trace.ts';

/** What the type of an author's event may not begin with: those are the platform's. */
export const RESERVED_EVENT_PREFIX = 'baton.';

export const EmittedType = z
  .string()
  .min(1)
  .max(256)
  .refine((type) => !type.startsWith(RESERVED_EVENT_PREFIX), `Expected a type that does not begin with ${RESERVED_EVENT_PREFIX}: those are the platform's own`);

export const EmittedEvent = z.strictObject({
  specversion: z.literal('1.0'),
  /** Run and state entry, joined by a dot. */
  id: z.string(),
  source: z.string(),
  type: EmittedType,
  subject: z.string().min(1).max(512).optional(),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  data: JsonValue,
  /** Extensions: which run has said it, in which of its states. */
  runid: RunId,
  stepid: StepId,
  workflow: z.string(),
  traceparent: TraceContext.shape.traceparent.optional(),
  tracestate: z.string().optional(),
});
export type EmittedEvent = z.infer<typeof EmittedEvent>;

/** Everything that is published for others to react to. */
export type PublicEvent = LifecycleEvent | EmittedEvent;

export const isEmitted = (event: PublicEvent): event is EmittedEvent => 'runid' in event;

/** @throws ContractError */
export const readEmittedEvent = (value: Uint8Array | string): EmittedEvent => readMessage(EmittedEvent, value);
