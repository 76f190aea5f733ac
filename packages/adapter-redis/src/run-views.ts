import { OperatingError, partitionOf, runSummaryOf, type RunState, type RunSummary, type TaskSummary } from '@baton/contracts';
import type { RunQuery, RunViews, TaskQuery } from '@baton/ports';
import { unpacked } from './packed-entries.ts';
import { readRun, type ReadRun } from './run-parts.ts';
import { assigneeKey, type ViewParts } from './state-index.ts';

const RESERVED_MS = 86_400_000;
/** States fetched from one partition at once, at most. */
const CHUNK = 100;

/** A place in the order of lists: newest update first, then id downwards. */
interface Place {
  readonly updatedMs: number;
  readonly id: string;
}

export function runViews({ connection, keys, partitions }: ViewParts): RunViews {
  const { script, command } = connection;
  const partitionNumbers = Array.from({ length: partitions }, (_, partition) => partition);

  return {
    async get(runId) {
      const partition = partitionOf(runId, partitions);
      const [state] = (await script('read-1', [keys.meta(partition)], [keys.base(partition), runId])) as (ReadRun | null)[];
      return state === null || state === undefined ? undefined : readRun(state);
    },

    async list(query) {
      const after = query.cursor === undefined ? undefined : readCursor(query.cursor);
      const pages = await Promise.all(partitionNumbers.map((partition) => newest(partition, query, after)));
      const { page: runs, nextCursor } = pageOf(pages.flat(), query.limit, ({ updatedMs, runId }) => ({ updatedMs, id: runId }));
      return { runs, ...(nextCursor !== undefined && { nextCursor }) };
    },

    async tasks(query) {
      const after = query.cursor === undefined ? undefined : readCursor(query.cursor);
      const pages = await Promise.all(partitionNumbers.map((partition) => newestTasks(partition, query, after)));
      const { page: tasks, nextCursor } = pageOf(pages.flat(), query.limit, ({ askedMs, taskId }) => ({ updatedMs: askedMs, id: taskId }));
      return { tasks, ...(nextCursor !== undefined && { nextCursor }) };
    },

    async history(runId, { after, limit }) {
      const partition = partitionOf(runId, partitions);
      const entries = (await script('history-1', [keys.meta(partition)], [keys.base(partition), runId, after + 1, limit])) as string[] | null;
      return entries === null ? undefined : entries.flatMap(unpacked);
    },

    async reserveStart(runId, inputHash) {
      const partition = partitionOf(runId, partitions);
      const [[state], before] = (await Promise.all([
        script('read-1', [keys.meta(partition)], [keys.base(partition), runId]),
        script('reserve-1', [keys.reservation(partition, runId)], [inputHash, RESERVED_MS]),
      ])) as [(ReadRun | null)[], string | null];
      if (state !== null && state !== undefined) return readRun(state).inputHash;
      return before ?? undefined;
    },

    async missing() {
      const known = await command('looking for missing views', (client) => Promise.all(partitionNumbers.map((partition) => client.hmget(keys.meta(partition), 'epoch', 'histOff'))));
      // Whoever builds it claims it first, and has reached his claim when it is whole.
      return partitionNumbers.filter((partition) => {
        const [epoch, histOff] = known[partition]!;
        return epoch === null || epoch === undefined || Number(histOff) < Number(epoch);
      });
    },
  };

  /** Up to one more than the limit of a partition's newest runs that fit. */
  async function newest(partition: number, { status, workflow, limit }: RunQuery, after: Place | undefined): Promise<RunSummary[]> {
    // The narrower list is walked, the rest is filtered.
    const list = status !== undefined ? `s:${status}` : workflow !== undefined ? `w:${workflow}` : 'all';
    const found: RunSummary[] = [];
    const size = Math.min(CHUNK, limit + 1);
    for (let offset = 0; ; offset += size) {
      const chunk = (await script('page-1', [keys.meta(partition)], [keys.base(partition), list, after?.updatedMs ?? '+inf', offset, size])) as string[];
      for (let i = 0; i + 2 < chunk.length; i += 3) {
        const place = { id: chunk[i]!, updatedMs: Number(chunk[i + 1]) };
        if (chunk[i + 2] === '' || (after !== undefined && newestFirst(place, after) <= 0)) continue;
        // Without the parts that are held apart: no list shows them.
        const state = JSON.parse(chunk[i + 2]!) as RunState;
        if (workflow === undefined || state.def.name === workflow) found.push(runSummaryOf(state));
        if (found.length > limit) return found;
      }
      if (chunk.length < size * 3) return found;
    }
  }

  /** As newest, of what people are asked. */
  async function newestTasks(partition: number, { assignee, workflow, limit }: TaskQuery, after: Place | undefined): Promise<TaskSummary[]> {
    const list = assignee === undefined ? 'tasks' : `t:${assigneeKey(assignee)}`;
    const found: TaskSummary[] = [];
    const size = Math.min(CHUNK, limit + 1);
    for (let offset = 0; ; offset += size) {
      const chunk = (await script('page-tasks-1', [keys.meta(partition)], [keys.base(partition), list, after?.updatedMs ?? '+inf', offset, size])) as string[];
      for (let i = 0; i + 2 < chunk.length; i += 3) {
        const place = { id: chunk[i]!, updatedMs: Number(chunk[i + 1]) };
        if (chunk[i + 2] === '' || (after !== undefined && newestFirst(place, after) <= 0)) continue;
        const task = JSON.parse(chunk[i + 2]!) as TaskSummary;
        if (workflow === undefined || task.workflow === workflow) found.push(task);
        if (found.length > limit) return found;
      }
      if (chunk.length < size * 3) return found;
    }
  }
}

function pageOf<T>(found: readonly T[], limit: number, placeOf: (item: T) => Place): { readonly page: readonly T[]; readonly nextCursor: string | undefined } {
  const page = found.toSorted((a, b) => newestFirst(placeOf(a), placeOf(b))).slice(0, limit);
  const last = page.at(-1);
  return { page, nextCursor: last !== undefined && found.length > limit ? writeCursor(placeOf(last)) : undefined };
}

const newestFirst = (a: Place, b: Place): number => b.updatedMs - a.updatedMs || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);

const writeCursor = ({ updatedMs, id }: Place): string => Buffer.from(`${updatedMs}~${id}`).toString('base64url');

function readCursor(cursor: string): Place {
  const [, updated = '', id = ''] = /^(\d{1,15})~(.{1,300})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (id === '') throw new OperatingError('schema', 'Expected a cursor that a list has answered', { retry: 'no' });
  return { updatedMs: Number(updated), id };
}
