/** One partition restored from each of its bases, beside the live view, and compared with it. */
import { openScratchView } from '@baton/adapter-redis';
import type { Checkpoints, HistoryLog } from '@baton/ports';
import { systemClock } from '@baton/platform-kit';
import { BrokenSequence, DEFAULT_LANE_OPTIONS, restorations, type Restoration } from '@baton/runtime';
import type { LiveSystem } from '../live-system.ts';
import { compare, type Comparison } from './compare.ts';
import { historyOf } from './history-of.ts';

export interface Drilled extends Partial<Comparison> {
  readonly partition: number;
  /** What the view was built from. */
  readonly base: string;
  readonly records: number;
  /** Runs that the base held. */
  readonly baseRuns: number;
  /** Of building; comparing is not in it. */
  readonly durationMs: number;
  /** Why nothing could be built from this base: a lane would take the next. */
  readonly broken?: string;
}

export interface DrillOptions {
  readonly partition: number;
  readonly checkpoints: Checkpoints | undefined;
  readonly nowMs: () => number;
  readonly pause: () => Promise<void>;
  /** Told how many records of this base were folded so far. */
  readonly progress: (base: string, records: number) => void;
}

/** Runs stay in the view for so long after their end. */
const ENDED_KEPT_MS = 7 * 86_400_000 - 3_600_000;

export async function drillPartition(system: LiveSystem, options: DrillOptions): Promise<readonly Drilled[]> {
  const { partition, checkpoints, nowMs } = options;
  const scratch = await openScratchView({ url: system.redisUrl, partitions: system.partitions });
  const drilled: Drilled[] = [];
  try {
    const history = historyOf(system);
    // Whoever passes a base over says why.
    const observer = { committed: () => undefined, ignored: () => undefined, deadLettered: () => undefined, lane: ({ detail }: { readonly detail?: string }) => void drilled.push({ partition, base: 'a checkpoint', records: 0, baseRuns: 0, durationMs: 0, broken: detail ?? 'it was passed over' }) };
    let beganMs = nowMs();
    for await (const restoration of restorations(partition, { history, observer, index: scratch.stateIndex, checkpoints, clock: systemClock, options: DEFAULT_LANE_OPTIONS })) {
      drilled.push(await drill(restoration, { system, options, history, scratch, beganMs }));
      beganMs = nowMs();
    }
  } finally {
    await scratch.close();
  }
  return drilled;
}

async function drill(
  restoration: Restoration,
  { system, options, history, scratch, beganMs }: { readonly system: LiveSystem; readonly options: DrillOptions; readonly history: Pick<HistoryLog, 'bounds'>; readonly scratch: Awaited<ReturnType<typeof openScratchView>>; readonly beganMs: number },
): Promise<Drilled> {
  const { partition, nowMs, pause, progress } = options;
  const { base, baseRuns } = restoration;
  const foldOn = async (): Promise<void> => restoration.foldTo((await history.bounds(partition)).next - 1, (records) => progress(base, records));
  try {
    await foldOn();
    const durationMs = nowMs() - beganMs;
    const { records } = restoration;
    const comparison = await compare({ partition, live: system.redis.inspector, restored: scratch.inspector, foldOn, pause, endedKeptSinceMs: nowMs() - ENDED_KEPT_MS });
    return { partition, base, baseRuns, records, durationMs, ...comparison };
  } catch (error) {
    if (!(error instanceof BrokenSequence)) throw error;
    return { partition, base, baseRuns, records: restoration.records, durationMs: nowMs() - beganMs, broken: error.message };
  }
}
