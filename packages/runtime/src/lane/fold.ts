/**
 * What a stretch of history says: states of runs, consumed inbox position, and which outboxes are not known to be
 * published. Recovery and processing share nothing but the core's `applyTxn`.
 */
import type { Command, HistoryEntry, HistoryRecord, HistoryTxn, InboxMessage, PublicEvent, RunEvent, RunState } from '@baton/contracts';
import { applyTxn, publishedBy } from '@baton/core';

/** What a transition wanted to have published, and is not known to be. */
export interface Unpublished {
  readonly offset: number;
  readonly commands: readonly Command[];
  readonly messages: readonly InboxMessage[];
  readonly events: readonly PublicEvent[];
}

export interface FoldStart {
  readonly histOff: number;
  readonly inboxOff: number;
  readonly disp: number;
  readonly carriedMs?: number;
}

/** Thrown where the view gave a state that the history cannot follow: the view must be built from the beginning. */
export class BrokenSequence extends Error {
  override readonly name = 'BrokenSequence';
}

export class Fold {
  histOff: number;
  inboxOff: number;
  disp: number;
  /** Of `inboxOff`, what the records that were added say themselves; -1 where none says anything. */
  recordedInboxOff = -1;
  /** When the newest complete carry-forward began, 0 where none is known. */
  carriedMs: number;
  readonly #changed = new Map<string, { state: RunState; entries: HistoryEntry[] }>();
  #unpublished: { readonly offset: number; readonly txn: HistoryTxn; readonly after: RunState }[] = [];
  readonly #eventSource: string;

  /** @param eventSource CloudEvents source of the public events. */
  constructor(start: FoldStart, eventSource: string) {
    this.#eventSource = eventSource;
    this.histOff = start.histOff;
    this.inboxOff = start.inboxOff;
    this.disp = start.disp;
    this.carriedMs = start.carriedMs ?? 0;
  }

  /** Transitions whose commands and events may not be out yet. Most are known to be before anybody asks, so events are derived here. */
  get unpublished(): readonly Unpublished[] {
    return this.#unpublished
      .map(({ offset, txn, after }) => ({ offset, commands: txn.outbox, messages: txn.messages ?? [], events: publishedBy(after, txn, this.#eventSource) }))
      .filter(({ commands, messages, events }) => commands.length + messages.length + events.length > 0);
  }

  /** Adds a record that counts. @param before the run's state up to here, where it was not changed by this fold. */
  add(offset: number, record: HistoryRecord, before: RunState | undefined): void {
    this.histOff = offset;
    // An image repeats what the transitions before it have said; it is for those who cannot read them any more.
    if (record.t === 'claim' || record.t === 'image') return;
    if (record.t === 'position') return void (this.inboxOff = this.recordedInboxOff = record.inboxOff);
    this.disp = Math.max(this.disp, record.disp);
    if (record.t === 'carried') this.carriedMs = Math.max(this.carriedMs, record.beganMs);
    const inboxOff = record.t === 'txn' ? record.cause.off : record.inboxOff;
    this.inboxOff = Math.max(this.inboxOff, inboxOff);
    this.recordedInboxOff = Math.max(this.recordedInboxOff, inboxOff);
    if (record.t === 'txn') this.#apply(offset, record, before);
    if (this.#unpublished.length > 0 && this.#unpublished[0]!.offset <= this.disp) this.#unpublished = this.#unpublished.filter((entry) => entry.offset > this.disp);
  }

  /** Moves over a record that does not count. */
  skip(offset: number): void {
    this.histOff = offset;
  }

  knows(runId: string): boolean {
    return this.#changed.has(runId);
  }

  /** Takes what has changed since the last call. */
  takeChanged(): readonly { readonly state: RunState; readonly entries: readonly HistoryEntry[] }[] {
    const changed = [...this.#changed.values()];
    this.#changed.clear();
    return changed;
  }

  #apply(offset: number, txn: HistoryTxn, before: RunState | undefined): void {
    const known = this.#changed.get(txn.runId);
    const state = known?.state ?? before;
    // The view may be ahead of where reading began: what it holds already is not applied twice.
    if (state !== undefined && txn.seq <= state.seq) return this.#publish(offset, txn, state);
    if (txn.seq !== (state?.seq ?? 0) + 1 && txn.state === undefined) {
      throw new BrokenSequence(`Expected transition ${(state?.seq ?? 0) + 1} of run ${txn.runId}, but found ${txn.seq}`);
    }
    const next = applyTxn(state, txn);
    this.#publish(offset, txn, next);
    const entries = known?.entries ?? [];
    entries.push(...entriesOf(txn));
    this.#changed.set(txn.runId, { state: next, entries });
  }

  #publish(offset: number, txn: HistoryTxn, after: RunState): void {
    if (offset > this.disp) this.#unpublished.push({ offset, txn, after });
  }
}

/** A transition as the view shows it to people. */
export const entriesOf = (txn: Pick<HistoryTxn, 'seq' | 'cause' | 'events'>): HistoryEntry[] =>
  txn.events.map((event) => ({ seq: txn.seq, tsMs: txn.cause.ts, cause: txn.cause.type, event: event as RunEvent & Record<string, unknown> }));
