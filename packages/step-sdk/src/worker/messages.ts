/** The messages of an attempt to the inbox. Ids are derived from the attempt, so a repeated message keeps its id. */
import { hash128, LIMITS, type HeartbeatMessage, type Json, type ResultMessage, type RunError, type RunStepCommand, type TraceContext } from '@baton/contracts';
import { safeText } from '@baton/platform-kit';
import type { Progress } from '../step.ts';

export interface Teller {
  readonly command: RunStepCommand;
  /** Who does the work, for people. */
  readonly worker: string;
  /** Epoch milliseconds; absent while it has not been started. */
  readonly startedMs?: number | undefined;
}

export type Answer =
  | { readonly outcome: 'succeeded'; readonly output: Json }
  | { readonly outcome: 'failed'; readonly error: RunError }
  /** Handed back unfinished. */
  | { readonly outcome: 'released' };

export function resultMessage({ command, worker, startedMs }: Teller, answer: Answer, nowMs: number, trace: TraceContext | undefined): ResultMessage {
  return {
    ...envelope(command, `result-${hash128(`${answer.outcome}\n${command.key}`)}`, nowMs, trace),
    type: 'result',
    body: {
      stepId: command.stepId,
      attempt: command.attempt,
      ...answer,
      worker,
      ...(startedMs !== undefined && { startedMs }),
      endedMs: nowMs,
    },
  };
}

/** @param count of heartbeats before it, which makes its id. */
export function heartbeatMessage({ command, worker, startedMs }: Teller, progress: Progress | undefined, count: number, nowMs: number): HeartbeatMessage {
  return {
    ...envelope(command, `heartbeat-${hash128(`${worker}\n${command.key}\n${nowMs}\n${count}`)}`, nowMs, command.trace),
    type: 'heartbeat',
    body: {
      stepId: command.stepId,
      attempt: command.attempt,
      worker,
      ...(startedMs !== undefined && { startedMs }),
      ...(progress !== undefined && { progress: bounded(progress) }),
    },
  };
}

function envelope(command: RunStepCommand, id: string, nowMs: number, trace: TraceContext | undefined) {
  return { v: 1 as const, id, runId: command.runId, ts: nowMs, token: command.token, ...(trace !== undefined && { trace }) };
}

/** A step may say anything; what leaves fits the contract. */
function bounded({ percent, message }: Progress): Progress {
  return {
    ...(typeof percent === 'number' && Number.isFinite(percent) && { percent: Math.min(100, Math.max(0, percent)) }),
    ...(typeof message === 'string' && { message: safeText(message.slice(0, PROGRESS_LENGTH)).slice(0, PROGRESS_LENGTH) }),
  };
}
const PROGRESS_LENGTH = Math.min(500, LIMITS.errorMessageLength);
