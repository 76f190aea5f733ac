import type { HistoryEntry, RunState, RunStatus, RunSummary, TaskSummary } from '@baton/contracts';

/**
 * The fast view of all runs, one part per partition, written by lanes. It may be wiped, restored or lag at any time: the
 * history is the truth. Every write is guarded by epoch and offsets, so a late writer changes nothing.
 */
export interface StateIndex {
  /** What the view knows of a partition; undefined where it was wiped. */
  meta(partition: number): Promise<ViewMeta | undefined>;

  /**
   * Makes `epoch` the writer of the partition.
   * @returns 'fenced' where a later epoch has it already; 'lost' where the view is not what the claim goes on from.
   */
  claim(partition: number, claim: ViewClaim): Promise<'ok' | 'fenced' | 'lost'>;

  /**
   * Applies committed transitions. Runs carry their newest state; a run whose stored seq is not older is left alone.
   * 'gap': the view's histOff is not prevOff. 'no-meta': the view was wiped. 'fenced': a later epoch writes here.
   */
  apply(partition: number, batch: ViewBatch): Promise<'ok' | 'fenced' | 'gap' | 'no-meta'>;

  /**
   * States of runs, in the order asked; undefined where the view does not hold one.
   * @param since what the view must be at least: its epoch is this one and its histOff not before. 'lost' where it is not:
   *   it was wiped, replaced by an older copy, or has another writer, so what it says of a run may be past.
   * @param maxBytes the answer ends with the run that reaches as many; so it may be shorter than what was asked for, but has one. Default: no bound.
   */
  load(partition: number, runIds: readonly string[], since: Pick<ViewMeta, 'epoch' | 'histOff'>, maxBytes?: number): Promise<readonly (RunState | undefined)[] | 'lost'>;

  /**
   * All runs that the view holds, a piece at a time. A run that is there from the first piece to the last comes at least once,
   * in a state that it has while it is read; one that comes or goes meanwhile may be left out.
   * @param query `cursor` of the piece before; absent for the first. `limit` is about how many come.
   * @returns 'lost' as `load` does.
   */
  scan(partition: number, query: { readonly cursor?: string; readonly limit: number }, since: Pick<ViewMeta, 'epoch' | 'histOff'>): Promise<{ readonly runs: readonly RunWrite[]; readonly cursor?: string } | 'lost'>;

  /** Ids of runs that have not ended, for accounting and rebuild checks. */
  countOpen(partition: number): Promise<number>;

  /** Timers due by the server's own clock minus the grace, earliest first. */
  due(partition: number, query: { readonly graceMs: number; readonly limit: number }): Promise<readonly DueTimer[]>;

  /** Whether a run of the view waits for this timer: it was armed and has neither been fired nor been taken back. False where the view is behind, or was wiped. */
  isArmed(partition: number, timer: Omit<DueTimer, 'dueMs'>): Promise<boolean>;
}

export interface ViewMeta {
  /** Offset of the claim whose holder writes here. */
  readonly epoch: number;
  /** Last history offset that is in the view. While runs are put in that were carried forward it lies between two offsets. */
  readonly histOff: number;
  /** Last inbox offset consumed by a transition or mark at or before histOff. */
  readonly inboxOff: number;
  /** Outboxes up to here are published. */
  readonly disp: number;
  /** When the newest complete carry-forward that the writer knows of began, epoch milliseconds. Only moves forwards; stays what it is where a write leaves it out. */
  readonly carriedMs?: number;
}

export interface ViewClaim extends ViewMeta {
  /**
   * What becomes of what is there. `reset`: the partition's whole view is dropped. Otherwise it stays, and must be what was
   * read: of this epoch, and not before this histOff, since a wiped view or an older copy would pass for a newer one.
   */
  readonly over: 'reset' | Pick<ViewMeta, 'epoch' | 'histOff'>;
}

export interface ViewBatch extends ViewMeta {
  /** The histOff that the view must have before, under the claim of this epoch: an older copy answers 'gap' however far on it is. */
  readonly prevOff: number;
  readonly runs: readonly RunWrite[];
}

export interface RunWrite {
  readonly state: RunState;
  /** The state that this writer had the view take last. What is the same object in both need not be written again; a view that holds another is given all. Absent: none is known. */
  readonly before?: RunState;
  /** Events since the state the writer last applied, with their seq; those the view holds already are left out by seq. */
  readonly entries: readonly HistoryEntry[];
}

export interface DueTimer {
  readonly runId: string;
  readonly timerId: string;
  readonly ver: number;
  readonly dueMs: number;
}

/** Reads for the door and for people. Rebuildable, so a read may say 'rebuilding'. */
export interface RunViews {
  get(runId: string): Promise<RunState | undefined>;
  /** Newest update first. */
  list(query: RunQuery): Promise<{ readonly runs: readonly RunSummary[]; readonly nextCursor?: string }>;
  /** What people are asked at the moment, newest first. */
  tasks(query: TaskQuery): Promise<{ readonly tasks: readonly TaskSummary[]; readonly nextCursor?: string }>;
  /** Entries with seq > after, oldest first; undefined where the run is unknown. */
  history(runId: string, query: { readonly after: number; readonly limit: number }): Promise<readonly HistoryEntry[] | undefined>;
  /**
   * Remembers which input a start with this run id had, so that a second start is answered without asking the engine.
   * The run itself, where the view has it, knows better than what was remembered: that is kept for a day, lost with a wiped
   * view, and then taken from whoever comes first. The engine is the judge.
   * @returns the input hash that was there before, or undefined where this call is the first.
   */
  reserveStart(runId: string, inputHash: string): Promise<string | undefined>;
  /** Partitions whose view is not whole at the moment: wiped, or still being built, so that a run may be missing in it. */
  missing(): Promise<readonly number[]>;
}

export interface RunQuery {
  readonly status?: RunStatus;
  readonly workflow?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export interface TaskQuery {
  /** Of those who are asked. */
  readonly assignee?: string;
  readonly workflow?: string;
  readonly limit: number;
  readonly cursor?: string;
}
