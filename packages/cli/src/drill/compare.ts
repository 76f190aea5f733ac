/**
 * A restored view held against the live one. The live one moves on and lags behind the history meanwhile, so a run is compared
 * where both are at the same transition: one that has moved on is folded further, one that is behind is read again.
 */
import { hashJson, isTerminal, type RunState } from '@baton/contracts';
import type { ViewInspector } from '@baton/adapter-redis';

export interface Difference {
  readonly runId: string;
  readonly what: string;
}

export interface Comparison {
  /** Runs found equal. */
  readonly equal: number;
  readonly differences: readonly Difference[];
  /** Runs that moved each time they were looked at. */
  readonly moving: number;
}

export interface Sides {
  readonly partition: number;
  readonly live: ViewInspector;
  readonly restored: ViewInspector;
  /** Folds the restored view up to where the history ends now. */
  readonly foldOn: () => Promise<void>;
  readonly pause: () => Promise<void>;
  /** Runs that ended before may have left the live view. Epoch milliseconds. */
  readonly endedKeptSinceMs: number;
}

const LOOKS = 10;
const PIECE = 500;

export async function compare(sides: Sides): Promise<Comparison> {
  const { partition, live, restored, foldOn, pause } = sides;
  const open = new Set<string>();
  for (const side of [restored, live]) for await (const ids of side.runIds(partition)) for (const id of ids) open.add(id);
  let equal = 0;
  let found = new Map<string, Finding>();
  for (let look = 0; look < LOOKS && open.size > 0; look++) {
    if (look > 0) {
      await pause();
      await foldOn();
    }
    found = new Map();
    const ids = [...open];
    for (let i = 0; i < ids.length; i += PIECE) {
      const piece = ids.slice(i, i + PIECE);
      const [ours, theirs] = await Promise.all([statesOf(restored, partition, piece), statesOf(live, partition, piece)]);
      for (const id of piece) {
        const finding = judge(ours.get(id), theirs.get(id), sides);
        if (finding === 'equal') {
          equal++;
          open.delete(id);
        } else if (finding === 'gone') open.delete(id);
        else found.set(id, finding);
      }
    }
    // What differs at the same transition will not change.
    if ([...found.values()].every(({ final }) => final)) break;
  }
  const differences = [...found].flatMap(([runId, { what, moved }]) => (moved ? [] : [{ runId, what }]));
  return { equal, differences, moving: found.size - differences.length };
}

interface Finding {
  readonly what: string;
  readonly final: boolean;
  readonly moved: boolean;
}

function judge(ours: RunState | undefined, theirs: RunState | undefined, { endedKeptSinceMs }: Sides): Finding | 'equal' | 'gone' {
  if (ours === undefined && theirs === undefined) return 'gone';
  if (ours === undefined) return { what: `is in the live view at transition ${theirs!.seq}, but not in the restored one`, final: false, moved: false };
  if (theirs === undefined) return isTerminal(ours.status) && (ours.endedMs ?? 0) < endedKeptSinceMs ? 'gone' : { what: `was restored at transition ${ours.seq}, but is missing in the live view`, final: false, moved: false };
  if (ours.seq === theirs.seq) return hashJson(ours) === hashJson(theirs) ? 'equal' : { what: `differs from the live view at transition ${ours.seq}`, final: true, moved: false };
  return ours.seq < theirs.seq
    ? { what: `was restored at transition ${ours.seq}, the live view is at ${theirs.seq}`, final: false, moved: true }
    : { what: `was restored at transition ${ours.seq}, but the live view stays at ${theirs.seq}`, final: false, moved: false };
}

async function statesOf(view: ViewInspector, partition: number, ids: readonly string[]): Promise<ReadonlyMap<string, RunState>> {
  return new Map((await view.runs(partition, ids)).map(({ state }) => [state.runId, state]));
}
