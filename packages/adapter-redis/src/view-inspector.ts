/**
 * The view as it is, for those who check it: reads alone, in small pieces. A run comes with its timers and lists as of one
 * moment, so that one that moves is not taken for broken.
 */
import type { RunState, RunStatus } from '@baton/contracts';
import type { DueTimer, ViewMeta } from '@baton/ports';
import { readRun, type ReadRun } from './run-parts.ts';
import { timerOf, type ViewParts } from './state-index.ts';

export interface InspectedRun {
  readonly state: RunState;
  /** Statuses on whose lists it stands: its own, and no other. */
  readonly listed: readonly RunStatus[];
  /** Of its timers, those that are in the due set. */
  readonly due: readonly DueTimer[];
}

export interface ViewInspector {
  meta(partition: number): Promise<ViewMeta | undefined>;
  /** Ids of all runs, a piece at a time; one may come twice. */
  runIds(partition: number): AsyncIterable<readonly string[]>;
  /** Those that are there. */
  runs(partition: number, runIds: readonly string[]): Promise<readonly InspectedRun[]>;
  /** Timers in the due set that no run has. */
  strayTimers(partition: number): Promise<readonly DueTimer[]>;
}

const PIECE = 200;

export function viewInspector({ connection, keys }: Pick<ViewParts, 'connection' | 'keys'>, meta: ViewInspector['meta']): ViewInspector {
  const { script, command } = connection;
  return {
    meta,

    async *runIds(partition) {
      const gen = await command('reading meta', (client) => client.hget(keys.meta(partition), 'gen'));
      if (gen === null) return;
      let cursor = '0';
      do {
        const [next, found] = await command('listing runs', (client) => client.zscan(`${keys.base(partition)}:${gen}:all`, cursor, 'COUNT', PIECE));
        if (found.length > 0) yield found.filter((_, i) => i % 2 === 0);
        cursor = next;
      } while (cursor !== '0');
    },

    async runs(partition, runIds) {
      const inspected: InspectedRun[] = [];
      for (let i = 0; i < runIds.length; i += PIECE) {
        const answer = (await script('inspect-1', [keys.meta(partition)], [keys.base(partition), ...runIds.slice(i, i + PIECE)])) as (ReadRun | number)[];
        for (let at = 0; at < answer.length; ) {
          const [state, lists, count] = answer.slice(at, at + 3) as [ReadRun, string, number];
          const due = Array.from({ length: count }, (_, timer) => timerOf(String(answer[at + 3 + 2 * timer]), Number(answer[at + 4 + 2 * timer])));
          inspected.push({ state: readRun(state), listed: lists === '' ? [] : (lists.split(',') as RunStatus[]), due });
          at += 3 + 2 * count;
        }
      }
      return inspected;
    },

    async strayTimers(partition) {
      const strays: DueTimer[] = [];
      let cursor = '0';
      do {
        const [next, ...found] = (await script('strays-1', [keys.meta(partition)], [keys.base(partition), cursor, PIECE])) as string[];
        for (let i = 0; i + 1 < found.length; i += 2) strays.push(timerOf(found[i]!, Number(found[i + 1])));
        cursor = next ?? '0';
      } while (cursor !== '0');
      return strays;
    },
  };
}
