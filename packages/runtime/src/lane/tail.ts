/**
 * What the end of a history says to somebody who reads no more of it than that: the records that count, but for claims, since one
 * of those alone may be of somebody who was refused. Whether a record counts is said by the claim before it. Where that lies before
 * what is read the epochs say it: what a former owner appended late carries a lower one than those whom it came too late for.
 */
import { ContractError, readHistoryRecord, type HistoryClaim, type HistoryRecord } from '@baton/contracts';
import type { LogRecord } from '@baton/ports';

export async function* thatCount(chunks: AsyncIterable<readonly LogRecord[]>): AsyncGenerator<Exclude<HistoryRecord, HistoryClaim>> {
  let epoch = -1;
  for await (const chunk of chunks) {
    for (const { offset, value } of chunk) {
      const record = readable(value);
      if (record === undefined) continue;
      if (record.t === 'claim') epoch = offset;
      else if (record.epoch >= epoch) {
        epoch = record.epoch;
        yield record;
      }
    }
  }
}

/** @returns undefined for what is none of ours, or of a newer version: recovery files it. */
export function readable(value: LogRecord['value']): HistoryRecord | undefined {
  try {
    return readHistoryRecord(value ?? new Uint8Array());
  } catch (error) {
    if (error instanceof ContractError) return undefined;
    throw error;
  }
}
