/**
 * What was fetched for a lane and is not decided yet. Accepts a batch only where nothing lies between it and the lane's
 * position, since a consumer may repeat or skip after a rebalance or a seek (I3), and holds the consumer back when full.
 */
import type { InboxBatch, LogRecord } from '@baton/ports';

export class InboxQueue {
  readonly #limits: { readonly records: number; readonly bytes: number };
  #records: LogRecord[] = [];
  #bytes = 0;
  #next = 0;
  #endOffset = 0;
  #open = false;
  #wakeReader: (() => void) | undefined;
  #woken = false;
  #room: (() => void)[] = [];

  constructor(limits: { readonly records: number; readonly bytes: number }) {
    this.#limits = limits;
  }

  /** Records on the log that this lane has not decided. */
  get lag(): number {
    return Math.max(0, this.#endOffset - this.#next) + this.#records.length;
  }

  /** Offset of the next record to be taken from the inbox. */
  get position(): number {
    return this.#next;
  }

  get size(): number {
    return this.#records.length;
  }

  /** Takes records from `offset` on; whatever came for another position is forgotten. */
  openAt(offset: number): void {
    this.#records = [];
    this.#bytes = 0;
    this.#next = offset;
    this.#open = true;
    this.#releaseAll();
  }

  close(): void {
    this.#open = false;
    this.#records = [];
    this.#bytes = 0;
    this.#releaseAll();
    this.#wakeReader?.();
  }

  /** @returns 'skipped' where the batch begins beyond the position: the caller seeks back. */
  async offer(batch: InboxBatch): Promise<'taken' | 'skipped' | 'closed'> {
    if (!this.#open) return 'closed';
    if (batch.fetchedFrom > this.#next) return 'skipped';
    for (const record of batch.records) {
      if (record.offset < this.#next) continue;
      this.#records.push(record);
      this.#bytes += record.value?.byteLength ?? 0;
      this.#next = record.offset + 1;
    }
    this.#endOffset = batch.endOffset;
    this.#wakeReader?.();
    if (this.#full()) await new Promise<void>((resolve) => this.#room.push(resolve));
    return 'taken';
  }

  /** Up to `limit` records, waiting for the first; empty where `wake` was called or the queue was closed. */
  async take(limit: number): Promise<readonly LogRecord[]> {
    if (this.#records.length === 0 && this.#open && !this.#woken) {
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
      this.#wakeReader = undefined;
    }
    this.#woken = false;
    const taken = this.#records.splice(0, limit);
    for (const record of taken) this.#bytes -= record.value?.byteLength ?? 0;
    if (!this.#full()) this.#releaseAll();
    return taken;
  }

  /** Puts back what did not fit into a batch. */
  putBack(records: readonly LogRecord[]): void {
    this.#records.unshift(...records);
    for (const record of records) this.#bytes += record.value?.byteLength ?? 0;
  }

  /** Lets a waiting `take`, or else the next one, return at once, so that the lane can look at something else. */
  wake(): void {
    this.#woken = true;
    this.#wakeReader?.();
  }

  #full(): boolean {
    return this.#open && (this.#records.length >= this.#limits.records || this.#bytes >= this.#limits.bytes);
  }

  #releaseAll(): void {
    for (const release of this.#room.splice(0)) release();
  }
}
