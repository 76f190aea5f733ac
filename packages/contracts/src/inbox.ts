/** Everything that can move a run arrives as one of these on `inbox.v1`, keyed by run id. */
import { z } from 'zod';
import { ParentLink } from './child-run.ts';
import { ContinuationLink, SignalsLeft } from './continuation.ts';
import { DefinitionRef } from './definition-ref.ts';
import { ID_PATTERN, Name, RunId, StepId } from './ids.ts';
import { JsonRecord, JsonValue } from './json-schema.ts';
import { ANSWER_VIA } from './question.ts';
import { readVersioned } from './read.ts';
import { RunError } from './run-error.ts';
import { TraceContext } from './trace.ts';

const messageId = z.string().regex(ID_PATTERN, 'Expected a message id');
const attempt = z.int().min(1).max(1_000_000);

const envelope = {
  v: z.literal(1),
  /** Unique per message; a repeated message keeps it. */
  id: messageId,
  runId: RunId,
  /** The producer's clock in epoch milliseconds; informative, decisions use the record's timestamp. */
  ts: z.int().nonnegative(),
  /** Task token of the attempt, where the message speaks for a step. */
  token: z.string().max(512).optional(),
  /** Who asked, for messages that a person or program caused. */
  by: z.string().max(256).optional(),
  trace: TraceContext.optional(),
  /** Set on a message replayed from the dead letters: the dead letter's id. */
  replayOf: z.string().max(256).optional(),
};

export const StartBody = z.strictObject({
  def: DefinitionRef,
  input: JsonValue,
  /** hashJson of the input: the same key with another input is refused. */
  inputHash: z.string(),
  idempotencyKey: z.string().max(1_024).optional(),
  /** How the start came in. */
  via: z.enum(['api', 'event', 'schedule', 'run']),
  /** The run that started this one. */
  parent: ParentLink.optional(),
  /** The run that goes on as this one, and the signals it leaves. */
  continues: ContinuationLink.optional(),
  signals: SignalsLeft.optional(),
});

/** Said by the task token that the definition handed out (`$$.Task.Token`), and not by the worker of the attempt. */
const callback = z.literal(true).optional();

export const ResultBody = z.strictObject({
  stepId: StepId,
  attempt,
  callback,
  /** `released`: handed back unfinished by a worker that stops; costs no attempt. */
  outcome: z.enum(['succeeded', 'failed', 'released']),
  output: JsonValue.optional(),
  error: RunError.optional(),
  worker: z.string().max(128),
  startedMs: z.int().nonnegative().optional(),
  endedMs: z.int().nonnegative().optional(),
});

export const HeartbeatBody = z.strictObject({
  stepId: StepId,
  attempt,
  callback,
  worker: z.string().max(128),
  startedMs: z.int().nonnegative().optional(),
  progress: z.strictObject({ percent: z.number().min(0).max(100).optional(), message: z.string().max(500).optional() }).optional(),
});

export const TimerBody = z.strictObject({ timerId: z.string().max(256), ver: z.int().nonnegative(), by: z.enum(['wake-up', 'sweeper', 'lane']) });
/** The same id is the same signal for as long as the run remembers it, whatever else it says. */
export const SignalBody = z.strictObject({ signalId: z.string().min(1).max(255), name: Name, data: JsonValue });
/** What a person says to what a state has asked; the first that comes is taken. The same id is the same answer. */
export const AnswerBody = z.strictObject({ stepId: StepId, attempt, answerId: z.string().min(1).max(255), answer: JsonRecord, via: z.enum(ANSWER_VIA) });
/** A run that another waits for has ended; told to the other. */
export const ChildEndedBody = z.strictObject({
  childRunId: RunId,
  stepId: StepId,
  attempt,
  outcome: z.enum(['completed', 'failed', 'cancelled']),
  output: JsonValue.optional(),
  error: RunError.optional(),
  /** Why it was cancelled. */
  reason: z.string().max(500).optional(),
});
/** An operator goes on with a run that is parked since it could not undo something. */
export const CompensationBody = z.strictObject({
  /** The same id is the same request, whatever else it says. */
  requestId: z.string().min(1).max(255),
  /** `skip`: it is undone otherwise, or not at all. */
  action: z.enum(['retry', 'skip']),
  /** What is meant, so that nothing else is: the name of the state that was to be undone, or the step id of its entry. Absent: what has parked the run. */
  step: z.string().min(1).max(256).optional(),
  reason: z.string().max(500).optional(),
});
export const CancelBody = z.strictObject({ reason: z.string().max(500) });

const message = <T extends string, B extends z.ZodType>(type: T, body: B) => z.strictObject({ ...envelope, type: z.literal(type), body });

export const StartMessage = message('start', StartBody);
export const ResultMessage = message('result', ResultBody);
export const HeartbeatMessage = message('heartbeat', HeartbeatBody);
export const TimerMessage = message('timer', TimerBody);
export const SignalMessage = message('signal', SignalBody);
export const AnswerMessage = message('answer', AnswerBody);
export const ChildEndedMessage = message('child-ended', ChildEndedBody);
export const CancelMessage = message('cancel', CancelBody);
export const CompensationMessage = message('compensation', CompensationBody);

export const InboxMessage = z.discriminatedUnion('type', [StartMessage, ResultMessage, HeartbeatMessage, TimerMessage, SignalMessage, AnswerMessage, ChildEndedMessage, CancelMessage, CompensationMessage]);
export type InboxMessage = z.infer<typeof InboxMessage>;
export type StartMessage = z.infer<typeof StartMessage>;
export type ResultMessage = z.infer<typeof ResultMessage>;
export type HeartbeatMessage = z.infer<typeof HeartbeatMessage>;
export type TimerMessage = z.infer<typeof TimerMessage>;
export type SignalMessage = z.infer<typeof SignalMessage>;
export type AnswerMessage = z.infer<typeof AnswerMessage>;
export type ChildEndedMessage = z.infer<typeof ChildEndedMessage>;
export type CancelMessage = z.infer<typeof CancelMessage>;
export type CompensationMessage = z.infer<typeof CompensationMessage>;

/** @throws ContractError */
export function readInboxMessage(value: Uint8Array | string): InboxMessage {
  return readVersioned(InboxMessage, 1, value);
}
