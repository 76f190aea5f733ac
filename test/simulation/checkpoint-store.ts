/** A shared directory of checkpoints: what was committed is there, what was begun is not, and the newest may be damaged. */
import type { CheckpointHead, Checkpoints, RunWrite } from '@baton/ports';
import type { Faults } from './faults.ts';
import type { Call } from './ports.ts';

interface Stored {
  readonly head: CheckpointHead;
  readonly runs: readonly RunWrite[];
}

const KEPT = 2;

export class CheckpointStore {
  readonly #parts: Stored[][];
  /** Of those that were begun: what an engine finds that does not ask whether one is whole. */
  readonly #begun: Stored[][];
  readonly #faults: Faults;
  readonly #unfinishedToo: boolean;

  constructor(partitions: number, faults: Faults, unfinishedToo: boolean) {
    this.#parts = Array.from({ length: partitions }, () => []);
    this.#begun = Array.from({ length: partitions }, () => []);
    this.#faults = faults;
    this.#unfinishedToo = unfinishedToo;
  }

  /** The history may begin here and its runs are still known: the newer of two may be damaged. */
  safeFirst(partition: number): number {
    return this.#parts[partition]![1]?.head.epoch ?? 0;
  }

  port(call: Call): Checkpoints {
    return {
      begin: async (partition, head) => {
        const runs: RunWrite[] = [];
        await call('checkpoint.begin', () => void this.#begun[partition]!.unshift({ head, runs }));
        return {
          add: (more) => call('checkpoint.add', () => void runs.push(...more)),
          commit: () =>
            call('checkpoint.commit', () => {
              const kept = [{ head, runs: [...runs] }, ...this.#parts[partition]!].sort((a, b) => b.head.epoch - a.head.epoch);
              this.#parts[partition] = kept.slice(0, KEPT);
            }),
          abort: () => Promise.resolve(),
        };
      },
      whole: (partition) => this.#whole(partition, call),
    };
  }

  async *#whole(partition: number, call: Call): ReturnType<Checkpoints['whole']> {
    const found = await call('checkpoint.list', () => {
      const whole = this.#parts[partition]!;
      if (this.#unfinishedToo) return [...this.#begun[partition]!].sort((a, b) => b.head.epoch - a.head.epoch);
      return whole.length === KEPT && this.#faults.strikes('checkpoint-damaged', 20) ? whole.slice(1) : [...whole];
    });
    for (const { head, runs } of found) {
      yield {
        head,
        async *runs() {
          // One at a time: a real one comes in many pieces, and much can happen between them.
          for (const run of runs) yield await call('checkpoint.read', () => [run]);
        },
      };
    }
  }
}
