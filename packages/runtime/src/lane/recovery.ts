/**
 * Taking over a partition: claim, read what happened, bring the view up to date, publish what may not be out.
 *
 * Invariants: I3 (the fold sees every record that counts, once), I5 (the view equals the fold up to histOff), I7 (every
 * outbox of a record that counts is published), I15 (nothing is written before the own claim has been read).
 */
import { ContractError, CLAIM_KEY, deadLetterOf, encodeHistoryRecord, OperatingError, readHistoryRecord, UnknownHistoryVersion, type HistoryClaim, type HistoryRecord, type RunState } from '@baton/contracts';
import type { LogRecord, ViewClaim, ViewMeta } from '@baton/ports';
import { withDeadline } from '../deadline.ts';
import { BrokenSequence, Fold, type Unpublished } from './fold.ts';
import type { Surroundings } from './surroundings.ts';
import { Validity } from './validity.ts';

export interface Recovered {
  /** Offset of the own claim. */
  readonly epoch: number;
  readonly inboxOff: number;
  readonly disp: number;
  readonly unpublished: readonly Unpublished[];
  readonly folded: number;
}

/** @throws OperatingError: `diverged` needs an operator, anything else is tried again by the lane. */
export async function recover(partition: number, around: Surroundings): Promise<Recovered> {
  const { history, index, clock, options } = around;
  const call = <T>(what: string, work: Promise<T>): Promise<T> => withDeadline(clock, options.callDeadlineMs, what, work);
  const bounds = await call('reading the bounds of the history', history.bounds(partition));
  const meta = await call('reading the view', index.meta(partition));
  const epoch = await claim(partition, around);
  checkNotAhead(partition, meta, epoch);
  const usable = meta !== undefined && meta.histOff >= meta.epoch && meta.histOff + 1 >= bounds.first;
  if (usable) {
    try {
      return await foldFrom(partition, around, epoch, meta, bounds.first);
    } catch (error) {
      if (!(error instanceof BrokenSequence)) throw error;
      around.observer.lane({ partition, what: 'resync', detail: error.message });
    }
  }
  if (bounds.first > 0) {
    throw new OperatingError('diverged', `Partition ${partition}: the view is empty and the history no longer begins at 0 but at ${bounds.first}; restore the view from a backup, then restart`, { retry: 'no' });
  }
  return foldFrom(partition, around, epoch, undefined, bounds.first);
}

async function claim(partition: number, { history, inbox, newOwner, engineVersion, clock, options }: Surroundings): Promise<number> {
  const record: HistoryClaim = { v: 1, t: 'claim', owner: newOwner(), group: inbox.group, partitions: inbox.partitions, engine: engineVersion };
  const { baseOffset } = await withDeadline(clock, options.callDeadlineMs, 'claiming the partition', history.append(partition, [{ key: CLAIM_KEY, value: encodeHistoryRecord(record) }]));
  return baseOffset;
}

function checkNotAhead(partition: number, meta: ViewMeta | undefined, epoch: number): void {
  if (meta === undefined) return;
  if (meta.epoch > epoch || meta.histOff >= epoch) {
    throw new OperatingError('diverged', `Partition ${partition}: the view is at history offset ${Math.max(meta.epoch, meta.histOff)}, but the log ended at ${epoch}. The history was cut or replaced; with the log as the truth, wipe the view of this namespace and restart`, { retry: 'no' });
  }
}

/**
 * Where reading begins: behind what the view holds and what is known to be published, whichever ends first. View and bus are
 * written side by side, so the view may hold transitions whose outbox nobody has sent (I7). `disp` is the offset of a record
 * that counts, so where an earlier owner left it, that record says which epoch was in force there. Where retention has taken
 * it, everything before the next claim is past its time.
 */
function readingFrom({ epoch, histOff, disp }: ViewMeta, first: number): { readonly from: number; readonly validity: Validity } {
  const settled = Math.min(histOff, disp);
  if (settled >= epoch) return { from: Math.max(settled + 1, first), validity: new Validity(epoch) };
  if (settled >= first) return { from: settled, validity: new Validity('first-counts') };
  return { from: first, validity: new Validity(first > epoch ? epoch : undefined) };
}

/** Folds from the view's position, or from the beginning where `meta` is undefined. */
async function foldFrom(partition: number, around: Surroundings, epoch: number, meta: ViewMeta | undefined, first: number): Promise<Recovered> {
  const { history, clock, options, inbox, observer } = around;
  const start = meta ?? { epoch, histOff: first - 1, inboxOff: -1, disp: -1 };
  const fold = new Fold(start, around.eventSource);
  const rebuilding = meta === undefined;
  const { from, validity } = rebuilding ? { from: first, validity: new Validity(undefined) } : readingFrom(meta, first);
  if (rebuilding) await claimView(partition, around, { epoch, histOff: first - 1, inboxOff: -1, disp: -1 }, 'reset');
  let folded = 0;
  let appliedTo = start.histOff;
  for await (const chunk of history.read(partition, { from, to: epoch })) {
    const records = await decode(partition, chunk, around, validity);
    const since = rebuilding ? { epoch, histOff: appliedTo } : { epoch: meta.epoch, histOff: meta.histOff };
    const before = await statesBefore(partition, around, { fold, records, viewOff: start.histOff, since });
    for (const { offset, record } of records) {
      if (record === undefined) fold.skip(offset);
      else fold.add(offset, record, record.t === 'txn' ? before.get(record.runId) : undefined);
    }
    folded += records.length;
    // A rebuild goes through the whole log, so the view takes it chunk by chunk. A short tail is applied in one go at the
    // end: a view whose histOff is before its epoch is one whose rebuild was broken off, and is built again.
    if (rebuilding) {
      await applyFold(partition, around, epoch, fold, appliedTo);
      appliedTo = fold.histOff;
    }
  }
  if (fold.histOff !== epoch) throw new OperatingError('unavailable', `Partition ${partition}: reading the history ended at ${fold.histOff} before the own claim at ${epoch}`, { retry: 'yes' });
  if (validity.epoch !== epoch) throw new OperatingError('unavailable', `Partition ${partition}: another claim came after ${epoch}`, { retry: 'yes' });
  if (!rebuilding) {
    await claimView(partition, around, { ...start, epoch }, { epoch: meta.epoch, histOff: meta.histOff });
    await applyFold(partition, around, epoch, fold, appliedTo);
  }
  const inboxBounds = await withDeadline(clock, options.callDeadlineMs, 'reading the bounds of the inbox', inbox.bounds(partition));
  if (fold.inboxOff + 1 > inboxBounds.next || (fold.inboxOff + 1 < inboxBounds.first && fold.inboxOff >= 0)) {
    throw new OperatingError('diverged', `Partition ${partition}: the history has consumed the inbox up to ${fold.inboxOff}, but the inbox holds ${inboxBounds.first} to ${inboxBounds.next - 1}. The inbox was cut or replaced; see docs/internals/divergence.md`, { retry: 'no' });
  }
  if (rebuilding && folded > 1) observer.lane({ partition, what: 'resync', detail: 'the view was built from the history', count: folded });
  return { epoch, inboxOff: fold.inboxOff, disp: fold.disp, unpublished: fold.unpublished, folded };
}

async function claimView(partition: number, { index, clock, options }: Surroundings, meta: ViewMeta, over: ViewClaim['over']): Promise<void> {
  const outcome = await withDeadline(clock, options.callDeadlineMs, 'claiming the view', index.claim(partition, { ...meta, over }));
  if (outcome === 'lost') throw new OperatingError('unavailable', `Partition ${partition}: the view was wiped or replaced by an older copy during recovery`, { retry: 'yes' });
  if (outcome === 'fenced') throw new OperatingError('unavailable', `Partition ${partition}: the view has a later owner`, { retry: 'yes' });
}

async function applyFold(partition: number, { index, clock, options }: Surroundings, epoch: number, fold: Fold, prevOff: number): Promise<void> {
  const batch = { epoch, prevOff, histOff: fold.histOff, inboxOff: fold.inboxOff, disp: fold.disp, runs: fold.takeChanged() };
  const outcome = await withDeadline(clock, options.callDeadlineMs * 3, 'applying to the view', index.apply(partition, batch));
  if (outcome !== 'ok') throw new OperatingError('unavailable', `Partition ${partition}: the view answered ${outcome} during recovery`, { retry: 'yes' });
}

/**
 * Records that count, decoded; undefined where one does not count. What is none of ours becomes a dead letter and is stepped
 * over, and so does what calls itself newer without having been written under the claim in force: it is void by the rule that
 * makes every record count, whatever it holds. One that does count was written by a newer engine, whose transitions must not
 * be guessed: the lane leaves the partition.
 */
async function decode(partition: number, chunk: readonly LogRecord[], around: Surroundings, validity: Validity): Promise<readonly { readonly offset: number; readonly record: HistoryRecord | undefined }[]> {
  const foreign: { readonly raw: LogRecord; readonly error: ContractError }[] = [];
  const records = chunk.map((raw) => {
    try {
      const record = readHistoryRecord(raw.value ?? new Uint8Array());
      return { offset: raw.offset, record: validity.counts(raw.offset, record) ? record : undefined };
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      if (error instanceof UnknownHistoryVersion && error.epoch !== undefined && validity.wouldCount(error.epoch)) throw new OperatingError('unknown_version', `Partition ${partition}: the history holds a record of a newer version at ${raw.offset}; this engine leaves the partition to a newer one`, { retry: 'no', cause: error });
      foreign.push({ raw, error });
      return { offset: raw.offset, record: undefined };
    }
  });
  if (foreign.length > 0) {
    const topic = around.historyTopic;
    const letters = foreign.map(({ raw, error }) => deadLetterOf(raw, { topic, reason: error.code, detail: `A foreign record in the history was stepped over: ${error.message}`, foundBy: 'orchestrator', foundMs: around.clock.nowMs() }));
    await withDeadline(around.clock, around.options.callDeadlineMs, 'writing dead letters', around.deadLetters.put(letters));
    for (const letter of letters) around.observer.deadLettered(letter);
  }
  return records;
}

/** States of the runs that a chunk goes on with, or that the view holds already, and the fold has not touched. */
async function statesBefore(
  partition: number,
  { index, clock, options }: Surroundings,
  { fold, records, viewOff, since }: { readonly since: Pick<ViewMeta, 'epoch' | 'histOff'>; readonly fold: Fold; readonly records: readonly { readonly offset: number; readonly record: HistoryRecord | undefined }[]; readonly viewOff: number },
): Promise<ReadonlyMap<string, RunState>> {
  const wanted = new Set<string>();
  for (const { offset, record } of records) if (record?.t === 'txn' && (record.seq > 1 || offset <= viewOff) && !fold.knows(record.runId)) wanted.add(record.runId);
  const ids = [...wanted];
  const found = new Map<string, RunState>();
  if (ids.length === 0) return found;
  const states = await withDeadline(clock, options.callDeadlineMs, 'reading runs from the view', index.load(partition, ids, since));
  if (states === 'lost') throw new OperatingError('unavailable', `Partition ${partition}: the view was wiped or replaced by an older copy during recovery`, { retry: 'yes' });
  ids.forEach((id, i) => {
    const state = states[i];
    if (state !== undefined) found.set(id, state);
  });
  return found;
}
