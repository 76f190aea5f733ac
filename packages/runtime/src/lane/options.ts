import type { HistoryVersion } from '@baton/contracts';

/** How a lane behaves. Defaults are for production; tests turn single ones. */
export interface LaneOptions {
  /** Inbox records decided in one batch at most. */
  readonly batchRecords: number;
  /** Bytes of history in one batch at most; kafkajs does not split. */
  readonly batchBytes: number;
  /** Records waiting in the lane before the inbox is held back. */
  readonly queuedRecords: number;
  /** Bytes waiting in the lane before the inbox is held back. */
  readonly queuedBytes: number;
  /** Run states kept in memory; others are read from the view. */
  readonly cachedRuns: number;
  /** And bytes of them, whichever is reached first. */
  readonly cachedBytes: number;
  /** Bytes of run states that a batch reads from the view; what is beyond waits for the next batch. */
  readonly loadedBytes: number;
  /** Committed batches whose view and commands may still be on their way when the next is decided. */
  readonly batchesUnderway: number;
  /** And bytes of history in them, whichever is reached first: what is underway is held in memory. */
  readonly underwayBytes: number;
  /** And bytes of the states of their runs, each run counted once: until the view has them, they cannot be let go. */
  readonly underwayStateBytes: number;
  /** The view is written at most so often, milliseconds, and up to four times less often while many runs move; what moves meanwhile goes with the next write. */
  readonly viewEveryMs: number;
  /** Deadline of one call to log, view or bus, milliseconds. */
  readonly callDeadlineMs: number;
  /** How long a committed batch is tried to be published before the lane claims again, milliseconds. */
  readonly publishDeadlineMs: number;
  /** How long a message waits for its definition to arrive, milliseconds. */
  readonly definitionWaitMs: number;
  readonly sweepEveryMs: number;
  /** Where more timers are due than a sweep may put into the inbox, the next one comes after so long. */
  readonly sweepAgainMs: number;
  /** Timers are left to BullMQ for so long after they are due. */
  readonly sweepGraceMs: number;
  /** Due timers that one sweep puts into the inbox at most, and inbox records that a lane may be behind before it puts in fewer. */
  readonly sweepLimit: number;
  /** Due timers that a lane's sweeper puts into the inbox in a second, on average. */
  readonly sweepPerSecond: number;
  readonly viewCheckEveryMs: number;
  /** Positions of messages that changed nothing are written after so long. */
  readonly markEveryMs: number;
  /** Runs are carried forward so often, milliseconds, and at least four times within the history's retention. */
  readonly carryEveryMs: number;
  /** Highest version of records that are written. 1 while engines that know no other are still running: then runs are carried forward into checkpoints alone. */
  readonly historyVersion: HistoryVersion;
  /** Pause before a lane that failed claims again: doubles up to the second number. */
  readonly restartMs: readonly [number, number];
  /** Pause before a lane that has diverged looks again: an operator has to act, and each look but that at a foreign claim writes one. */
  readonly divergedPauseMs: number;
  /** A consumer group that has ended for good: its partitions may be taken over. */
  readonly takeOverFromGroup?: string;
}

export const DEFAULT_LANE_OPTIONS: LaneOptions = {
  batchRecords: 200,
  batchBytes: 262_144,
  queuedRecords: 2_000,
  queuedBytes: 8_388_608,
  cachedRuns: 200,
  cachedBytes: 4_194_304,
  loadedBytes: 4_194_304,
  batchesUnderway: 32,
  underwayBytes: 1_048_576,
  underwayStateBytes: 8_388_608,
  viewEveryMs: 100,
  callDeadlineMs: 10_000,
  publishDeadlineMs: 20_000,
  definitionWaitMs: 5_000,
  sweepEveryMs: 1_000,
  sweepAgainMs: 200,
  sweepGraceMs: 1_000,
  // Twelve lanes have more than an orchestrator on two cores decides (some 1,500 transitions a second), so nothing waits for the rate.
  // New work waits behind sweepLimit in each lane, so it is no more than what is decided until the next sweep.
  sweepLimit: 40,
  sweepPerSecond: 200,
  viewCheckEveryMs: 30_000,
  markEveryMs: 10_000,
  carryEveryMs: 86_400_000,
  historyVersion: 2,
  restartMs: [100, 10_000],
  divergedPauseMs: 15_000,
};
