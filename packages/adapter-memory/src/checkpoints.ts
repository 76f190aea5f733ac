import type { CheckpointHead, Checkpoints, RunWrite } from '@baton/ports';

/** Kept of each partition. */
const KEEP = 2;

/** Checkpoints in memory, for tests. */
export function memoryCheckpoints(): Checkpoints {
  const kept = new Map<number, { readonly head: CheckpointHead; readonly runs: readonly RunWrite[] }[]>();
  return {
    async begin(partition, head) {
      const runs: RunWrite[] = [];
      return {
        add: async (more) => void runs.push(...more),
        async commit() {
          const all = [{ head, runs: [...runs] }, ...(kept.get(partition) ?? [])].sort((a, b) => b.head.epoch - a.head.epoch);
          kept.set(partition, all.slice(0, KEEP));
        },
        abort: async () => undefined,
      };
    },
    async *whole(partition) {
      for (const { head, runs } of kept.get(partition) ?? []) {
        yield {
          head,
          async *runs() {
            if (runs.length > 0) yield runs;
          },
        };
      }
    },
  };
}
