/**
 * The newest state of every run that a history has told of. Runs that have ended are most of them, and nobody asks for their
 * state but to compare it once, so it is kept as text: a fifth of the memory.
 */
import { isTerminal, type RunState } from '@baton/contracts';
import type { FoldedRun } from './checker.ts';

interface Kept {
  readonly partition: number;
  readonly seq: number;
  readonly state: RunState | string | undefined;
}

export class RunStates {
  readonly #runs = new Map<string, Kept>();

  get(runId: string): FoldedRun | undefined {
    const kept = this.#runs.get(runId);
    return kept === undefined ? undefined : { runId, partition: kept.partition, seq: kept.seq, state: typeof kept.state === 'string' ? (JSON.parse(kept.state) as RunState) : kept.state };
  }

  set({ runId, partition, seq, state }: FoldedRun): void {
    this.#runs.set(runId, { partition, seq, state: state !== undefined && isTerminal(state.status) ? JSON.stringify(state) : state });
  }

  *all(): Iterable<FoldedRun> {
    for (const runId of this.#runs.keys()) yield this.get(runId)!;
  }
}
