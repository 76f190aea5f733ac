/**
 * Which records of a history partition count. A claim makes its own offset the epoch; any other record counts only when
 * it carries the epoch of the latest claim before it, so what a former owner appends late is void for every reader (I15).
 */
import type { HistoryRecord } from '@baton/contracts';

export class Validity {
  #epoch: number | undefined;

  /** @param epoch in force where reading begins; undefined at the beginning of the log. */
  constructor(epoch: number | undefined) {
    this.#epoch = epoch;
  }

  get epoch(): number | undefined {
    return this.#epoch;
  }

  /** Records must come in order. */
  counts(offset: number, record: HistoryRecord): boolean {
    if (record.t !== 'claim') return record.epoch === this.#epoch;
    this.#epoch = offset;
    return true;
  }
}
