/**
 * The history folded by its own rules, one record after the other: which records count, and what each run is after each of
 * its transitions. Images in the history are not believed where the run is known, so that they can be held against the fold.
 *
 * Nothing here knows the runtime: what checks it must not share its mistakes.
 */
import { readHistoryRecord, UnknownHistoryVersion, type HistoryRecord, type HistoryTxn, type RunState } from '@baton/contracts';
import { applyEvents } from '@baton/core';
import type { Folded, FoldedPosition, FoldedRun, Seen, Transition } from './checker.ts';
import type { RecordedEntry } from './evidence.ts';
import { RunStates } from './run-states.ts';

interface Place {
  readonly partition: number;
  readonly first: number;
  histOff: number;
  inboxOff: number;
  disp: number;
  claim: Seen['claim'];
  /** Where the claim in force lies before what is kept: the highest epoch met so far, since what came late carries a lower one. */
  epochBefore: number;
}

export interface Step {
  readonly seen: Seen;
  readonly transition: Transition | undefined;
  /** Takes the record in; until then everything says what was before it. */
  take(): void;
}

export class HistoryFold implements Folded {
  readonly #places = new Map<number, Place>();
  readonly #states = new RunStates();

  get positions(): ReadonlyMap<number, FoldedPosition> {
    return this.#places;
  }

  run(runId: string): FoldedRun | undefined {
    return this.#states.get(runId);
  }

  runs(): Iterable<FoldedRun> {
    return this.#states.all();
  }

  /** Must come before the partition's records. */
  open(partition: number, first: number): void {
    this.#places.set(partition, { partition, first, histOff: first - 1, inboxOff: -1, disp: -1, claim: undefined, epochBefore: -1 });
  }

  /** Moves over a record without looking at it. */
  pass(partition: number, offset: number): void {
    const place = this.#places.get(partition);
    if (place !== undefined) place.histOff = offset;
  }

  next(partition: number, { offset, timestampMs, value }: RecordedEntry): Step {
    const place = this.#places.get(partition);
    if (place === undefined) throw new Error(`Expected partition ${partition} to be opened before its records`);
    const { record, newerEpoch } = decode(value);
    const claim = record?.t === 'claim' ? { offset, record } : place.claim;
    const counts = record !== undefined && (record.t === 'claim' || inForce(place, record.epoch));
    const newer = newerEpoch !== undefined && inForce(place, newerEpoch);
    const imaged = record?.t === 'image' ? this.#states.get(record.state.runId) : undefined;
    const seen: Seen = { partition, offset, timestampMs, record, counts, newer, imaged, claim };
    const transition = counts && record.t === 'txn' ? this.#transition(place, { offset, timestampMs, txn: record }) : undefined;
    return { seen, transition, take: () => this.#take(place, seen, transition) };
  }

  #transition({ partition, first }: Place, at: { readonly offset: number; readonly timestampMs: number; readonly txn: HistoryTxn }): Transition {
    const { txn } = at;
    const held = this.#states.get(txn.runId);
    const before = held?.state;
    const known = before !== undefined || (held === undefined && (txn.seq === 1 || first === 0));
    const transition = { partition, ...at, before, known };
    // A run that began before what is kept is known from its first image on.
    if (!known) return { ...transition, after: txn.state };
    try {
      return { ...transition, after: applyEvents(before, { events: txn.events, seq: txn.seq, nowMs: txn.cause.ts, chain: txn.chain }) };
    } catch (error) {
      return { ...transition, after: undefined, broken: (error as Error).message };
    }
  }

  #take(place: Place, { offset, record, counts, claim }: Seen, transition: Transition | undefined): void {
    place.histOff = offset;
    place.claim = claim;
    if (!counts || record === undefined || record.t === 'claim') return;
    if (claim === undefined) place.epochBefore = record.epoch;
    if (record.t === 'image') return this.#takeImage(place.partition, record.state);
    // An operator's word moves the position wherever it says, backwards too.
    if (record.t === 'position') return void (place.inboxOff = record.inboxOff);
    place.disp = Math.max(place.disp, record.disp);
    place.inboxOff = Math.max(place.inboxOff, record.t === 'txn' ? record.cause.off : record.inboxOff);
    if (transition !== undefined) this.#states.set({ runId: transition.txn.runId, partition: place.partition, seq: transition.txn.seq, state: transition.after });
  }

  /** A run that began before what is kept is known from its image on, unless it has moved since: what came between was not understood. */
  #takeImage(partition: number, state: RunState): void {
    const held = this.#states.get(state.runId);
    if (held?.state === undefined && state.seq >= (held?.seq ?? 0)) this.#states.set({ runId: state.runId, partition, seq: state.seq, state });
  }
}

function inForce({ claim, first, epochBefore }: Place, epoch: number): boolean {
  return claim === undefined ? first > 0 && epoch < first && epoch >= epochBefore : epoch === claim.offset;
}

function decode(value: RecordedEntry['value']): { readonly record?: HistoryRecord; readonly newerEpoch?: number } {
  try {
    return { record: readHistoryRecord(value ?? '') };
  } catch (error) {
    return error instanceof UnknownHistoryVersion && error.epoch !== undefined ? { newerEpoch: error.epoch } : {};
  }
}

