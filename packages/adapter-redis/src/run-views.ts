import { OperatingError, partitionOf, runSummaryOf, type RunState, type RunSummary } from '@baton/contracts';
import type { RunQuery, RunViews } from '@baton/ports';
import { unpacked } from './packed-entries.ts';
import { readRun, type ReadRun } from './run-parts.ts';
import type { ViewParts } from './state-index.ts';

const RESERVED_MS = 86_400_000;
/** States fetched from one partition at once, at most. */
const CHUNK = 100;

/** A place in the order of lists: newest update first, then run id downwards. */
interface Place {
  readonly updatedMs: number;
  readonly runId: string;
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
      const found = pages.flat().sort(newestFirst);
      const page = found.slice(0, query.limit);
      const last = page.at(-1);
      return { runs: page, ...(last !== undefined && found.length > query.limit && { nextCursor: writeCursor(last) }) };
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
        const place = { runId: chunk[i]!, updatedMs: Number(chunk[i + 1]) };
        if (chunk[i + 2] === '' || (after !== undefined && newestFirst(place, after) <= 0)) continue;
        // Without the parts that are held apart: no list shows them.
        const state = JSON.parse(chunk[i + 2]!) as RunState;
        if (workflow === undefined || state.def.name === workflow) found.push(runSummaryOf(state));
        if (found.length > limit) return found;
      }
      if (chunk.length < size * 3) return found;
    }
  }
}

const newestFirst = (a: Place, b: Place): number => b.updatedMs - a.updatedMs || (a.runId < b.runId ? 1 : a.runId > b.runId ? -1 : 0);

const writeCursor = ({ updatedMs, runId }: Place): string => Buffer.from(`${updatedMs}~${runId}`).toString('base64url');

function readCursor(cursor: string): Place {
  const [, updated = '', runId = ''] = /^(\d{1,15})~(.{1,128})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (runId === '') throw new OperatingError('schema', 'Expected a cursor that a list has answered', { retry: 'no' });
  return { updatedMs: Number(updated), runId };
}
