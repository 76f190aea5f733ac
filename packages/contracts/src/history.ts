/**
 * The records of `history.v1`, the truth. A record counts only if it carries the epoch of the latest claim before it;
 * see docs/internals/commit-protocol.md. Only orchestrators write here, so reading checks the envelope and trusts what
 * an orchestrator of a known version wrote inside.
 *
 * A claim stays at version 1 for ever, and every other record of any version has `v`, `t` and `epoch`: that is what engines
 * of different versions must understand of each other, or they would not fence each other. A new kind of record is a new version.
 */
import { z } from 'zod';
import type { Command } from './command.ts';
import { ContractError } from './contract-error.ts';
import { DefinitionRef } from './definition-ref.ts';
import { isJsonObject } from './json.ts';
import { readValue } from './read.ts';
import type { RunEvent } from './run-event.ts';
import type { RunState } from './run-state.ts';
import { RunId } from './ids.ts';
import { decodeUtf8 } from './text.ts';

export const HistoryClaim = z.strictObject({
  v: z.literal(1),
  t: z.literal('claim'),
  /** Unique per claim. */
  owner: z.string().min(1).max(128),
  /** Consumer group that assigned the partition. */
  group: z.string().min(1).max(255),
  /** Partition count of inbox and history as the owner sees it. */
  partitions: z.int().min(1),
  /** Engine version. */
  engine: z.string().max(64),
});
export type HistoryClaim = z.infer<typeof HistoryClaim>;

/** Position without a transition: messages that changed nothing were consumed, outboxes were published. */
export const HistoryMark = z.strictObject({
  v: z.literal(1),
  t: z.literal('mark'),
  epoch: z.int().nonnegative(),
  inboxOff: z.int().min(-1),
  disp: z.int().min(-1),
});
export type HistoryMark = z.infer<typeof HistoryMark>;

const offset = z.int().min(-1);

const txnEnvelope = z.looseObject({
  v: z.literal(1),
  t: z.literal('txn'),
  /** Offset of the claim this writer holds. */
  epoch: z.int().nonnegative(),
  runId: RunId,
  /** 1, 2, 3 … per run, gap-free. */
  seq: z.int().min(1),
  def: DefinitionRef,
  /** The inbox record that was consumed; ts is the time the decision used as now. */
  cause: z.strictObject({ off: offset, id: z.string(), ts: z.int(), type: z.string() }),
  events: z.array(z.looseObject({ type: z.string() })),
  outbox: z.array(z.unknown()),
  /** Full image after this transition; on the first of a run and at growing distances. */
  state: z.unknown().optional(),
  stateHash: z.string().optional(),
  /** hash128 of (previous chain, events). */
  chain: z.string(),
  /** Every outbox at an offset up to this one is known to be published. */
  disp: offset,
});

export interface HistoryTxn {
  readonly v: 1;
  readonly t: 'txn';
  readonly epoch: number;
  readonly runId: RunId;
  readonly seq: number;
  readonly def: DefinitionRef;
  readonly cause: { readonly off: number; readonly id: string; readonly ts: number; readonly type: string };
  readonly events: readonly RunEvent[];
  /** Commands to publish, complete. */
  readonly outbox: readonly Command[];
  readonly state?: RunState;
  readonly stateHash?: string;
  readonly chain: string;
  readonly disp: number;
}

export type HistoryRecord = HistoryClaim | HistoryMark | HistoryTxn;

export const CLAIM_KEY = '#claim';
export const MARK_KEY = '#mark';

export const historyKey = (record: HistoryRecord): string =>
  record.t === 'txn' ? record.runId : record.t === 'claim' ? CLAIM_KEY : MARK_KEY;

export const encodeHistoryRecord = (record: HistoryRecord): string => JSON.stringify(record);

/** A record of a version that this engine does not know, or one that says so. */
export class UnknownHistoryVersion extends ContractError {
  /** The epoch it carries, where it is as a newer engine writes it; undefined where no engine can have written it. */
  readonly epoch: number | undefined;

  constructor(record: { readonly v: number; readonly t?: unknown; readonly epoch?: unknown }) {
    super('unknown_version', '/v', `Expected version 1, but found ${record.v}`);
    const { v, t, epoch } = record;
    const newer = Number.isSafeInteger(v) && v > 1 && typeof t === 'string' && t !== 'claim';
    this.epoch = newer && typeof epoch === 'number' && Number.isSafeInteger(epoch) && epoch >= 0 ? epoch : undefined;
  }
}

/** @throws ContractError where the record is none of ours, UnknownHistoryVersion where it is of a version this engine does not know. */
export function readHistoryRecord(value: Uint8Array | string): HistoryRecord {
  let parsed: unknown;
  try {
    parsed = JSON.parse(typeof value === 'string' ? value : decodeUtf8(value));
  } catch (cause) {
    throw cause instanceof ContractError ? cause : new ContractError('invalid_json', '', `Expected JSON, but ${(cause as Error).message}`);
  }
  if (!isJsonObject(parsed)) throw new ContractError('schema', '', 'Expected a history record');
  const version = parsed['v'];
  if (typeof version !== 'number') throw new ContractError('schema', '/v', 'Expected a version');
  if (version !== 1) throw new UnknownHistoryVersion({ ...parsed, v: version });
  switch (parsed['t']) {
    case 'claim':
      return readValue(HistoryClaim, parsed);
    case 'mark':
      return readValue(HistoryMark, parsed);
    case 'txn':
      return readValue(txnEnvelope, parsed) as unknown as HistoryTxn;
    default:
      throw new ContractError('schema', '/t', 'Expected one of claim, mark, txn');
  }
}

export const HistoryTxnEnvelope = txnEnvelope;
