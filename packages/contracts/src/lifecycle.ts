/** CloudEvents 1.0 about runs on `lifecycle.v1`, for anyone to react to. Ids are derived, so a repeated event keeps its id. */
import { z } from 'zod';
import { ANSWER_VIA } from './question.ts';
import { RunError } from './run-error.ts';
import { readMessage } from './read.ts';
import { TraceContext } from './trace.ts';

export const LIFECYCLE_TYPES = [
  'baton.run.started',
  'baton.step.completed',
  'baton.step.failed',
  'baton.run.completed',
  'baton.run.failed',
  'baton.run.cancelled',
  'baton.run.blocked',
  'baton.run.rejected',
  'baton.task.asked',
  'baton.task.escalated',
  'baton.task.answered',
  'baton.task.expired',
  'baton.task.withdrawn',
] as const;
export type LifecycleType = (typeof LIFECYCLE_TYPES)[number];

export const LifecycleData = z.strictObject({
  workflow: z.string(),
  definition: z.string().optional(),
  runId: z.string().optional(),
  step: z.string().optional(),
  stepId: z.string().optional(),
  attempts: z.int().optional(),
  durationMs: z.number().optional(),
  error: RunError.optional(),
  reason: z.string().optional(),
  /** What a person is asked. */
  task: z
    .strictObject({
      id: z.string(),
      title: z.string().optional(),
      /** Who is asked; of an escalation those who are asked from now on as well. */
      assignees: z.array(z.string()).optional(),
      deadlineMs: z.int().optional(),
      /** Who has answered, where they said it. */
      by: z.string().optional(),
      via: z.enum(ANSWER_VIA).optional(),
      /** Where the gateway shows it, with the link for whoever is to answer. */
      path: z.string().optional(),
    })
    .optional(),
  /** Of a rejected request: what made it so, one entry per field. */
  problems: z.array(z.strictObject({ field: z.string(), message: z.string() })).optional(),
  /** Of a rejected request: its CloudEvents source and id. */
  request: z.strictObject({ source: z.string(), id: z.string() }).optional(),
});

export const LifecycleEvent = z.strictObject({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  type: z.enum(LIFECYCLE_TYPES),
  /** The run id; of a rejected request its event id. */
  subject: z.string(),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  data: LifecycleData,
  traceparent: TraceContext.shape.traceparent.optional(),
  tracestate: z.string().optional(),
});
export type LifecycleEvent = z.infer<typeof LifecycleEvent>;

/** @throws ContractError */
export const readLifecycleEvent = (value: Uint8Array | string): LifecycleEvent => readMessage(LifecycleEvent, value);
