import type { InboxMessage } from '@baton/contracts';
import type { LogRecord } from './log-record.ts';

/** Writes to the inbox; the partition follows from the run id. */
export interface InboxSender {
  /** Resolves when the log has acknowledged all of them. @throws OperatingError; the messages may be there nevertheless. */
  send(messages: readonly InboxMessage[]): Promise<void>;
}

/** Reads the inbox as a member of the orchestrators' group. */
export interface InboxSource {
  readonly partitions: number;
  /** Name of the topic, for dead letters. */
  readonly topic: string;
  /** The consumer group that hands out partitions; written into each claim. */
  readonly group: string;
  subscribe(handler: InboxHandler): Promise<InboxSubscription>;
  bounds(partition: number): Promise<{ readonly first: number; readonly next: number }>;
}

export interface InboxHandler {
  /** The partitions this member owns from now on, all of them, after each rebalance. Must not throw. */
  assigned(partitions: readonly number[]): void;
  /**
   * A fetched batch. Resolves when the lane has room again (back-pressure, bounded by the lane's own deadline); it does not wait for processing.
   * Delivery may repeat or skip after a rebalance or seek: the lane accepts a batch only where `fetchedFrom` is not beyond its position.
   */
  records(batch: InboxBatch): Promise<void>;
  /** The consumer has died for good; the process should end. */
  crashed(error: Error): void;
}

export interface InboxBatch {
  readonly partition: number;
  /** The offset that the fetch asked for: between it and the first record there is nothing. */
  readonly fetchedFrom: number;
  readonly records: readonly LogRecord[];
  /** Offset of the record that will come next on the log, when it was fetched: the lag is seen from it. */
  readonly endOffset: number;
}

export interface InboxSubscription {
  /** The next batch of this partition begins at `offset`. */
  seek(partition: number, offset: number): void;
  /** Remembers the position for monitoring and as a hint; written lazily. The truth is in the history. */
  commit(partition: number, offset: number): void;
  /** Leaves the group after writing pending commits. */
  stop(): Promise<void>;
}
