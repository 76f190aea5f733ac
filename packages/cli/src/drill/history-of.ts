import type { HistoryLog } from '@baton/ports';
import type { LiveSystem } from '../live-system.ts';

/** The history, for reading alone. */
export function historyOf({ topics, names, partitions }: LiveSystem): HistoryLog {
  return {
    partitions,
    append: () => Promise.reject(new Error('Expected nobody to write here')),
    read: (partition, range) => topics.read(names.history, partition, range),
    bounds: (partition) => topics.bounds(names.history, partition),
    retentionMs: async () => undefined,
  };
}
