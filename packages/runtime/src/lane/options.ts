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
  /** Committed batches whose view and commands may still be on their way when the next is decided. */
  readonly batchesUnderway: number;
  /** And bytes of history in them, whichever is reached first: what is underway is held in memory. */
  readonly underwayBytes: number;
  /** The view is written at most so often, milliseconds, and up to four times less often while many runs move; what moves meanwhile goes with the next write. */
  readonly viewEveryMs: number;
  /** Deadline of one call to log, view or bus, milliseconds. */
  readonly callDeadlineMs: number;
  /** How long a committed batch is tried to be published before the lane claims again, milliseconds. */
  readonly publishDeadlineMs: number;
  /** How long a message waits for its definition to arrive, milliseconds. */
  readonly definitionWaitMs: number;
  readonly sweepEveryMs: number;
  /** Timers are left to BullMQ for so long after they are due. */
  readonly sweepGraceMs: number;
  readonly sweepLimit: number;
  readonly viewCheckEveryMs: number;
  /** Positions of messages that changed nothing are written after so long. */
  readonly markEveryMs: number;
  /** Pause before a lane that failed claims again: doubles up to the second number. */
  readonly restartMs: readonly [number, number];
}

export const DEFAULT_LANE_OPTIONS: LaneOptions = {
  batchRecords: 200,
  batchBytes: 262_144,
  queuedRecords: 2_000,
  queuedBytes: 8_388_608,
  cachedRuns: 200,
  batchesUnderway: 32,
  underwayBytes: 1_048_576,
  viewEveryMs: 100,
  callDeadlineMs: 10_000,
  publishDeadlineMs: 20_000,
  definitionWaitMs: 5_000,
  sweepEveryMs: 1_000,
  sweepGraceMs: 1_000,
  sweepLimit: 500,
  viewCheckEveryMs: 30_000,
  markEveryMs: 10_000,
  restartMs: [100, 10_000],
};
