/**
 * Watching runs. All watchers of one run share one look at the view; each has its own place in the history, so that a
 * watcher who comes late or again gets what it has missed and nothing twice.
 */
import { isTerminal, type HistoryEntry, type RunState } from '@baton/contracts';
import type { Clock } from '@baton/ports';
import { Refusal } from '../refusal.ts';
import type { Reads } from '../views/reads.ts';

export interface Watcher {
  /** Seq up to which the watcher has everything. Moved by the watch. */
  after: number;
  /** Entries of whole transitions, in order, then the state they lead to. */
  entries(entries: readonly HistoryEntry[]): void;
  state(state: RunState): void;
  /** The run has ended and everything was told. */
  ended(state: RunState): void;
  /** The view could not be read; the watch goes on. */
  away(): void;
  /** The door closes; the watcher may come again. */
  closing(): void;
}

interface Watch {
  readonly watchers: Set<Watcher>;
  cancel: () => void;
  looking: boolean;
}

const PAGE = 500;

export interface WatchOptions {
  readonly pollMs: number;
  readonly maxWatchers: number;
}

export class RunWatches {
  readonly #reads: Reads;
  readonly #clock: Clock;
  readonly #options: WatchOptions;
  readonly #watches = new Map<string, Watch>();
  #count = 0;

  constructor(reads: Reads, clock: Clock, options: WatchOptions) {
    this.#reads = reads;
    this.#clock = clock;
    this.#options = options;
  }

  get count(): number {
    return this.#count;
  }

  /** How many runs are looked at. */
  get runs(): number {
    return this.#watches.size;
  }

  /** @returns stops it. @throws Refusal `too_many_requests` at the cap. */
  add(runId: string, watcher: Watcher): () => void {
    if (this.#count >= this.#options.maxWatchers) {
      throw new Refusal('too_many_requests', `${this.#count} watchers are connected, which is as many as this door takes; poll GET /v1/runs/${runId} instead, or try again`, { retryAfterSeconds: 5 });
    }
    this.#count++;
    let watch = this.#watches.get(runId);
    if (watch === undefined) {
      watch = { watchers: new Set(), cancel: () => undefined, looking: false };
      this.#watches.set(runId, watch);
    }
    watch.watchers.add(watcher);
    void this.#look(runId, watch);
    return () => this.#remove(runId, watcher);
  }

  close(): void {
    for (const { watchers } of [...this.#watches.values()]) for (const watcher of [...watchers]) watcher.closing();
  }

  #remove(runId: string, watcher: Watcher): void {
    const watch = this.#watches.get(runId);
    if (watch === undefined || !watch.watchers.delete(watcher)) return;
    this.#count--;
    if (watch.watchers.size > 0) return;
    watch.cancel();
    this.#watches.delete(runId);
  }

  async #look(runId: string, watch: Watch): Promise<void> {
    if (watch.looking) return;
    watch.looking = true;
    watch.cancel();
    try {
      const state = await this.#reads.state(runId);
      if (state !== undefined) await this.#tell(runId, watch, state);
    } catch {
      for (const watcher of watch.watchers) watcher.away();
    } finally {
      watch.looking = false;
      if (watch.watchers.size > 0) watch.cancel = this.#clock.after(this.#options.pollMs, () => void this.#look(runId, watch));
    }
  }

  async #tell(runId: string, watch: Watch, state: RunState): Promise<void> {
    const behind = [...watch.watchers].filter((watcher) => watcher.after < state.seq);
    let from = Math.min(...behind.map((watcher) => watcher.after));
    while (from < state.seq) {
      const { entries, more } = await this.#reads.history(runId, { after: from, limit: PAGE });
      // A view that was wiped and is filling again may hold a state and not yet its history.
      const last = entries.at(-1)?.seq ?? state.seq;
      for (const watcher of behind) {
        const missed = entries.filter((entry) => entry.seq > watcher.after);
        if (missed.length > 0) watcher.entries(missed);
        watcher.after = Math.max(watcher.after, last);
      }
      from = more ? last : state.seq;
    }
    for (const watcher of behind) watcher.state(state);
    if (!isTerminal(state.status)) return;
    for (const watcher of watch.watchers) if (watcher.after >= state.seq) watcher.ended(state);
  }
}
