/**
 * States of runs by id, the least recently used out first. A lane is the only writer of its runs while its epoch holds,
 * so what is here is the truth; a state that the view does not hold yet is pinned until it does. It is pinned before it
 * is put in, since where everything else is pinned the newcomer would be the one that has to go.
 */
import type { RunState } from '@baton/contracts';

export class RunCache {
  readonly #limit: number;
  readonly #states = new Map<string, RunState>();
  readonly #pins = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#states.size;
  }

  get(runId: string): RunState | undefined {
    const state = this.#states.get(runId);
    if (state !== undefined) {
      this.#states.delete(runId);
      this.#states.set(runId, state);
    }
    return state;
  }

  has(runId: string): boolean {
    return this.#states.has(runId);
  }

  put(state: RunState): void {
    this.#states.delete(state.runId);
    this.#states.set(state.runId, state);
    this.#trim();
  }

  pin(runId: string): void {
    this.#pins.set(runId, (this.#pins.get(runId) ?? 0) + 1);
  }

  unpin(runId: string): void {
    const left = (this.#pins.get(runId) ?? 0) - 1;
    if (left > 0) this.#pins.set(runId, left);
    else this.#pins.delete(runId);
    this.#trim();
  }

  #trim(): void {
    if (this.#states.size <= this.#limit) return;
    for (const runId of this.#states.keys()) {
      if (!this.#pins.has(runId)) this.#states.delete(runId);
      if (this.#states.size <= this.#limit) return;
    }
  }
}
