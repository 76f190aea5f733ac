/** What could not be processed: where it was, why, and its bytes, on `dlq.v1`. */
import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { readVersioned } from './read.ts';
import { toBase64 } from './text.ts';

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
  'too_many_signals',
  'invalid_answer',
  'run_ended',
  'nothing_to_undo',
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
  readVersioned(DeadLetter, 1, value, { maxBytes: 2_097_152, maxDepth: 64, maxKeys: 100_000, maxStringLength: 2_000_000, maxArrayLength: 100_000 });

/** Headers of a message that was replayed from the dead letters. */
export const REPLAY_OF_HEADER = 'baton-replay-of';
export const FAILURES_HEADER = 'baton-failures';

/** Characters of a key, and of headers all together, that a letter keeps: they may fill a whole record, and a letter that fits no record could never be written. */
const MAX_KEY = 1_024;
const MAX_HEADERS = 16_384;

/** The dead letter of a record: whoever finds a bad one describes it the same way. */
export function deadLetterOf(
  record: { readonly partition: number; readonly offset: number; readonly key: string | null; readonly value: Uint8Array | null; readonly headers: Readonly<Record<string, string>> },
  about: {
    readonly topic: string;
    readonly reason: DeadLetterReason;
    readonly detail: string;
    readonly foundBy: string;
    readonly foundMs: number;
    readonly runId?: string | undefined;
    readonly workflow?: string | undefined;
  },
): DeadLetter {
  const { value } = record;
  const headers = boundedHeaders(record.headers);
  const leftOut = [
    ...(record.key !== null && record.key.length > MAX_KEY ? [`its key of ${record.key.length} characters is cut`] : []),
    ...(headers === record.headers ? [] : [`${Object.keys(record.headers).length - Object.keys(headers).length} of its headers are left out`]),
  ];
  const before = Number.parseInt(record.headers[FAILURES_HEADER] ?? '0', 10);
  return {
    v: 1,
    id: deadLetterId(about.topic, record.partition, record.offset),
    topic: about.topic,
    partition: record.partition,
    offset: record.offset,
    key: record.key === null ? null : record.key.slice(0, MAX_KEY),
    headers,
    reason: about.reason,
    detail: leftOut.length === 0 ? about.detail.slice(0, 4_096) : `${about.detail.slice(0, 3_900)} (${leftOut.join(', ')})`,
    ...(about.runId !== undefined && { runId: about.runId }),
    ...(about.workflow !== undefined && { workflow: about.workflow }),
    value: value === null ? null : toBase64(value.subarray(0, LIMITS.deadLetterBytes)),
    valueBytes: value?.byteLength ?? 0,
    foundMs: about.foundMs,
    foundBy: about.foundBy,
    failures: Number.isFinite(before) && before > 0 ? before + 1 : 1,
  };
}

function boundedHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  let room = MAX_HEADERS;
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.length + value.length > room) continue;
    room -= name.length + value.length;
    kept[name] = value;
  }
  return Object.keys(kept).length === Object.keys(headers).length ? headers : kept;
}
