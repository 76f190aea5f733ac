/**
 * Redis: the view with the guards of its Lua scripts, and what becomes of it in a wipe or a failover. It keeps its own
 * past, so that a replica that lags can be promoted: an exact prefix of the writes.
 */
import { isTerminal, type RunState } from '@baton/contracts';
import type { DueTimer, ViewBatch, ViewClaim, ViewMeta } from '@baton/ports';

interface Part {
  readonly meta: ViewMeta | undefined;
  readonly runs: ReadonlyMap<string, RunState>;
}

type Since = Pick<ViewMeta, 'epoch' | 'histOff'>;

const EMPTY: Part = { meta: undefined, runs: new Map() };
const KEPT_PAST = 6;

export interface ViewGuards {
  readonly epoch: boolean;
  readonly contiguity: boolean;
  readonly seq: boolean;
  /** That what is read is what its writer left. */
  readonly since: boolean;
}

export class View {
  readonly #guards: ViewGuards;
  #parts: readonly Part[];
  #past: (readonly Part[])[] = [];

  constructor(partitions: number, guards: ViewGuards) {
    this.#guards = guards;
    this.#parts = Array.from({ length: partitions }, () => EMPTY);
  }

  meta(partition: number): ViewMeta | undefined {
    return this.#parts[partition]!.meta;
  }

  run(partition: number, runId: string): RunState | undefined {
    return this.#parts[partition]!.runs.get(runId);
  }

  runs(partition: number): ReadonlyMap<string, RunState> {
    return this.#parts[partition]!.runs;
  }

  claim(partition: number, { over, ...meta }: ViewClaim): 'ok' | 'fenced' | 'lost' {
    const part = this.#parts[partition]!;
    if (this.#guards.epoch && part.meta !== undefined && part.meta.epoch > meta.epoch) return 'fenced';
    if (over !== 'reset' && !this.#holds(part, over)) return 'lost';
    this.#write(partition, { meta, runs: over === 'reset' ? new Map() : part.runs });
    return 'ok';
  }

  apply(partition: number, batch: ViewBatch): 'ok' | 'fenced' | 'gap' | 'no-meta' {
    const part = this.#parts[partition]!;
    if (part.meta === undefined) return 'no-meta';
    if (this.#guards.epoch && part.meta.epoch > batch.epoch) return 'fenced';
    if (this.#guards.contiguity && part.meta.histOff < batch.prevOff) return 'gap';
    const runs = new Map(part.runs);
    for (const { state } of batch.runs) if (!this.#guards.seq || (runs.get(state.runId)?.seq ?? 0) < state.seq) runs.set(state.runId, state);
    this.#write(partition, {
      runs,
      meta: { epoch: batch.epoch, histOff: Math.max(part.meta.histOff, batch.histOff), inboxOff: Math.max(part.meta.inboxOff, batch.inboxOff), disp: Math.max(part.meta.disp, batch.disp) },
    });
    return 'ok';
  }

  load(partition: number, runIds: readonly string[], since: Since): readonly (RunState | undefined)[] | 'lost' {
    const part = this.#parts[partition]!;
    return this.#holds(part, since) ? runIds.map((id) => part.runs.get(id)) : 'lost';
  }

  due(partition: number, beforeMs: number, limit: number): DueTimer[] {
    const due: DueTimer[] = [];
    for (const state of this.#parts[partition]!.runs.values()) {
      if (isTerminal(state.status)) continue;
      for (const [timerId, { ver, dueMs }] of Object.entries(state.timers)) if (dueMs <= beforeMs) due.push({ runId: state.runId, timerId, ver, dueMs });
    }
    return due.sort((a, b) => a.dueMs - b.dueMs).slice(0, limit);
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

  #holds({ meta }: Part, { epoch, histOff }: Since): boolean {
    return !this.#guards.since || (meta?.epoch === epoch && meta.histOff >= histOff);
  }

  #write(partition: number, part: Part): void {
    this.#past.push(this.#parts);
    if (this.#past.length > KEPT_PAST) this.#past.shift();
    this.#parts = this.#parts.map((known, p) => (p === partition ? part : known));
  }
}
