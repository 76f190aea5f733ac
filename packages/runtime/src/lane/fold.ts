/**
 * What a stretch of history says: states of runs, consumed inbox position, and which outboxes are not known to be
 * published. Recovery and processing share nothing but the core's `applyTxn`.
 */
import type { Command, HistoryEntry, HistoryRecord, HistoryTxn, LifecycleEvent, RunEvent, RunState } from '@baton/contracts';
import { applyTxn, publishedBy } from '@baton/core';

/** What a transition wanted to have published, and is not known to be. */
export interface Unpublished {
  readonly offset: number;
  readonly commands: readonly Command[];
  readonly events: readonly LifecycleEvent[];
}

export interface FoldStart {
  readonly histOff: number;
  readonly inboxOff: number;
  readonly disp: number;
}

/** Thrown where the view gave a state that the history cannot follow: the view must be built from the beginning. */
export class BrokenSequence extends Error {
  override readonly name = 'BrokenSequence';
}

export class Fold {
  histOff: number;
  inboxOff: number;
  disp: number;
  readonly #changed = new Map<string, { state: RunState; entries: HistoryEntry[] }>();
  #unpublished: Unpublished[] = [];
  readonly #eventSource: string;

  /** @param eventSource CloudEvents source of the public events. */
  constructor(start: FoldStart, eventSource: string) {
    this.#eventSource = eventSource;
    this.histOff = start.histOff;
    this.inboxOff = start.inboxOff;
    this.disp = start.disp;
  }

  /** Transitions whose commands and events may not be out yet. */
  get unpublished(): readonly Unpublished[] {
    return this.#unpublished;
  }

  /** Adds a record that counts. @param before the run's state up to here, where it was not changed by this fold. */
  add(offset: number, record: HistoryRecord, before: RunState | undefined): void {
    this.histOff = offset;
    if (record.t === 'claim') return;
    this.disp = Math.max(this.disp, record.disp);
    if (record.t === 'mark') {
      this.inboxOff = Math.max(this.inboxOff, record.inboxOff);
    } else {
      this.inboxOff = Math.max(this.inboxOff, record.cause.off);
      this.#apply(offset, record, before);
    }
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
    const events = publishedBy(after, txn, this.#eventSource);
    if (txn.outbox.length + events.length > 0) this.#unpublished.push({ offset, commands: txn.outbox, events });
  }
}

/** A transition as the view shows it to people. */
export const entriesOf = (txn: Pick<HistoryTxn, 'seq' | 'cause' | 'events'>): HistoryEntry[] =>
  txn.events.map((event) => ({ seq: txn.seq, tsMs: txn.cause.ts, cause: txn.cause.type, event: event as RunEvent & Record<string, unknown> }));
