/**
 * States of runs by id, the least recently used out first, bounded by their number and by their bytes. A lane is the only writer
 * of its runs while its epoch holds, so what is here is the truth; a state that the view does not hold yet is pinned until it
 * does. It is pinned before it is put in, since where everything else is pinned the newcomer would be the one that has to go.
 *
 * How large a state is follows from what is known anyway: it has grown by no more than its transition, as it is encoded for the
 * history. That is too much where data was replaced, so a state is measured when it seems to have doubled: each byte that is
 * measured has been written before, and the hot path encodes nothing twice.
 */
import type { RunState } from '@baton/contracts';

export interface CacheLimits {
  readonly runs: number;
  readonly bytes: number;
}

interface Cached {
  readonly state: RunState;
  /** At least as many as it has. */
  readonly bytes: number;
  /** When it was last measured. */
  readonly measured: number;
}

/** A small state need not be measured again for a small change. */
const SMALL_BYTES = 4_096;

export class RunCache {
  readonly #limits: CacheLimits;
  readonly #states = new Map<string, Cached>();
  readonly #pins = new Map<string, number>();
  #bytes = 0;
  #pinnedBytes = 0;

  constructor(limits: CacheLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#states.size;
  }

  /** Of all states, at least as many as they have. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Of the states that are pinned, each once, however often: an older state of a run shares what has not changed, and is held by nobody for long. */
  get pinnedBytes(): number {
    return this.#pinnedBytes;
  }

  get(runId: string): RunState | undefined {
    const cached = this.#states.get(runId);
    if (cached === undefined) return undefined;
    this.#states.delete(runId);
    this.#states.set(runId, cached);
    return cached.state;
  }

  has(runId: string): boolean {
    return this.#states.has(runId);
  }

  /** @param grownBytes by how much the state may have grown since it was put in, and all of it where it has just begun. @returns its bytes. */
  put(state: RunState, grownBytes: number): number {
    const cached = this.#grown(this.#states.get(state.runId), state, grownBytes);
    this.#drop(state.runId);
    this.#states.set(state.runId, cached);
    this.#bytes += cached.bytes;
    if (this.#pins.has(state.runId)) this.#pinnedBytes += cached.bytes;
    this.#trim();
    return cached.bytes;
  }

  pin(runId: string): void {
    const pins = this.#pins.get(runId) ?? 0;
    if (pins === 0) this.#pinnedBytes += this.#bytesOf(runId);
    this.#pins.set(runId, pins + 1);
  }

  unpin(runId: string): void {
    const left = (this.#pins.get(runId) ?? 0) - 1;
    if (left > 0) this.#pins.set(runId, left);
    else if (this.#pins.delete(runId)) this.#pinnedBytes -= this.#bytesOf(runId);
    this.#trim();
  }

  #bytesOf(runId: string): number {
    return this.#states.get(runId)?.bytes ?? 0;
  }

  #grown(before: Cached | undefined, state: RunState, grownBytes: number): Cached {
    if (before === undefined && state.seq === 1) return { state, bytes: grownBytes, measured: grownBytes };
    const bytes = before === undefined ? Infinity : before.bytes + grownBytes;
    if (bytes <= 2 * (before?.measured ?? 0) + SMALL_BYTES) return { state, bytes, measured: before?.measured ?? 0 };
    const measured = JSON.stringify(state).length;
    return { state, bytes: measured, measured };
  }

  #trim(): void {
    if (!this.#full()) return;
    for (const runId of this.#states.keys()) {
      if (!this.#pins.has(runId)) this.#drop(runId);
      if (!this.#full()) return;
    }
  }

  #full(): boolean {
    return this.#states.size > this.#limits.runs || this.#bytes > this.#limits.bytes;
  }

  #drop(runId: string): void {
    const bytes = this.#bytesOf(runId);
    this.#bytes -= bytes;
    if (this.#pins.has(runId)) this.#pinnedBytes -= bytes;
    this.#states.delete(runId);
  }
}
