/** Bodies of the HTTP API under /v1. */
import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import { DeadLetter } from './dead-letter.ts';
import { DefinitionRef } from './definition-ref.ts';
import { Name, RunId, StepId } from './ids.ts';
import { JsonValue } from './json-schema.ts';
import { RunError } from './run-error.ts';
import { RUN_STATUSES } from './run-state.ts';

export const StartRunRequest = z.strictObject({
  workflow: Name,
  input: JsonValue,
  /** Same key, same run. Also accepted as the header Idempotency-Key. */
  idempotencyKey: z.string().min(1).max(255).optional(),
});
export type StartRunRequest = z.infer<typeof StartRunRequest>;

export const StartRunResponse = z.strictObject({ runId: RunId, workflow: Name, status: z.literal('accepted'), url: z.string() });
export type StartRunResponse = z.infer<typeof StartRunResponse>;

const progress = z.strictObject({ percent: z.number().optional(), message: z.string().optional() });

export const StepView = z.strictObject({
  stepId: StepId,
  state: z.string(),
  type: z.string(),
  status: z.enum(['running', 'backing-off', 'waiting', 'completed', 'failed', 'continued', 'cancelled']),
  attempts: z.int(),
  enteredMs: z.int(),
  endedMs: z.int().optional(),
  error: RunError.optional(),
  progress: progress.optional(),
  worker: z.string().optional(),
  /** When the next attempt or the end of a wait is due. */
  dueMs: z.int().optional(),
});
export type StepView = z.infer<typeof StepView>;

export const RunSummary = z.strictObject({
  runId: RunId,
  workflow: Name,
  def: DefinitionRef,
  status: z.enum(RUN_STATUSES),
  startedMs: z.int(),
  updatedMs: z.int(),
  endedMs: z.int().optional(),
  currentState: z.string().optional(),
  error: RunError.optional(),
});
export type RunSummary = z.infer<typeof RunSummary>;

export const RunView = RunSummary.extend({
  seq: z.int(),
  via: z.string(),
  steps: z.array(StepView),
  data: JsonValue,
  output: JsonValue.optional(),
  traceId: z.string().optional(),
});
export type RunView = z.infer<typeof RunView>;

export const RunList = z.strictObject({ runs: z.array(RunSummary), nextCursor: z.string().optional() });
export type RunList = z.infer<typeof RunList>;

export const HistoryEntry = z.strictObject({
  seq: z.int(),
  tsMs: z.int(),
  /** What kind of message caused it. */
  cause: z.string(),
  event: z.looseObject({ type: z.string() }),
});
export type HistoryEntry = z.infer<typeof HistoryEntry>;
export const RunHistory = z.strictObject({ runId: RunId, entries: z.array(HistoryEntry), nextAfter: z.int().optional() });
export type RunHistory = z.infer<typeof RunHistory>;

export const CancelRunRequest = z.strictObject({ reason: z.string().min(1).max(500).default('cancelled by request') });
export type CancelRunRequest = z.input<typeof CancelRunRequest>;
export const CancelRunResponse = z.strictObject({ runId: RunId, status: z.enum(['cancelling', ...RUN_STATUSES]) });
export type CancelRunResponse = z.infer<typeof CancelRunResponse>;

export const ArtifactUploaded = ArtifactRef;

export const DeadLetterSummary = DeadLetter.omit({ value: true, v: true }).extend({ replayedMs: z.int().optional() });
export type DeadLetterSummary = z.infer<typeof DeadLetterSummary>;
export const DeadLetterList = z.strictObject({ deadLetters: z.array(DeadLetterSummary), nextCursor: z.string().optional() });
export type DeadLetterList = z.infer<typeof DeadLetterList>;
export const DeadLetterView = DeadLetter.extend({ replayedMs: z.int().optional() });
export type DeadLetterView = z.infer<typeof DeadLetterView>;

/** Without a value the record is sent again as it was; with one the value is replaced, the key and business id stay. */
export const ReplayRequest = z.strictObject({ value: JsonValue.optional() });
export type ReplayRequest = z.input<typeof ReplayRequest>;
export const ReplayResponse = z.strictObject({
  id: z.string(),
  topic: z.string(),
  /** False where it had been replayed before: nothing was sent. */
  sent: z.boolean(),
  replayedMs: z.int(),
});
export type ReplayResponse = z.infer<typeof ReplayResponse>;

export const WorkflowList = z.strictObject({ workflows: z.array(z.strictObject({ def: DefinitionRef, publishedBy: Name, inputSchema: z.looseObject({}).optional() })) });
export type WorkflowList = z.infer<typeof WorkflowList>;

/** RFC 9457. `code` is stable and listed in docs/reference/errors.md. */
export const Problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  /** One entry per field that is wrong. */
  problems: z.array(z.strictObject({ field: z.string(), message: z.string() })).optional(),
  /** Also the response header X-Request-Id; the log has it. */
  requestId: z.string().optional(),
  /** Of a start whose outcome is not known: send it again with this key, and it is the same run. */
  idempotencyKey: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;
