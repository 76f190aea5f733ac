import { openTasksOf, partitionOf, runSummaryOf, OperatingError, type RunState, type TaskSummary } from '@baton/contracts';
import type { Clock, RunViews } from '@baton/ports';
import type { Session } from '../session.ts';
import type { PartitionView } from './view.ts';

const RESERVED_MS = 86_400_000;

export class Reservations {
  /** In the order they were made. */
  readonly #hashes = new Map<string, { readonly inputHash: string; readonly untilMs: number }>();

  reserve(runId: string, inputHash: string, nowMs: number): string | undefined {
    for (const [id, { untilMs }] of this.#hashes) {
      if (untilMs > nowMs) break;
      this.#hashes.delete(id);
    }
    const before = this.#hashes.get(runId)?.inputHash;
    if (before === undefined) this.#hashes.set(runId, { inputHash, untilMs: nowMs + RESERVED_MS });
    return before;
  }
}

export function runViews(parts: { readonly views: readonly PartitionView[]; readonly reservations: Reservations; readonly clock: Clock; readonly session: Session }): RunViews {
  const { views, reservations, clock, session } = parts;
  const run = (runId: string) => {
    session.check();
    return views[partitionOf(runId, views.length)]?.runs.get(runId);
  };
  return {
    get: async (runId) => run(runId)?.state,
    async list({ status, workflow, limit, cursor }) {
      session.check();
      const after = cursor === undefined ? undefined : readCursor(cursor);
      const fits = (state: RunState): boolean =>
        (status === undefined || state.status === status) && (workflow === undefined || state.def.name === workflow) && (after === undefined || newestFirst(after, state) < 0);
      const found: RunState[] = [];
      for (const { runs } of views) for (const { state } of runs.values()) if (fits(state)) found.push(state);
      const page = found.sort(newestFirst).slice(0, limit);
      const last = page.at(-1);
      return { runs: page.map(runSummaryOf), ...(last !== undefined && found.length > limit && { nextCursor: writeCursor(last) }) };
    },
    async tasks({ assignee, workflow, limit, cursor }) {
      session.check();
      const after = cursor === undefined ? undefined : readCursor(cursor);
      const placeOf = ({ askedMs, taskId }: TaskSummary): Place => ({ updatedMs: askedMs, runId: taskId });
      const fits = (task: TaskSummary): boolean =>
        (assignee === undefined || task.assignees.includes(assignee)) && (workflow === undefined || task.workflow === workflow) && (after === undefined || newestFirst(after, placeOf(task)) < 0);
      const found = views.flatMap(({ open, runs }) => [...open].flatMap((runId) => openTasksOf(runs.get(runId)!.state))).filter(fits).sort((a, b) => newestFirst(placeOf(a), placeOf(b)));
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return { tasks: page, ...(last !== undefined && found.length > limit && { nextCursor: writeCursor(placeOf(last)) }) };
    },
    async history(runId, { after, limit }) {
      const found = run(runId);
      if (found === undefined) return undefined;
      const entries = found.entries.filter(({ seq }) => seq > after);
      // A transition is never split, since the next page begins behind its seq.
      const lastSeq = entries[limit - 1]?.seq;
      return lastSeq === undefined ? entries : entries.filter(({ seq }) => seq <= lastSeq);
    },
    async reserveStart(runId, inputHash) {
      return run(runId)?.state.inputHash ?? reservations.reserve(runId, inputHash, clock.nowMs());
    },
    async missing() {
      session.check();
      return views.flatMap(({ meta }, partition) => (meta === undefined || meta.histOff < meta.epoch ? [partition] : []));
    },
  };
}

interface Place {
  readonly updatedMs: number;
  readonly runId: string;
}

const newestFirst = (a: Place, b: Place): number => b.updatedMs - a.updatedMs || (a.runId < b.runId ? -1 : a.runId > b.runId ? 1 : 0);

const writeCursor = ({ updatedMs, runId }: Place): string => btoa(`${updatedMs}~${runId}`);

function readCursor(cursor: string): Place {
  try {
    const [, updated = '', runId = ''] = /^(\d+)~(.+)$/.exec(atob(cursor)) ?? [];
    if (runId !== '') return { updatedMs: Number(updated), runId };
  } catch {
    // Not base64: refused below.
  }
  throw new OperatingError('schema', 'Expected a cursor that a list has answered', { retry: 'no' });
}
