import type { Clock, DueTimer, StateIndex } from '@baton/ports';
import type { Session } from '../session.ts';
import type { PartitionView } from './view.ts';

export function stateIndex({ views, clock, session }: { readonly views: readonly PartitionView[]; readonly clock: Clock; readonly session: Session }): StateIndex {
  const view = (partition: number): PartitionView => {
    session.check();
    const found = views[partition];
    if (found === undefined) throw new RangeError(`Expected a partition below ${views.length}, but found ${partition}`);
    return found;
  };
  return {
    meta: async (partition) => view(partition).meta,
    claim: async (partition, claim) => view(partition).claim(claim),
    apply: async (partition, batch) => view(partition).apply(batch, clock.nowMs()),
    async load(partition, runIds, { epoch, histOff }) {
      const { meta, runs } = view(partition);
      return meta?.epoch !== epoch || meta.histOff < histOff ? 'lost' : runIds.map((id) => runs.get(id)?.state);
    },
    async scan(partition, { cursor, limit }, { epoch, histOff }) {
      const { meta, runs } = view(partition);
      if (meta?.epoch !== epoch || meta.histOff < histOff) return 'lost';
      // In the order of their ids: places in the map move when a run leaves.
      const ids = [...runs.keys()].sort();
      const rest = cursor === undefined ? ids : ids.filter((id) => id > cursor);
      const page = rest.slice(0, limit);
      return { runs: page.map((id) => ({ state: runs.get(id)!.state, entries: [...runs.get(id)!.entries] })), ...(rest.length > limit && { cursor: page.at(-1)! }) };
    },
    countOpen: async (partition) => view(partition).open.size,
    async due(partition, { graceMs, limit }) {
      const before = clock.nowMs() - graceMs;
      const { open, runs } = view(partition);
      const due: DueTimer[] = [];
      for (const runId of open) {
        for (const [timerId, { ver, dueMs }] of Object.entries(runs.get(runId)?.state.timers ?? {})) {
          if (dueMs <= before) due.push({ runId, timerId, ver, dueMs });
        }
      }
      return due.sort((a, b) => a.dueMs - b.dueMs).slice(0, limit);
    },
    async isArmed(partition, { runId, timerId, ver }) {
      const { open, runs } = view(partition);
      return open.has(runId) && runs.get(runId)?.state.timers[timerId]?.ver === ver;
    },
  };
}
