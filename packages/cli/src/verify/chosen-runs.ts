/** Which runs are looked at: all, one, or some by chance. */
import { randomInt } from 'node:crypto';
import { partitionOf } from '@baton/contracts';
import type { LiveSystem } from '../live-system.ts';

export interface Choice {
  readonly run?: string | undefined;
  readonly sample?: number | undefined;
}

/** Run ids by partition; undefined: all of them. */
export type ChosenRuns = ReadonlyMap<number, ReadonlySet<string>> | undefined;

export async function chooseRuns(system: LiveSystem, { run, sample }: Choice): Promise<ChosenRuns> {
  if (run !== undefined) return new Map([[partitionOf(run, system.partitions), new Set([run])]]);
  if (sample === undefined) return undefined;
  const chosen: { readonly partition: number; readonly runId: string }[] = [];
  let seen = 0;
  for (let partition = 0; partition < system.partitions; partition++) {
    for await (const ids of system.redis.inspector.runIds(partition)) {
      for (const runId of ids) {
        // Each run has the same chance, without all of them being kept (Vitter's algorithm R).
        const place = seen++ < sample ? chosen.length : randomInt(seen);
        if (place < sample) chosen[place] = { partition, runId };
      }
    }
  }
  const byPartition = new Map<number, Set<string>>();
  for (const { partition, runId } of chosen) byPartition.set(partition, (byPartition.get(partition) ?? new Set()).add(runId));
  return byPartition;
}
