import type { LogRecord } from './log-record.ts';

/** The truth: one append-only log per partition. Written by lanes alone. */
export interface HistoryLog {
  /** Fixed for the life of a namespace. */
  readonly partitions: number;

  /**
   * Appends all records as ONE batch: all or none, contiguous offsets. At most one append per partition may be in flight.
   * @returns the offset of the first record.
   * @throws OperatingError with retry 'unknown' where no acknowledgement came: the records may or may not be in the log,
   *   now or later. The caller claims the partition again and reads what happened. Never retried inside beyond what the
   *   broker itself recognises as a repetition.
   */
  append(partition: number, records: readonly { readonly key: string; readonly value: string }[]): Promise<{ readonly baseOffset: number }>;

  /**
   * Reads from `from` up to and including `to`, in order, in chunks of bounded size. Reading past the end waits.
   * @throws OperatingError where the range is no longer kept.
   */
  read(partition: number, range: { readonly from: number; readonly to: number }): AsyncIterable<readonly LogRecord[]>;

  /** First kept offset and the offset the next record will get. */
  bounds(partition: number): Promise<{ readonly first: number; readonly next: number }>;

  /** How long a record is kept at least, milliseconds; undefined where for ever. */
  retentionMs(): Promise<number | undefined>;
}
