/** What the orchestrator tells a step service, on `cmd.<service>.v1`, keyed by run id. */
import { z } from 'zod';
import { Name, RunId, StepId } from './ids.ts';
import { JsonValue } from './json-schema.ts';
import { readVersioned } from './read.ts';
import { TraceContext } from './trace.ts';

const shared = {
  v: z.literal(1),
  /** runId/stepId/attempt: a repeated command keeps it, so a worker can tell. */
  key: z.string().max(400),
  runId: RunId,
  stepId: StepId,
  attempt: z.int().min(1),
  service: Name,
  step: Name,
};

/** Run this attempt and answer on the inbox with the token. */
export const RunStepCommand = z.strictObject({
  ...shared,
  t: z.literal('run-step'),
  /** runId/stepId: stable over attempts, for the step's own idempotency. */
  idem: z.string().max(300),
  workflow: Name,
  /** Epoch milliseconds after which the result no longer counts. */
  deadlineMs: z.int().nonnegative(),
  /** The attempt is given up when no heartbeat came for so long; absent: only the deadline counts. */
  heartbeatTimeoutMs: z.int().positive().optional(),
  input: JsonValue,
  token: z.string().max(512),
  trace: TraceContext.optional(),
});
export type RunStepCommand = z.infer<typeof RunStepCommand>;

/** The attempt's result is no longer wanted: the run was cancelled, or the attempt timed out. A worker aborts it when it has it. */
export const AbandonStepCommand = z.strictObject({
  ...shared,
  t: z.literal('abandon-step'),
  why: z.enum(['cancelled', 'timed-out', 'heartbeat-lost', 'run-ended']),
});
export type AbandonStepCommand = z.infer<typeof AbandonStepCommand>;

export const Command = z.discriminatedUnion('t', [RunStepCommand, AbandonStepCommand]);
export type Command = z.infer<typeof Command>;

/** @throws ContractError */
export function readCommand(value: Uint8Array | string): Command {
  return readVersioned(Command, 1, value);
}
