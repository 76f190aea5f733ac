/** What could not be processed: where it was, why, and its bytes, on `dlq.v1`. */
import { z } from 'zod';
import { readVersioned } from './read.ts';

export const DEAD_LETTER_REASONS = [
  'invalid_json',
  'forbidden_key',
  'payload_too_large',
  'schema',
  'unknown_version',
  'bad_token',
  'unknown_run',
  'unknown_workflow',
  'unknown_step',
  'invalid_input',
  'idempotency_conflict',
  'blocked',
] as const;
export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];

export const DeadLetter = z.strictObject({
  v: z.literal(1),
  /** topic, partition and offset joined by '~': the same record is the same dead letter, however often it is met. */
  id: z.string().max(400),
  topic: z.string().max(249),
  partition: z.int().nonnegative(),
  offset: z.int().nonnegative(),
  key: z.string().nullable(),
  headers: z.record(z.string(), z.string()),
  reason: z.enum(DEAD_LETTER_REASONS),
  /** For people: what was wrong, with the field, and what to do. */
  detail: z.string().max(4_096),
  runId: z.string().optional(),
  workflow: z.string().optional(),
  /** The record's value, base64; cut at the limit. */
  value: z.string().nullable(),
  /** Bytes of the value before it was cut. */
  valueBytes: z.int().nonnegative(),
  /** Epoch milliseconds when it was found. */
  foundMs: z.int().nonnegative(),
  /** Who found it: orchestrator, gateway or the step service's name. */
  foundBy: z.string().max(128),
  /** Set when this letter came from a replayed one: how often it has failed. */
  failures: z.int().min(1).default(1),
});
export type DeadLetter = z.infer<typeof DeadLetter>;

export const deadLetterId = (topic: string, partition: number, offset: number): string => `${topic}~${partition}~${offset}`;

/** @throws ContractError */
export const readDeadLetter = (value: Uint8Array | string): DeadLetter =>
  readVersioned(DeadLetter, 1, value, { maxBytes: 2_097_152, maxDepth: 64, maxKeys: 10_000, maxStringLength: 2_000_000, maxArrayLength: 100_000 });
