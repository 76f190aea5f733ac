import { readHistoryRecord, type HistoryRecord, type RunEvent, type RunStatus } from '@baton/contracts';
import type { Tenure } from './takeovers.ts';

const STATUSES: Readonly<Partial<Record<RunEvent['type'], RunStatus>>> = { 'run-started': 'running', 'run-completed': 'completed', 'run-failed': 'failed', 'run-cancelled': 'cancelled', 'run-blocked': 'blocked', 'compensation-begun': 'running', 'compensation-failed': 'blocked' };

/** What the report tells of the history. Records come partition by partition, in order. */
export class HistoryFigures {
  transitions = 0;
  claims = 0;
  readonly tenures: Tenure[] = [];
  /** Of every run that the history knows, as its events say. */
  readonly statuses = new Map<string, RunStatus>();
  #current: { partition: number; epoch: number; claimedMs: number; firstTransitionMs: number | undefined } | undefined;

  add(partition: number, { offset, timestampMs, value }: { readonly offset: number; readonly timestampMs: number; readonly value: Uint8Array | null }): void {
    const record = readable(value);
    if (record === undefined) return;
    if (record.t === 'claim') {
      this.claims++;
      this.#current = { partition, epoch: offset, claimedMs: timestampMs, firstTransitionMs: undefined };
      this.tenures.push(this.#current);
    } else if (record.t === 'txn' && this.#current?.partition === partition && record.epoch === this.#current.epoch) {
      this.transitions++;
      this.#current.firstTransitionMs ??= timestampMs;
      for (const { type } of record.events) {
        const status = STATUSES[type];
        if (status !== undefined) this.statuses.set(record.runId, status);
      }
    }
  }
}

/** What nobody of ours has written counts for nothing here; the invariants say what is to be said of it. */
function readable(value: Uint8Array | null): HistoryRecord | undefined {
  try {
    return readHistoryRecord(value ?? new Uint8Array());
  } catch {
    return undefined;
  }
}
