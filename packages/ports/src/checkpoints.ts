import type { RunWrite } from './state-index.ts';

/**
 * Snapshots of a partition's runs, written once and never changed. One that was not finished, or was damaged since, is
 * never given out, so the newest that is given out wins and no writer has to be fenced.
 */
export interface Checkpoints {
  /** Begins to write one. What is not committed is as if it had never been begun. */
  begin(partition: number, head: CheckpointHead): Promise<CheckpointWriter>;

  /** Those that are whole, newest first: by epoch, then by the time they were committed. */
  whole(partition: number): AsyncIterable<Checkpoint>;
}

export interface CheckpointHead {
  /** Offset of the claim from which the history is read on: each run is as it was then, or later. */
  readonly epoch: number;
  /** Consumed inbox position at the claim. */
  readonly inboxOff: number;
  /** Outboxes up to here were published at the claim. */
  readonly disp: number;
  /** When the claim was taken, epoch milliseconds. */
  readonly beganMs: number;
}

export interface CheckpointWriter {
  add(runs: readonly RunWrite[]): Promise<void>;
  /** Makes it visible, whole, and lets older ones go. */
  commit(): Promise<void>;
  abort(): Promise<void>;
}

export interface Checkpoint {
  readonly head: CheckpointHead;
  /** Pieces of bounded size. @throws OperatingError `unavailable` where it can no longer be read. */
  runs(): AsyncIterable<readonly RunWrite[]>;
}
