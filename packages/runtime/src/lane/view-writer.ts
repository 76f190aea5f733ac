/**
 * Writes committed batches to the view, in order. The view is for people and for recovery, nobody waits for it: what is
 * committed while a write is underway, or shortly after one, goes with the next, so a run that moves several times in that
 * moment is written once, with its newest state. The first batch after a quiet moment is written at once; where many runs
 * move at once the moment grows, since most of what would be written is out of date before anybody looks.
 */
import type { HistoryEntry, RunState } from '@baton/contracts';
import type { RunWrite } from '@baton/ports';
import { pause } from '../deadline.ts';
import type { Batch } from './batch.ts';
import { applyToView, type ViewStretch } from './publishing.ts';
import { entriesOf } from './fold.ts';
import type { Surroundings } from './surroundings.ts';

/** Positions that the view is told with a write. */
export interface ViewPosition {
  readonly epoch: number;
  readonly disp: number;
}

interface Gathered {
  readonly prevOff: number;
  lastOff: number;
  inboxOff: number;
  readonly runs: Map<string, { state: RunState; entries: HistoryEntry[] }>;
  readonly done: (() => void)[];
  readonly failed: ((error: unknown) => void)[];
}

export class ViewWriter {
  readonly #partition: number;
  readonly #around: Surroundings;
  readonly #position: () => ViewPosition;
  /** Runs with branches as the view has them, the newest last: what has not changed since is not written again. */
  readonly #held = new Map<string, RunState>();
  #gathered: Gathered | undefined;
  #running = false;

  constructor(partition: number, around: Surroundings, position: () => ViewPosition) {
    this.#partition = partition;
    this.#around = around;
    this.#position = position;
  }

  /** Resolves when the view holds the batch. @throws ViewLost, or OperatingError where the view stayed away beyond the deadline. */
  write(batch: Batch, lastOff: number): Promise<void> {
    return new Promise((done, failed) => {
      const gathered: Gathered = (this.#gathered ??= { prevOff: lastOff - batch.transitions.length, lastOff, inboxOff: batch.inboxOff, runs: new Map(), done: [], failed: [] });
      gathered.lastOff = lastOff;
      gathered.inboxOff = batch.inboxOff;
      for (const { txn, after } of batch.transitions) {
        const known = gathered.runs.get(after.runId);
        if (known === undefined) gathered.runs.set(after.runId, { state: after, entries: entriesOf(txn) });
        else {
          known.state = after;
          known.entries.push(...entriesOf(txn));
        }
      }
      gathered.done.push(done);
      gathered.failed.push(failed);
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      const { clock, options } = this.#around;
      const startedMs = clock.nowMs();
      try {
        await applyToView(this.#stretch(next), this.#around);
        for (const { state } of next.runs.values()) this.#hold(state);
        for (const done of next.done) done();
      } catch (error) {
        for (const failed of next.failed) failed(error);
      }
      const restMs = restAfter(next.runs.size, options.viewEveryMs) - (clock.nowMs() - startedMs);
      if (restMs > 0) await pause(clock, restMs);
    }
    this.#running = false;
  }

  #hold(state: RunState): void {
    this.#held.delete(state.runId);
    if (Object.keys(state.branches).length === 1) return;
    this.#held.set(state.runId, state);
    if (this.#held.size > HELD_RUNS) this.#held.delete(this.#held.keys().next().value!);
  }

  #take(): Gathered | undefined {
    const gathered = this.#gathered;
    this.#gathered = undefined;
    return gathered;
  }

  #stretch({ prevOff, lastOff, inboxOff, runs }: Gathered): ViewStretch {
    const writes = [...runs.values()].map(({ state, entries }): RunWrite => {
      const before = this.#held.get(state.runId);
      return before === undefined ? { state, entries } : { state, entries, before };
    });
    return { partition: this.#partition, ...this.#position(), prevOff, lastOff, inboxOff, runs: writes };
  }
}

/** A run whose last state is let go is written whole the next time. */
const HELD_RUNS = 8;
/** Up to so many runs in a write, the next comes as soon as it may. */
const FEW_RUNS = 3;
/** In turns of viewEveryMs. */
const LONGEST_REST = 4;

const restAfter = (runs: number, everyMs: number): number => everyMs * Math.min(LONGEST_REST, Math.max(1, runs / FEW_RUNS));
