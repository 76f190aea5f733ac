/** Bodies of the HTTP API under /v1. */
import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import { COMPENSATION_STATUSES } from './compensation.ts';
import { ContinuationLink } from './continuation.ts';
import { DeadLetter } from './dead-letter.ts';
import { Alias, DefinitionRef, VersionOrAlias } from './definition-ref.ts';
import { Form } from './form.ts';
import { Name, RunId, StepId } from './ids.ts';
import { JsonRecord, JsonValue } from './json-schema.ts';
import { Assignee, QUESTION_OUTCOMES, TaskId } from './question.ts';
import { RunError } from './run-error.ts';
import { RUN_STATUSES } from './run-state.ts';

export const StartRunRequest = z.strictObject({
  workflow: Name,
  /** Which version: its number, or an alias. Absent: `live`. */
  version: VersionOrAlias.optional(),
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
  /** The branch of a Parallel or Map that it belongs to, its index after the hyphen; absent for the run's own steps. */
  branch: z.string().optional(),
  type: z.string(),
  status: z.enum(['running', 'backing-off', 'waiting', 'completed', 'failed', 'continued', 'cancelled']),
  attempts: z.int(),
  enteredMs: z.int(),
  endedMs: z.int().optional(),
  error: RunError.optional(),
  progress: progress.optional(),
  /** The signal that it waits for. */
  signal: Name.optional(),
  /** What it has asked a person last; `open` while nobody has answered. */
  task: z.strictObject({ taskId: TaskId, title: z.string(), status: z.enum(['open', ...QUESTION_OUTCOMES]), by: z.string().optional(), atMs: z.int().optional() }).optional(),
  /** The run that it has started, and waits for while it is `waiting`. */
  child: z.strictObject({ runId: RunId, workflow: z.string() }).optional(),
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
  /** The run that has gone on as this one, the first of the chain, and this one's number in it; absent on the first. */
  continues: ContinuationLink.optional(),
  /** The run that this one has gone on as; absent while it has not. */
  continuedAs: RunId.optional(),
  /** The run that started this one, and the step of it; absent where none did. */
  parent: z.strictObject({ runId: RunId, stepId: StepId }).optional(),
  steps: z.array(StepView),
  data: JsonValue,
  /** Variables that are set outside of any branch; absent where none are. */
  variables: JsonRecord.optional(),
  /** Signals that have come and that no state has taken yet, oldest first; absent where there are none. */
  signals: z.array(z.strictObject({ id: z.string(), name: Name, receivedMs: z.int() })).optional(),
  /** What it has done and can undo, in the order in which it was done; absent where there is nothing. */
  compensations: z.array(z.strictObject({ stepId: z.string(), state: z.string(), status: z.enum(COMPENSATION_STATUSES) })).optional(),
  /** It undoes what it has done, or has: what it ends with. Absent where it has never begun to. */
  ending: z.strictObject({ as: z.enum(['failed', 'cancelled']), error: RunError.optional(), reason: z.string().optional(), by: z.string().optional() }).optional(),
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

export const SignalRunRequest = z.strictObject({
  /** What the state that takes it gets as Data. Default null. */
  data: JsonValue.optional(),
  /** The same id is the same signal: a repetition changes nothing. Also accepted as the header Idempotency-Key. Default: a new one. */
  id: z.string().min(1).max(255).optional(),
});
export type SignalRunRequest = z.infer<typeof SignalRunRequest>;
export const SignalRunResponse = z.strictObject({ runId: RunId, name: Name, id: z.string(), status: z.literal('accepted') });
export type SignalRunResponse = z.infer<typeof SignalRunResponse>;

export const TaskSummary = z.strictObject({
  taskId: TaskId,
  runId: RunId,
  workflow: Name,
  state: z.string(),
  title: z.string(),
  /** Everybody who has been asked so far. */
  assignees: z.array(Assignee),
  askedMs: z.int(),
  /** From then on nobody can answer. */
  deadlineMs: z.int(),
});
export type TaskSummary = z.infer<typeof TaskSummary>;

export const TaskList = z.strictObject({ tasks: z.array(TaskSummary), nextCursor: z.string().optional() });
export type TaskList = z.infer<typeof TaskList>;

/** What a person is asked; of a task that is not open any more only what became of it. */
export const TaskView = TaskSummary.partial({ assignees: true, askedMs: true, deadlineMs: true }).extend({
  status: z.enum(['open', ...QUESTION_OUTCOMES]),
  description: z.string().optional(),
  data: JsonValue.optional(),
  form: Form.optional(),
  /** Path and query of a page where whoever has it may answer, until the deadline; for the gateway's address in front. Absent where the gateway makes none. */
  link: z.string().optional(),
  /** Who has answered, where they said it, and when; or when it expired or was withdrawn. */
  by: z.string().optional(),
  atMs: z.int().optional(),
});
export type TaskView = z.infer<typeof TaskView>;

export const AnswerTaskRequest = z.strictObject({
  /** Fits the form of the task. */
  answer: JsonRecord,
  /** Who answers, for people. */
  by: z.string().min(1).max(256).optional(),
  /** The same id is the same answer: send it again where the response was lost. Also accepted as the header Idempotency-Key. Default: a new one. */
  id: z.string().min(1).max(255).optional(),
});
export type AnswerTaskRequest = z.infer<typeof AnswerTaskRequest>;
/** `answered`: it was taken. `accepted`: it is on the log and cannot be lost; whether it was the first is not known yet. */
export const AnswerTaskResponse = z.strictObject({ taskId: TaskId, id: z.string(), status: z.enum(['answered', 'accepted']), by: z.string().optional(), atMs: z.int().optional() });
export type AnswerTaskResponse = z.infer<typeof AnswerTaskResponse>;

export const CancelRunRequest = z.strictObject({ reason: z.string().min(1).max(500).default('cancelled by request') });
export type CancelRunRequest = z.input<typeof CancelRunRequest>;
export const CancelRunResponse = z.strictObject({ runId: RunId, status: z.enum(['cancelling', ...RUN_STATUSES]) });
export type CancelRunResponse = z.infer<typeof CancelRunResponse>;

/** To go on with a run that is parked since it could not undo something. */
const compensationRequest = {
  /** What is meant: the name of the state that was to be undone, or the step id of its entry. */
  step: z.string().min(1).max(256),
  /** The same id is the same request: a repetition changes nothing. Also accepted as the header Idempotency-Key. Default: a new one. */
  id: z.string().min(1).max(255).optional(),
  /** For the history. */
  reason: z.string().min(1).max(500),
  /** Who does it, for people. */
  by: z.string().min(1).max(256).optional(),
};
export const RetryCompensationRequest = z.strictObject({ ...compensationRequest, step: compensationRequest.step.optional(), reason: compensationRequest.reason.optional() });
export type RetryCompensationRequest = z.infer<typeof RetryCompensationRequest>;
export const SkipCompensationRequest = z.strictObject(compensationRequest);
export type SkipCompensationRequest = z.infer<typeof SkipCompensationRequest>;
export const CompensationResponse = z.strictObject({ runId: RunId, id: z.string(), status: z.literal('accepted') });
export type CompensationResponse = z.infer<typeof CompensationResponse>;

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

/** One of the versions that an alias stands for, with its share of the starts. */
export const AliasShare = z.strictObject({ version: z.int().min(1), weight: z.int().min(1).max(100).default(1) });

/** One workflow with everything that is kept of it, newest version first. */
export const WorkflowView = z.strictObject({
  name: Name,
  /** What starts take that ask for no version. Empty: none can be started so. */
  live: z.array(z.strictObject({ version: z.int(), weight: z.int() })),
  aliases: z.array(z.strictObject({ alias: Alias, routes: z.array(z.strictObject({ version: z.int(), weight: z.int() })), by: z.string().optional(), atMs: z.int() })),
  versions: z.array(z.strictObject({ def: DefinitionRef, publishedBy: Name, retiredMs: z.int().optional(), inputSchema: z.looseObject({}).optional() })),
});
export type WorkflowView = z.infer<typeof WorkflowView>;

export const SetAliasRequest = z.strictObject({
  /** One version, or two that share the starts by weight. */
  routes: z.array(AliasShare).min(1).max(2),
  /** Also where `live` would then refuse inputs that it took before. Default false. */
  allowBreakingInput: z.boolean().default(false),
  /** Who does it, for people. */
  by: z.string().max(256).optional(),
});
export type SetAliasRequest = z.input<typeof SetAliasRequest>;

/** Who does it, for people. */
export const ChangeVersionRequest = z.strictObject({ by: z.string().max(256).optional() });
export type ChangeVersionRequest = z.infer<typeof ChangeVersionRequest>;
export type WorkflowList = z.infer<typeof WorkflowList>;

export const DeployWorkflowRequest = z.strictObject({
  /** Amazon States Language. Names of Resources that are no steps are bound to some by `Baton.Resources` in it. */
  asl: JsonRecord,
  /** JSON Schema (draft 2020-12) that a start's input must fit; absent: anything. */
  inputSchema: JsonRecord.optional(),
  /** For people. Default: one more than that of the definition it takes the place of, or 1. */
  version: z.int().min(1).optional(),
  /** Also where starts would then be refused that are taken now. Default false. */
  allowBreakingInput: z.boolean().optional(),
});
export type DeployWorkflowRequest = z.infer<typeof DeployWorkflowRequest>;

export const DeployWorkflowResponse = z.strictObject({
  def: DefinitionRef,
  /** `unchanged`: it was the current one already, and nothing was published. */
  status: z.enum(['deployed', 'unchanged']),
  /** What runs, but hardly as meant. The field is a JSONPath into the definition. */
  warnings: z.array(z.strictObject({ field: z.string(), message: z.string() })),
});
export type DeployWorkflowResponse = z.infer<typeof DeployWorkflowResponse>;

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
