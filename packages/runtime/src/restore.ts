/**
 * Builds the view of a partition from everything that it can be built from, into an index that nobody works with: the drill of
 * what a lane does when the view is gone, from the same bases and by the same fold. Writes to that index alone.
 */
import { ContractError, isTerminal, OperatingError, readHistoryRecord, UnknownHistoryVersion, type HistoryRecord, type RunState } from '@baton/contracts';
import type { LogRecord, RunWrite, StateIndex } from '@baton/ports';
import { bases, type Base, type BasePorts } from './lane/bases.ts';
import { Fold } from './lane/fold.ts';
import { Validity } from './lane/validity.ts';

export interface RestorePorts extends BasePorts {
  /** Where the view is built. */
  readonly index: StateIndex;
}

/** Runs that go on, kept in memory while folding; others are read from the index. */
const KEPT_RUNS = 20_000;
/** Records that are folded between two writes: a run that goes on within them is written once. */
const WRITE_EVERY_RECORDS = 2_000;

/** One for each base, the one that a lane would take first. The index holds what was folded until the next is begun. */
export async function* restorations(partition: number, ports: RestorePorts): AsyncGenerator<Restoration> {
  const { first, next } = await ports.history.bounds(partition);
  for await (const base of bases(partition, ports, { first, to: next - 1 })) {
    const restoration = new Restoration(partition, ports, base, next);
    await restoration.begin();
    yield restoration;
  }
}

/** What a lane would build the view from, for people; undefined where it could not. */
export async function wayBack(partition: number, ports: BasePorts): Promise<string | undefined> {
  const { first, next } = await ports.history.bounds(partition);
  for await (const { what } of bases(partition, ports, { first, to: next - 1 })) return what;
  return undefined;
}

export class Restoration {
  /** What it begins with, for people. */
  readonly base: string;
  /** Runs that the base holds. */
  baseRuns = 0;
  /** Records folded so far. */
  records = 0;
  readonly #partition: number;
  readonly #ports: RestorePorts;
  readonly #from: Base;
  readonly #epoch: number;
  readonly #fold: Fold;
  readonly #validity = new Validity(undefined);
  readonly #running = new Map<string, RunState>();
  #viewOff: number;
  #written: Promise<void> = Promise.resolve();

  constructor(partition: number, ports: RestorePorts, base: Base, epoch: number) {
    this.#partition = partition;
    this.#ports = ports;
    this.base = base.what;
    this.#from = base;
    this.#epoch = epoch;
    this.#fold = new Fold({ histOff: base.from - 1, inboxOff: base.inboxOff, disp: base.disp }, '/baton/drill');
    this.#viewOff = base.from - 1;
  }

  /** Empties the index and writes the runs of the base. */
  async begin(): Promise<void> {
    const outcome = await this.#ports.index.claim(this.#partition, { epoch: this.#epoch, histOff: this.#viewOff, inboxOff: -1, disp: -1, over: 'reset' });
    if (outcome !== 'ok') throw taken(this.#partition, outcome);
    for await (const runs of this.#from.runs?.() ?? []) {
      this.baseRuns += runs.length;
      await this.#write(runs, this.#viewOff);
    }
  }

  /**
   * Folds on, up to and including this offset. @param progress told how many records were folded so far.
   * @throws BrokenSequence where the history cannot follow the base: a lane would take the next one.
   */
  async foldTo(to: number, progress: (records: number) => void = () => undefined): Promise<void> {
    let folded = 0;
    for await (const chunk of this.#ports.history.read(this.#partition, { from: this.#fold.histOff + 1, to })) {
      const records = chunk.map((raw) => ({ offset: raw.offset, record: this.#decode(raw) }));
      const before = await this.#statesBefore(records);
      for (const { offset, record } of records) {
        if (record === undefined) this.#fold.skip(offset);
        else this.#fold.add(offset, record, record.t === 'txn' ? before.get(record.runId) : undefined);
      }
      folded += chunk.length;
      if (folded >= WRITE_EVERY_RECORDS) {
        folded = 0;
        await this.#flush();
      }
      this.records += chunk.length;
      progress(this.records);
    }
    await this.#flush();
    await this.#written;
  }

  /** The index takes what has changed while more is folded. */
  async #flush(): Promise<void> {
    const runs = this.#fold.takeChanged();
    for (const { state } of runs) this.#keep(state);
    await this.#written;
    const histOff = this.#fold.histOff;
    if (histOff === this.#viewOff) return;
    this.#written = this.#write(runs, histOff);
    this.#written.catch(() => undefined); // awaited with the next one, or at the end
  }

  async #write(runs: readonly RunWrite[], histOff: number): Promise<void> {
    const { inboxOff, disp } = this.#fold;
    const outcome = await this.#ports.index.apply(this.#partition, { epoch: this.#epoch, prevOff: this.#viewOff, histOff, inboxOff, disp, runs });
    if (outcome !== 'ok') throw taken(this.#partition, outcome);
    this.#viewOff = histOff;
  }

  #keep(state: RunState): void {
    this.#running.delete(state.runId);
    if (isTerminal(state.status)) return;
    this.#running.set(state.runId, state);
    if (this.#running.size > KEPT_RUNS) this.#running.delete(this.#running.keys().next().value!);
  }

  async #statesBefore(records: readonly { readonly record: HistoryRecord | undefined }[]): Promise<ReadonlyMap<string, RunState>> {
    const before = new Map<string, RunState>();
    const missing = new Set<string>();
    for (const { record } of records) {
      if (record?.t !== 'txn' || before.has(record.runId) || this.#fold.knows(record.runId)) continue;
      const kept = this.#running.get(record.runId);
      if (kept !== undefined) before.set(record.runId, kept);
      // A base may hold what the records say again; without one the first transition has nothing before it.
      else if (record.seq > 1 || this.baseRuns > 0) missing.add(record.runId);
    }
    if (missing.size === 0) return before;
    await this.#written;
    const states = await this.#ports.index.load(this.#partition, [...missing], { epoch: this.#epoch, histOff: this.#viewOff });
    if (states === 'lost') throw taken(this.#partition, states);
    for (const state of states) if (state !== undefined) before.set(state.runId, state);
    return before;
  }

  #decode(raw: LogRecord): HistoryRecord | undefined {
    try {
      const record = readHistoryRecord(raw.value ?? new Uint8Array());
      return this.#validity.counts(raw.offset, record) ? record : undefined;
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      const isNewer = error instanceof UnknownHistoryVersion && error.epoch !== undefined && this.#validity.wouldCount(error.epoch);
      if (isNewer) throw new OperatingError('unknown_version', `Partition ${raw.partition}: the history holds a record of a newer version at ${raw.offset}; use the version that wrote it`, { retry: 'no', cause: error });
      return undefined;
    }
  }
}

const taken = (partition: number, outcome: string): OperatingError => new OperatingError('unavailable', `Partition ${partition}: the view that is built beside the other one answered ${outcome}; somebody else writes there, or Redis was wiped`, { retry: 'yes' });
