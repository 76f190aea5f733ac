/**
 * What a view can be built again from: the newest checkpoint that is whole, the history where it still begins at 0, the
 * last complete carry-forward in it. Never from the middle of the log: a record counts by the claim before it.
 */
import { ContractError, hashJson, OperatingError, readHistoryRecord, type HistoryRecord } from '@baton/contracts';
import type { LogRecord, RunWrite } from '@baton/ports';
import { eachWithinDeadline } from '../deadline.ts';
import { BrokenSequence } from './fold.ts';
import type { LaneOptions } from './options.ts';
import { reading } from './reading.ts';
import type { Surroundings } from './surroundings.ts';
import { Validity } from './validity.ts';

export interface BasePorts extends Pick<Surroundings, 'history' | 'checkpoints' | 'observer' | 'clock'> {
  readonly options: Pick<LaneOptions, 'callDeadlineMs' | 'publishDeadlineMs'>;
}

export interface Base {
  /** For people. */
  readonly what: string;
  /** The history is read from here: a claim, or 0. */
  readonly from: number;
  readonly inboxOff: number;
  readonly disp: number;
  /** When what is here was carried forward. */
  readonly carriedMs?: number;
  /** The runs as they were at `from` or later, with what is known of their histories; undefined where there are none before it. */
  readonly runs?: () => AsyncIterable<readonly RunWrite[]>;
}

/**
 * The best first. @param range the history as it is kept, up to the own claim.
 * @throws OperatingError `unavailable` where checkpoints cannot be read and nothing else is left: whether they are there is not known.
 */
export async function* bases(partition: number, around: BasePorts, range: { readonly first: number; readonly to: number }): AsyncGenerator<Base> {
  let unread: unknown;
  try {
    yield* fromCheckpoints(partition, around, range);
  } catch (error) {
    unread = error;
    around.observer.lane({ partition, what: 'checkpoint-failed', detail: error instanceof Error ? error.message : String(error) });
  }
  if (range.first === 0) yield { what: 'the beginning of the history', from: 0, inboxOff: -1, disp: -1 };
  const carried = await lastCarried(partition, around, range);
  if (carried !== undefined) yield { ...carried, runs: () => images(partition, around, { from: carried.from, to: carried.end }) };
  if (unread !== undefined) throw new OperatingError('unavailable', `Partition ${partition}: the checkpoints cannot be read: ${unread instanceof Error ? unread.message : String(unread)}`, { retry: 'yes', cause: unread });
}

async function* fromCheckpoints(partition: number, around: BasePorts, range: { readonly first: number; readonly to: number }): AsyncGenerator<Base> {
  const { checkpoints, observer, clock, options } = around;
  if (checkpoints === undefined) return;
  for await (const { head, runs } of eachWithinDeadline(clock, options.publishDeadlineMs, 'looking for checkpoints', checkpoints.whole(partition))) {
    const { epoch: from, inboxOff, disp, beganMs } = head;
    if (from < range.first || from >= range.to) continue;
    // A topic that was deleted and made again has other records at the same offsets.
    if (await isClaim(partition, from, around)) yield { what: `the checkpoint at ${from}`, from, inboxOff, disp, carriedMs: beganMs, runs };
    else observer.lane({ partition, what: 'checkpoint-failed', detail: `there is no claim at offset ${from} of the history, so the checkpoint there is of another` });
  }
}

async function isClaim(partition: number, offset: number, around: BasePorts): Promise<boolean> {
  for await (const [record] of reading(partition, around, { from: offset, to: offset })) return record !== undefined && readable(record)?.t === 'claim';
  return false;
}

/** The last carry-forward that is complete, and the offset where it ends. */
async function lastCarried(partition: number, around: BasePorts, { first, to }: { readonly first: number; readonly to: number }): Promise<(Base & { readonly end: number }) | undefined> {
  const validity = new Validity(undefined);
  let found: (Base & { readonly end: number }) | undefined;
  let count = 0;
  for await (const chunk of reading(partition, around, { from: first, to })) {
    for (const raw of chunk) {
      const record = readable(raw);
      if (record === undefined || !validity.counts(raw.offset, record)) continue;
      if (record.t === 'claim') count = 0;
      else if (record.t === 'image') count++;
      else if (record.t === 'carried' && record.runs === count) {
        const { epoch: from, inboxOff, disp, beganMs } = record;
        found = { what: `what was carried forward from ${from} to ${raw.offset}`, from, end: raw.offset, inboxOff, disp, carriedMs: beganMs };
      }
    }
  }
  return found;
}

async function* images(partition: number, around: BasePorts, range: { readonly from: number; readonly to: number }): AsyncGenerator<readonly RunWrite[]> {
  const validity = new Validity(undefined);
  for await (const chunk of reading(partition, around, range)) {
    const runs: RunWrite[] = [];
    for (const raw of chunk) {
      const record = readable(raw);
      if (record === undefined || !validity.counts(raw.offset, record) || record.t !== 'image') continue;
      if (hashJson(record.state) !== record.stateHash) throw new BrokenSequence(`The image of run ${record.state.runId} at ${raw.offset} is not what its hash says`);
      // What led to the state has left the history; what follows is added when it is read.
      runs.push({ state: record.state, entries: [] });
    }
    if (runs.length > 0) yield runs;
  }
}

/** Undefined for what is none of ours; whoever folds the history says so. */
function readable({ value }: LogRecord): HistoryRecord | undefined {
  try {
    return readHistoryRecord(value ?? new Uint8Array());
  } catch (error) {
    if (error instanceof ContractError) return undefined;
    throw error;
  }
}
