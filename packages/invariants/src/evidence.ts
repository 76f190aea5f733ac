/**
 * What was recorded of a namespace: plain data, gathered by whoever can reach it. All of it but the history is optional; an
 * invariant that lacks what it needs is not checked, and says so.
 *
 * Where things still move while they are read, the order of reading makes the difference: first `settled` and the group's offsets,
 * then view, inbox, commands and dead letters, the history last. A transition is in the history before anything follows from it, so
 * whatever was read earlier must be found there.
 *
 * Lists are gone through more than once, so an iterable must begin anew each time.
 */
import type { RunState, RunStatus } from '@baton/contracts';

/** A record as it lies on a topic. */
export interface RecordedEntry {
  readonly offset: number;
  /** Epoch milliseconds, as Kafka has it. */
  readonly timestampMs: number;
  readonly value: Uint8Array | string | null;
}

/** A stretch of one partition. */
export interface RecordedPartition {
  readonly partition: number;
  /** First offset that is kept: above 0 where retention has taken the beginning. */
  readonly first: number;
  /** Offset that the next record will get. */
  readonly next: number;
  /** In the order of their offsets. */
  readonly records: Iterable<RecordedEntry>;
}

/** A run as the view holds it. */
export type ViewedRun = RunState;

export interface ViewedTimer {
  readonly runId: string;
  readonly timerId: string;
  readonly ver: number;
  readonly dueMs: number;
}

export interface ViewedPartition {
  readonly partition: number;
  /** Undefined where the view is wiped. */
  readonly meta: { readonly epoch: number; readonly histOff: number; readonly inboxOff: number; readonly disp: number } | undefined;
  readonly runs: Iterable<ViewedRun>;
  /** The due set; absent: not read. */
  readonly due?: Iterable<ViewedTimer>;
  /** The lists by status; absent: not read. */
  readonly listed?: Iterable<{ readonly runId: string; readonly status: RunStatus }>;
}

export interface View {
  readonly partitions: readonly ViewedPartition[];
  /** Whether `runs` are all that the view has; where not, a run that is missing means nothing. */
  readonly complete: boolean;
  /** Runs that ended before this time may have left the view; default: all are kept. Epoch milliseconds. */
  readonly endedKeptSinceMs?: number;
}

export interface PublishedRecords {
  /** Of every topic of this kind, in any order. */
  readonly records: Iterable<Pick<RecordedEntry, 'timestampMs' | 'value'>>;
  /** Older ones may be gone by retention; default: all are kept. Epoch milliseconds. */
  readonly keptSinceMs?: number;
}

/** A start that was acknowledged to its caller. */
export interface AcknowledgedStart {
  readonly runId: string;
  /** Epoch milliseconds of the acknowledgement, for messages. */
  readonly atMs?: number;
}

/** One execution of a command, as the step service wrote it down before it did anything. */
export interface LedgerExecution {
  /** runId/stepId/attempt. */
  readonly key: string;
  /** runId/stepId. */
  readonly idem: string;
  /** Epoch milliseconds. All who write the ledger, and whoever names disturbances, must go by one clock. */
  readonly atMs: number;
  /** The process that did it: another one after each start. */
  readonly by: string;
}

/** A time in which a process of a step service, or what hands out to all of them, was hit: what it had may go to another, and it may go on with that all the same. */
export interface Disturbance {
  /** Epoch milliseconds, with the time that it takes until everybody has noticed that it is over. */
  readonly fromMs: number;
  readonly toMs: number;
  /** As executions name it; absent: all of them were hit. */
  readonly process?: string;
}

export interface Ledger {
  readonly executions: Iterable<LedgerExecution>;
  /** Effects that really happened, by idempotency key; absent where the steps have none. */
  readonly effects?: Iterable<{ readonly idem: string; readonly what?: string }>;
  readonly disturbances: readonly Disturbance[];
  /** Executions whose process does not answer a repetition from memory, since it gave them up when their lease was lost. Default: none. */
  readonly forgotten?: Iterable<Pick<LedgerExecution, 'key' | 'by'>>;
  /** How many answers a process keeps in memory. Default: all. */
  readonly remembered?: number;
}

/** When the system was looked at. */
export interface Moment {
  readonly atMs: number;
  /** Nothing moves any more: faults have stopped and every run has had the time to end. */
  readonly atRest: boolean;
  /** Where it still moves: a timer overdue by more than this is found. Default: 300,000 ms. */
  readonly overdueMs?: number;
}

/** Positions known before anything else was read. */
export interface SettledPosition {
  readonly partition: number;
  /** Outboxes up to this history offset are known to be published. */
  readonly disp: number;
  /** Inbox records up to this offset are dealt with. */
  readonly inboxOff: number;
}

export interface Evidence extends SideEvidence {
  /** Every partition of `history.v1`. */
  readonly history: readonly RecordedPartition[];
}

/** Everything but the history. */
export interface SideEvidence {
  readonly view?: View;
  /** Every partition of `inbox.v1`, as far as it is settled and as the group's offsets reach. */
  readonly inbox?: readonly RecordedPartition[];
  /** Everything on the command topics. `services`: whose topics these are, where a service may have none; default: everyone's. */
  readonly commands?: PublishedRecords & { readonly services?: readonly string[] };
  /** Everything on `lifecycle.v1`. */
  readonly lifecycle?: PublishedRecords;
  /** Everything on `events.v1`: what workflows publish themselves. */
  readonly emitted?: PublishedRecords;
  /** Everything on `dlq.v1`. */
  readonly deadLetters?: PublishedRecords;
  /** Everything on `definitions.v1`. */
  readonly definitions?: PublishedRecords;
  /** The orchestrators' group: offset of the next record by its own account; a partition without one is left out. */
  readonly groupOffsets?: readonly { readonly partition: number; readonly committed: number }[];
  /** The door's log. */
  readonly acknowledgedStarts?: Iterable<AcknowledgedStart>;
  readonly ledger?: Ledger;
  readonly moment?: Moment;
  /** Where things still move while they are read; absent: at rest, everything in the history counts. */
  readonly settled?: readonly SettledPosition[];
}
