/**
 * Redis: the view with the guards of its Lua scripts, and what becomes of it in a wipe or a failover. It keeps its own
 * past, so that a replica that lags can be promoted: an exact prefix of the writes. The contract suite of the real view
 * holds it to the same answers (`contract.test.ts`).
 */
import { isTerminal, type HistoryEntry, type RunState } from '@baton/contracts';
import type { DueTimer, RunWrite, ViewBatch, ViewClaim, ViewMeta } from '@baton/ports';
import type { Without } from './sabotage.ts';

interface Viewed {
  readonly state: RunState;
  readonly entries: readonly HistoryEntry[];
}

interface Part {
  readonly meta: ViewMeta | undefined;
  readonly runs: ReadonlyMap<string, Viewed>;
}

type Since = Pick<ViewMeta, 'epoch' | 'histOff'>;

const EMPTY: Part = { meta: undefined, runs: new Map() };
const NOTHING: ViewMeta = { epoch: -1, histOff: -1, inboxOff: -1, disp: -1 };
const KEPT_PAST = 6;

export class View {
  readonly #without: Without;
  #parts: readonly Part[];
  #past: (readonly Part[])[] = [];
  /** Runs that were put in as they had been carried forward: what led there is not told. */
  readonly withoutPast = new Set<string>();

  constructor(partitions: number, without: Without) {
    this.#without = without;
    this.#parts = Array.from({ length: partitions }, () => EMPTY);
  }

  meta(partition: number): ViewMeta | undefined {
    return this.#parts[partition]!.meta;
  }

  run(partition: number, runId: string): RunState | undefined {
    return this.#parts[partition]!.runs.get(runId)?.state;
  }

  entries(partition: number, runId: string): readonly HistoryEntry[] | undefined {
    return this.#parts[partition]!.runs.get(runId)?.entries;
  }

  states(partition: number): RunState[] {
    return [...this.#parts[partition]!.runs.values()].map(({ state }) => state);
  }

  claim(partition: number, { over, ...given }: ViewClaim): 'ok' | 'fenced' | 'lost' {
    const part = this.#parts[partition]!;
    const meta = { ...given, ...laterOf(part.meta, given) };
    if (this.#guards('view-claim-epoch-guard') && part.meta !== undefined && part.meta.epoch > meta.epoch) return 'fenced';
    if (over !== 'reset' && this.#guards('view-claim-over-guard') && !holds(part, over)) return 'lost';
    this.#write(partition, { meta, runs: over === 'reset' ? new Map() : part.runs });
    return 'ok';
  }

  apply(partition: number, batch: ViewBatch): 'ok' | 'fenced' | 'gap' | 'no-meta' {
    const part = this.#parts[partition]!;
    if (part.meta === undefined && this.#guards('view-no-meta-guard')) return 'no-meta';
    const before = part.meta ?? { ...NOTHING, histOff: batch.prevOff };
    if (this.#guards('view-apply-epoch-guard') && before.epoch > batch.epoch) return 'fenced';
    if (this.#guards('view-apply-epoch-guard') && part.meta !== undefined && part.meta.epoch < batch.epoch) return 'gap';
    if (this.#guards('view-contiguity-guard') && before.histOff < batch.prevOff) return 'gap';
    const runs = new Map(part.runs);
    for (const { state, entries } of batch.runs) {
      const known = runs.get(state.runId);
      const seq = known?.state.seq ?? 0;
      if (this.#guards('view-seq-guard') && seq >= state.seq) continue;
      // Only a base is applied before anything of the inbox is known, and only an image comes without a past.
      if (batch.inboxOff < 0 && known === undefined && entries.length === 0) this.withoutPast.add(state.runId);
      runs.set(state.runId, { state, entries: [...(known?.entries ?? []), ...entries.filter((entry) => entry.seq > seq)] });
    }
    const further = (old: number, now: number): number => (this.#guards('view-position-guard') ? Math.max(old, now) : now);
    this.#write(partition, {
      runs,
      meta: { epoch: batch.epoch, histOff: further(before.histOff, batch.histOff), inboxOff: further(before.inboxOff, batch.inboxOff), disp: further(before.disp, batch.disp), ...laterOf(part.meta, batch) },
    });
    return 'ok';
  }

  load(partition: number, runIds: readonly string[], since: Since): readonly (RunState | undefined)[] | 'lost' {
    const part = this.#parts[partition]!;
    return !this.#guards('view-load-guard') || holds(part, since) ? runIds.map((id) => part.runs.get(id)?.state) : 'lost';
  }

  scan(partition: number, { cursor, limit }: { readonly cursor?: string; readonly limit: number }, since: Since): { readonly runs: readonly RunWrite[]; readonly cursor?: string } | 'lost' {
    const part = this.#parts[partition]!;
    if (this.#guards('view-load-guard') && !holds(part, since)) return 'lost';
    const rest = [...part.runs.keys()].sort().filter((id) => cursor === undefined || id > cursor);
    const page = rest.slice(0, limit);
    return { runs: page.map((id) => part.runs.get(id)!), ...(rest.length > limit && { cursor: page.at(-1)! }) };
  }

  due(partition: number, beforeMs: number, limit: number): DueTimer[] {
    const due: DueTimer[] = [];
    for (const { state } of this.#parts[partition]!.runs.values()) {
      if (isTerminal(state.status)) continue;
      for (const [timerId, { ver, dueMs }] of Object.entries(state.timers)) if (dueMs <= beforeMs) due.push({ runId: state.runId, timerId, ver, dueMs });
    }
    return due.sort((a, b) => a.dueMs - b.dueMs).slice(0, limit);
  }

  isArmed(partition: number, { runId, timerId, ver }: Omit<DueTimer, 'dueMs'>): boolean {
    const state = this.#parts[partition]!.runs.get(runId)?.state;
    return state !== undefined && !isTerminal(state.status) && state.timers[timerId]?.ver === ver;
  }

  countOpen(partition: number): number {
    return this.states(partition).filter(({ status }) => !isTerminal(status)).length;
  }

  wipe(): void {
    this.#parts = this.#parts.map(() => EMPTY);
    this.#past = [];
  }

  /** @param back how many writes the promoted replica had not got. */
  failOver(back: number): void {
    const older = this.#past[Math.max(0, this.#past.length - back)];
    if (older === undefined) return;
    this.#parts = older;
    this.#past = [];
  }

  #guards(guard: Parameters<Without['has']>[0]): boolean {
    return !this.#without.has(guard);
  }

  #write(partition: number, part: Part): void {
    this.#past.push(this.#parts);
    if (this.#past.length > KEPT_PAST) this.#past.shift();
    this.#parts = this.#parts.map((known, p) => (p === partition ? part : known));
  }
}

const holds = ({ meta }: Part, { epoch, histOff }: Since): boolean => meta?.epoch === epoch && meta.histOff >= histOff;

function laterOf(a: Pick<ViewMeta, 'carriedMs'> | undefined, b: Pick<ViewMeta, 'carriedMs'>): Pick<ViewMeta, 'carriedMs'> {
  const carriedMs = Math.max(a?.carriedMs ?? 0, b.carriedMs ?? 0);
  return carriedMs === 0 ? {} : { carriedMs };
}
