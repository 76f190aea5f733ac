/**
 * The fast view in memory, shared by all connections: what Redis is in the distributed system, with the same guards.
 * It is never on disk: like a wiped Redis it is built again from the history.
 */
import { isTerminal, type HistoryEntry, type RunState } from '@baton/contracts';
import type { RunWrite, ViewBatch, ViewClaim, ViewMeta } from '@baton/ports';

export interface StoredRun {
  state: RunState;
  readonly entries: HistoryEntry[];
}

export interface EndedRuns {
  /** How long a run that has ended stays in the view, milliseconds. */
  readonly keepMs: number;
  /** How many of them stay per partition at most; the earliest ended go first. */
  readonly keepCount: number;
}

export class PartitionView {
  meta: ViewMeta | undefined;
  readonly runs = new Map<string, StoredRun>();
  readonly open = new Set<string>();
  /** In the order they ended. */
  readonly #ended = new Map<string, number>();
  readonly #keep: EndedRuns;

  constructor(keep: EndedRuns) {
    this.#keep = keep;
  }

  claim({ over, ...meta }: ViewClaim): 'ok' | 'fenced' | 'lost' {
    if (this.meta !== undefined && this.meta.epoch > meta.epoch) return 'fenced';
    const carried = laterOf(this.meta, meta);
    if (over === 'reset') this.wipe();
    else if (this.meta?.epoch !== over.epoch || this.meta.histOff < over.histOff) return 'lost';
    this.meta = { ...meta, ...carried };
    return 'ok';
  }

  apply(batch: ViewBatch, nowMs: number): 'ok' | 'fenced' | 'gap' | 'no-meta' {
    if (this.meta === undefined) return 'no-meta';
    if (this.meta.epoch > batch.epoch) return 'fenced';
    if (this.meta.epoch < batch.epoch) return 'gap';
    // Ahead is fine: a batch whose answer was lost is applied again, and the seq of each run makes that change nothing.
    if (this.meta.histOff < batch.prevOff) return 'gap';
    for (const run of batch.runs) this.#write(run, nowMs);
    this.meta = {
      epoch: batch.epoch,
      histOff: Math.max(this.meta.histOff, batch.histOff),
      inboxOff: Math.max(this.meta.inboxOff, batch.inboxOff),
      disp: Math.max(this.meta.disp, batch.disp),
      ...laterOf(this.meta, batch),
    };
    this.#dropEnded(nowMs);
    return 'ok';
  }

  wipe(): void {
    this.meta = undefined;
    this.runs.clear();
    this.open.clear();
    this.#ended.clear();
  }

  #write({ state, entries }: RunWrite, nowMs: number): void {
    const stored = this.runs.get(state.runId);
    const known = stored?.state.seq ?? 0;
    if (stored !== undefined && known >= state.seq) return;
    const run = stored ?? { state, entries: [] };
    run.state = state;
    for (const entry of entries) if (entry.seq > known) run.entries.push(entry);
    this.runs.set(state.runId, run);
    if (isTerminal(state.status)) {
      this.open.delete(state.runId);
      this.#ended.set(state.runId, state.endedMs ?? nowMs);
    } else {
      this.open.add(state.runId);
    }
  }

  #dropEnded(nowMs: number): void {
    for (const [runId, endedMs] of this.#ended) {
      if (this.#ended.size <= this.#keep.keepCount && endedMs + this.#keep.keepMs > nowMs) return;
      this.#ended.delete(runId);
      this.runs.delete(runId);
    }
  }
}

/** The later of what is known of carry-forwards; nothing where neither knows of one. */
function laterOf(a: Pick<ViewMeta, 'carriedMs'> | undefined, b: Pick<ViewMeta, 'carriedMs'>): Pick<ViewMeta, 'carriedMs'> {
  const carriedMs = Math.max(a?.carriedMs ?? 0, b.carriedMs ?? 0);
  return carriedMs === 0 ? {} : { carriedMs };
}
