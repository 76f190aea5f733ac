/** When a partition's runs are carried forward, and when it is late. */
import { withDeadline } from '../deadline.ts';
import type { Surroundings } from './surroundings.ts';

export interface CarrySchedule {
  /** The next one begins then; Infinity where none is needed. */
  readonly dueMs: number;
  /** Somebody has to be told from then on: half of the retention has passed. */
  readonly overdueMs: number;
}

/** At a quarter of the retention there is time for three more attempts before half of it has passed. */
const PART_OF_RETENTION = 4;

const ASSUMED_RETENTION_MS = 86_400_000;

/** A history that can be read and written is not stopped by settings that cannot be read: then the least that anybody sets is assumed. */
export async function retentionOf(partition: number, { clock, options, history, observer }: Surroundings): Promise<number | undefined> {
  try {
    return await withDeadline(clock, options.callDeadlineMs, 'asking for the retention of the history', history.retentionMs());
  } catch (error) {
    observer.lane({ partition, what: 'failed', detail: `retention: ${error instanceof Error ? error.message : String(error)}` });
    return ASSUMED_RETENTION_MS;
  }
}

/**
 * @param sinceMs when the newest complete one began, or else when the oldest record of a history that is still whole was
 *   written; undefined where nothing is known.
 * @param retentionMs of the history; undefined where it is kept for ever.
 */
export function carrySchedule(partition: number, { sinceMs = 0, retentionMs }: { readonly sinceMs: number | undefined; readonly retentionMs: number | undefined }, { options, checkpoints }: Pick<Surroundings, 'options' | 'checkpoints'>): CarrySchedule {
  const possible = checkpoints !== undefined || options.historyVersion >= 2;
  // Where the history stays for ever only a checkpoint is of use: it makes a restore fast.
  const needed = checkpoints !== undefined || retentionMs !== undefined;
  const everyMs = Math.min(options.carryEveryMs, (retentionMs ?? Infinity) / PART_OF_RETENTION);
  // Partitions of one age do not all begin at once.
  const ownMs = everyMs * (1 - (partition % 8) / 40);
  return {
    dueMs: possible && needed ? sinceMs + ownMs : Infinity,
    overdueMs: retentionMs === undefined ? Infinity : sinceMs + retentionMs / 2,
  };
}
