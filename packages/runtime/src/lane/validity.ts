/**
 * Which records of a history partition count. A claim makes its own offset the epoch; any other record counts only when
 * it carries the epoch of the latest claim before it, so what a former owner appends late is void for every reader (I15).
 */
import type { HistoryRecord } from '@baton/contracts';

export class Validity {
  #epoch: number | undefined;
  #firstCounts: boolean;

  /** @param start epoch in force where reading begins; undefined at the beginning of the log; `first-counts` where the first record is known to count, so that its epoch is the one in force. */
  constructor(start: number | 'first-counts' | undefined) {
    this.#epoch = start === 'first-counts' ? undefined : start;
    this.#firstCounts = start === 'first-counts';
  }

  get epoch(): number | undefined {
    return this.#epoch;
  }

  /** Records must come in order. */
  counts(offset: number, record: HistoryRecord): boolean {
    if (record.t === 'claim') this.#epoch = offset;
    else if (this.#firstCounts) this.#epoch = record.epoch;
    this.#firstCounts = false;
    return record.t === 'claim' || record.epoch === this.#epoch;
  }

  /** Whether a record that cannot be read, but says it is of this epoch, would count. */
  wouldCount(epoch: number): boolean {
    return this.#firstCounts || epoch === this.#epoch;
  }
}
