/**
 * The records of `history.v1`, the truth. A record counts only if it carries the epoch of the latest claim before it;
 * see docs/internals/commit-protocol.md. Only orchestrators write here, so reading checks the envelope and trusts what
 * an orchestrator of a known version wrote inside.
 *
 * A claim stays at version 1 for ever, and every other record of any version has `v`, `t` and `epoch`: that is what engines
 * of different versions must understand of each other, or they would not fence each other. A new kind of record is a new version:
 * version 2 has the records of carry-forward and of what an operator says, and everything of version 1 stays what it was;
 * version 3 has transitions with events, and images with a state, that earlier engines do not know, and so have versions 4, 5 and 6.
 */
import { z } from 'zod';
import { storedKey } from './branch.ts';
import type { Command } from './command.ts';
import { ContractError } from './contract-error.ts';
import { DefinitionRef } from './definition-ref.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { readValue } from './read.ts';
import { EVENTS_OF_VERSION_3, EVENTS_OF_VERSION_4, EVENTS_OF_VERSION_5, EVENTS_OF_VERSION_6, type RunEvent } from './run-event.ts';
import type { InboxMessage } from './inbox.ts';
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
  v: z.union([z.literal(1), z.literal(3), z.literal(4), z.literal(5), z.literal(6)]),
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
  messages: z.array(z.unknown()).optional(),
  /** Full image after this transition; on the first of a run and at growing distances. */
  state: z.unknown().optional(),
  stateHash: z.string().optional(),
  /** hash128 of (previous chain, events). */
  chain: z.string(),
  /** Every outbox at an offset up to this one is known to be published. */
  disp: offset,
});

export interface HistoryTxn {
  readonly v: TxnVersion;
  readonly t: 'txn';
  readonly epoch: number;
  readonly runId: RunId;
  readonly seq: number;
  readonly def: DefinitionRef;
  readonly cause: { readonly off: number; readonly id: string; readonly ts: number; readonly type: string };
  readonly events: readonly RunEvent[];
  /** Commands to publish, complete. */
  readonly outbox: readonly Command[];
  /** What other runs are told: goes into their inbox as commands go to their services. Absent where there is nothing. */
  readonly messages?: readonly InboxMessage[];
  readonly state?: RunState;
  readonly stateHash?: string;
  readonly chain: string;
  readonly disp: number;
}

const imageEnvelope = z.looseObject({
  v: z.union([z.literal(2), z.literal(3), z.literal(4), z.literal(5), z.literal(6)]),
  t: z.literal('image'),
  epoch: z.int().nonnegative(),
  /** The run as it stood at the claim whose epoch this record has, or later. */
  state: z.looseObject({ v: z.literal(1), runId: RunId, seq: z.int().min(1) }),
  /** hashJson of the state. */
  stateHash: z.string(),
});

/** A run carried forward, so that what lies before the claim in force is not needed to know it. */
export interface HistoryImage {
  readonly v: ImageVersion;
  readonly t: 'image';
  readonly epoch: number;
  readonly state: RunState;
  readonly stateHash: string;
}

/**
 * The end of a carry-forward. Every run of the partition that is still kept has its image between the claim whose offset is
 * `epoch` and here, so reading may begin at that claim.
 */
export const HistoryCarried = z.strictObject({
  v: z.literal(2),
  t: z.literal('carried'),
  epoch: z.int().nonnegative(),
  inboxOff: z.int().min(-1),
  disp: z.int().min(-1),
  /** Images since the claim. */
  runs: z.int().min(0),
  /** When the claim was taken: how old what was carried is, epoch milliseconds. */
  beganMs: z.int().min(0),
});
export type HistoryCarried = z.infer<typeof HistoryCarried>;

/** An operator's word that the inbox is read on from here, although the history has consumed another one up to elsewhere. */
export const HistoryPosition = z.strictObject({
  v: z.literal(2),
  t: z.literal('position'),
  epoch: z.int().nonnegative(),
  /** The inbox counts as consumed up to here, whatever was consumed before. */
  inboxOff: z.int().min(-1),
  /** For people who read the history later. */
  why: z.string().max(1_024),
});
export type HistoryPosition = z.infer<typeof HistoryPosition>;

export type HistoryRecord = HistoryClaim | HistoryMark | HistoryTxn | HistoryImage | HistoryCarried | HistoryPosition;

/** Versions of records that this engine reads and may write. */
export const HISTORY_VERSIONS = [1, 2, 3, 4, 5, 6] as const;
export type HistoryVersion = (typeof HISTORY_VERSIONS)[number];
type TxnVersion = Exclude<HistoryVersion, 2>;
type ImageVersion = Exclude<HistoryVersion, 1>;

/** The version that a transition is written in: the earliest that knows what is in it. */
export function txnVersion(events: readonly RunEvent[], messages: readonly InboxMessage[] = []): TxnVersion {
  if (events.some(({ type }) => EVENTS_OF_VERSION_6.has(type))) return 6;
  if (events.some(({ type }) => EVENTS_OF_VERSION_5.has(type))) return 5;
  if (messages.length > 0 || events.some(({ type }) => EVENTS_OF_VERSION_4.has(type))) return 4;
  return events.some(({ type }) => EVENTS_OF_VERSION_3.has(type)) ? 3 : 1;
}

/** The version that an image is written in: the earliest that knows what is in the state. */
export function imageVersion({ branches, parts, input, signals, parent, continues, continuedAs, steps, compensations, ending }: RunState): ImageVersion {
  if (Object.values(branches).some(({ fanOut }) => fanOut?.records !== undefined) || steps.some(({ question }) => question !== undefined) || Object.values(branches).some(({ awaits }) => awaits?.kind === 'person') || compensations?.some(({ asked }) => asked !== undefined) === true) return 6;
  if (compensations !== undefined || ending !== undefined) return 5;
  if (signals !== undefined || parent !== undefined || continues !== undefined || continuedAs !== undefined || steps.some(({ child }) => child !== undefined) || Object.values(branches).some(({ awaits }) => awaits !== undefined)) return 4;
  if (parts !== undefined && Object.keys(parts).some((key) => key.startsWith(STORED))) return 4;
  const plain = parts === undefined && input === undefined && Object.values(branches).every(({ parent, fanOut, variables }) => parent === undefined && fanOut === undefined && variables === undefined);
  return plain ? 2 : 3;
}

/** Parts that engines before version 4 would not miss where they are. */
const STORED = storedKey(0).slice(0, -1);

export const CLAIM_KEY = '#claim';
export const MARK_KEY = '#mark';
export const CARRIED_KEY = '#carried';
export const POSITION_KEY = '#position';

export function historyKey(record: HistoryRecord): string {
  switch (record.t) {
    case 'claim':
      return CLAIM_KEY;
    case 'mark':
      return MARK_KEY;
    case 'carried':
      return CARRIED_KEY;
    case 'position':
      return POSITION_KEY;
    case 'image':
      return record.state.runId;
    case 'txn':
      return record.runId;
  }
}

export const encodeHistoryRecord = (record: HistoryRecord): string => JSON.stringify(record);

const NEWEST = Math.max(...HISTORY_VERSIONS);

/** A record of a version that this engine does not know, or one that says so. */
export class UnknownHistoryVersion extends ContractError {
  /** The epoch it carries, where it is as a newer engine writes it; undefined where no engine can have written it. */
  readonly epoch: number | undefined;

  constructor(record: { readonly v: number; readonly t?: unknown; readonly epoch?: unknown }) {
    super('unknown_version', '/v', `Expected a version from 1 to ${NEWEST}, but found ${record.v}`);
    const { v, t, epoch } = record;
    const newer = Number.isSafeInteger(v) && v > NEWEST && typeof t === 'string' && t !== 'claim';
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
  switch (version) {
    case 1:
      return readVersion1(parsed);
    case 2:
      return readVersion2(parsed);
    case 3:
    case 4:
    case 5:
    case 6:
      return readTransitionOrImage(parsed);
    default:
      throw new UnknownHistoryVersion({ ...parsed, v: version });
  }
}

function readVersion1(parsed: JsonObject): HistoryRecord {
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

function readVersion2(parsed: JsonObject): HistoryRecord {
  switch (parsed['t']) {
    case 'image':
      return readValue(imageEnvelope, parsed) as unknown as HistoryImage;
    case 'carried':
      return readValue(HistoryCarried, parsed);
    case 'position':
      return readValue(HistoryPosition, parsed);
    default:
      throw new ContractError('schema', '/t', 'Expected one of image, carried, position');
  }
}

/** Versions 3 to 6 differ in what is inside. */
function readTransitionOrImage(parsed: JsonObject): HistoryRecord {
  switch (parsed['t']) {
    case 'txn':
      return readValue(txnEnvelope, parsed) as unknown as HistoryTxn;
    case 'image':
      return readValue(imageEnvelope, parsed) as unknown as HistoryImage;
    default:
      throw new ContractError('schema', '/t', 'Expected one of txn, image');
  }
}

export const HistoryTxnEnvelope = txnEnvelope;
export const HistoryImageEnvelope = imageEnvelope;
