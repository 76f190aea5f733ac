/**
 * Taking over a partition: claim, read what happened, bring the view up to date, publish what may not be out.
 *
 * Invariants: I3 (the fold sees every record that counts, once), I5 (the view equals the fold up to histOff), I7 (every
 * outbox of a record that counts is published), I15 (nothing is written before the own claim has been read).
 */
import { ContractError, CLAIM_KEY, deadLetterOf, encodeHistoryRecord, OperatingError, readHistoryRecord, UnknownHistoryVersion, type HistoryClaim, type HistoryRecord, type RunState } from '@baton/contracts';
import type { LogRecord, RunWrite, ViewBatch, ViewClaim, ViewMeta } from '@baton/ports';
import { eachWithinDeadline, withDeadline } from '../deadline.ts';
import { bases, type Base } from './bases.ts';
import { refuseForeignOwner } from './claims.ts';
import { BrokenSequence, Fold, type Unpublished } from './fold.ts';
import { reading } from './reading.ts';
import type { Surroundings } from './surroundings.ts';
import { Validity } from './validity.ts';

export interface Recovered {
  /** Offset of the own claim. */
  readonly epoch: number;
  readonly inboxOff: number;
  /** Of `inboxOff`, what is known to stand in the history: the view may know of messages behind it that changed nothing. */
  readonly recordedInboxOff: number;
  readonly disp: number;
  readonly unpublished: readonly Unpublished[];
  readonly folded: number;
  /** When the runs of this partition were last carried forward, or else when its first record was written; undefined where nothing is known. */
  readonly sinceMs: number | undefined;
}

/** @throws OperatingError: `diverged` needs an operator, anything else is tried again by the lane. */
export async function recover(partition: number, around: Surroundings): Promise<Recovered> {
  const { history, index, clock, options } = around;
  const call = <T>(what: string, work: Promise<T>): Promise<T> => withDeadline(clock, options.callDeadlineMs, what, work);
  const bounds = await call('reading the bounds of the history', history.bounds(partition));
  const meta = await call('reading the view', index.meta(partition));
  await refuseForeignOwner(partition, around, meta, bounds);
  const epoch = await claim(partition, around);
  checkNotAhead(partition, meta, epoch);
  const usable = meta !== undefined && meta.histOff >= meta.epoch && meta.histOff + 1 >= bounds.first;
  const recovered = (usable && (await orBroken(partition, around, () => catchUp(partition, around, epoch, meta, bounds.first)))) || (await build(partition, around, { first: bounds.first, to: epoch }));
  if (recovered === undefined) {
    throw new OperatingError('diverged', `Partition ${partition}: the view is empty, the history no longer begins at 0 but at ${bounds.first}, and neither a checkpoint nor a complete carry-forward is there. Put the checkpoints back, or restore the view from a backup; where both are lost, begin without its runs: baton mend history --partition ${partition}`, { retry: 'no' });
  }
  await checkInbox(partition, around, recovered.inboxOff);
  return { ...recovered, sinceMs: recovered.sinceMs ?? (bounds.first === 0 ? await call('reading the first record', firstMs(partition, around)) : undefined) };
}

/** Builds the view again, from what is best for it. */
async function build(partition: number, around: Surroundings, range: { readonly first: number; readonly to: number }): Promise<Recovered | undefined> {
  for await (const base of bases(partition, around, range)) {
    const recovered = await orBroken(partition, around, () => rebuild(partition, around, range.to, base));
    if (recovered === undefined) continue;
    if (recovered.folded > 1 || base.runs !== undefined) around.observer.lane({ partition, what: 'resync', detail: `the view was built from ${base.what}`, count: recovered.folded });
    return recovered;
  }
  return undefined;
}

/** @returns undefined where the history cannot follow what was begun with. */
async function orBroken(partition: number, { observer }: Surroundings, work: () => Promise<Recovered>): Promise<Recovered | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BrokenSequence)) throw error;
    observer.lane({ partition, what: 'resync', detail: error.message });
    return undefined;
  }
}

async function firstMs(partition: number, around: Surroundings): Promise<number | undefined> {
  for await (const [record] of reading(partition, around, { from: 0, to: 0 })) return record?.timestampMs;
  return undefined;
}

async function checkInbox(partition: number, { inbox, clock, options }: Surroundings, inboxOff: number): Promise<void> {
  const { first, next } = await withDeadline(clock, options.callDeadlineMs, 'reading the bounds of the inbox', inbox.bounds(partition));
  if (inboxOff + 1 > next || (inboxOff + 1 < first && inboxOff >= 0)) {
    throw new OperatingError('diverged', `Partition ${partition}: the history has consumed the inbox up to ${inboxOff}, but the inbox holds ${first} to ${next - 1}. The inbox was cut or replaced. Restore it from its backup; where what it lacks is lost, go on from what it holds: baton mend inbox --partition ${partition}`, { retry: 'no' });
  }
}

async function claim(partition: number, { history, inbox, newOwner, engineVersion, clock, options }: Surroundings): Promise<number> {
  const record: HistoryClaim = { v: 1, t: 'claim', owner: newOwner(), group: inbox.group, partitions: inbox.partitions, engine: engineVersion };
  const { baseOffset } = await withDeadline(clock, options.callDeadlineMs, 'claiming the partition', history.append(partition, [{ key: CLAIM_KEY, value: encodeHistoryRecord(record) }]));
  return baseOffset;
}

function checkNotAhead(partition: number, meta: ViewMeta | undefined, epoch: number): void {
  if (meta === undefined) return;
  if (meta.epoch > epoch || meta.histOff >= epoch) {
    throw new OperatingError('diverged', `Partition ${partition}: the view is at history offset ${Math.max(meta.epoch, meta.histOff)}, but the log ended at ${epoch}. The history was cut or replaced. Restore it from its backup; where it is right as it is, have the view built again: baton rebuild --partition ${partition}`, { retry: 'no' });
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

/** Folds from the view's position. What is applied is short, so it is applied in one go: a view whose histOff is before its epoch is one whose rebuild was broken off. */
async function catchUp(partition: number, around: Surroundings, epoch: number, meta: ViewMeta, first: number): Promise<Recovered> {
  const fold = new Fold(meta, around.eventSource);
  const { from, validity } = readingFrom(meta, first);
  const stretch = { from, validity, since: () => ({ epoch: meta.epoch, histOff: meta.histOff }), ahead: meta.histOff };
  let folded = 0;
  for await (const count of foldChunks(partition, around, epoch, fold, stretch)) folded += count;
  checkEnd(partition, epoch, fold, validity);
  // The view's position only moves forwards, but where an operator has said so it goes back.
  await claimView(partition, around, { ...meta, epoch, inboxOff: Math.min(meta.inboxOff, fold.inboxOff) }, { epoch: meta.epoch, histOff: meta.histOff });
  await applyFold(partition, around, epoch, fold, meta.histOff);
  return recoveredBy(fold, epoch, folded);
}

/** Builds the view from a base. The whole log may follow, so the view takes it chunk by chunk. */
async function rebuild(partition: number, around: Surroundings, epoch: number, base: Base): Promise<Recovered> {
  const start = { histOff: base.from - 1, inboxOff: base.inboxOff, disp: base.disp, ...(base.carriedMs !== undefined && { carriedMs: base.carriedMs }) };
  const fold = new Fold(start, around.eventSource);
  const validity = new Validity(undefined);
  await claimView(partition, around, { epoch, histOff: base.runs === undefined ? start.histOff : start.histOff - 1, inboxOff: -1, disp: -1 }, 'reset');
  await applyBase(partition, around, { epoch, histOff: start.histOff }, base);
  let appliedTo = start.histOff;
  // States of a base may be ahead of where reading begins: what they have already is not applied twice.
  const stretch = { from: base.from, validity, since: () => ({ epoch, histOff: appliedTo }), ahead: base.runs === undefined ? start.histOff : Infinity };
  let folded = 0;
  for await (const count of foldChunks(partition, around, epoch, fold, stretch)) {
    folded += count;
    await applyFold(partition, around, epoch, fold, appliedTo);
    appliedTo = fold.histOff;
  }
  checkEnd(partition, epoch, fold, validity);
  return recoveredBy(fold, epoch, folded);
}

interface Stretch {
  readonly from: number;
  readonly validity: Validity;
  /** What the view must be at least for its states to be taken. */
  readonly since: () => Pick<ViewMeta, 'epoch' | 'histOff'>;
  /** Up to here the view may hold what is read. */
  readonly ahead: number;
}

/** Folds up to the own claim. @returns the number of records of each chunk. */
async function* foldChunks(partition: number, around: Surroundings, epoch: number, fold: Fold, { from, validity, since, ahead }: Stretch): AsyncGenerator<number> {
  for await (const chunk of reading(partition, around, { from, to: epoch })) {
    const records = await decode(partition, chunk, around, validity);
    const before = await statesBefore(partition, around, { fold, records, viewOff: ahead, since: since() });
    for (const { offset, record } of records) {
      if (record === undefined) fold.skip(offset);
      else fold.add(offset, record, record.t === 'txn' ? before.get(record.runId) : undefined);
    }
    yield records.length;
  }
}

function checkEnd(partition: number, epoch: number, fold: Fold, validity: Validity): void {
  if (fold.histOff !== epoch) throw new OperatingError('unavailable', `Partition ${partition}: reading the history ended at ${fold.histOff} before the own claim at ${epoch}`, { retry: 'yes' });
  if (validity.epoch !== epoch) throw new OperatingError('unavailable', `Partition ${partition}: another claim came after ${epoch}`, { retry: 'yes' });
}

function recoveredBy({ inboxOff, recordedInboxOff, disp, unpublished, carriedMs }: Fold, epoch: number, folded: number): Recovered {
  return { epoch, inboxOff, recordedInboxOff, disp, unpublished, folded, sinceMs: carriedMs === 0 ? undefined : carriedMs };
}

async function claimView(partition: number, { index, clock, options }: Surroundings, meta: ViewMeta, over: ViewClaim['over']): Promise<void> {
  const outcome = await withDeadline(clock, options.callDeadlineMs, 'claiming the view', index.claim(partition, { ...meta, over }));
  if (outcome === 'lost') throw new OperatingError('unavailable', `Partition ${partition}: the view was wiped or replaced by an older copy during recovery`, { retry: 'yes' });
  if (outcome === 'fenced') throw new OperatingError('unavailable', `Partition ${partition}: the view has a later owner`, { retry: 'yes' });
}

function applyFold(partition: number, around: Surroundings, epoch: number, fold: Fold, prevOff: number): Promise<void> {
  return apply(partition, around, { epoch, prevOff, histOff: fold.histOff, inboxOff: fold.inboxOff, disp: fold.disp, ...(fold.carriedMs > 0 && { carriedMs: fold.carriedMs }), runs: fold.takeChanged() });
}

/**
 * Runs of a base. The view's position moves with each piece, from one before the base towards it: a view that has lost a piece
 * again, such as a replica that lagged, answers `gap` to the next one, and what was read of it so far is not taken for the whole.
 */
async function applyBase(partition: number, around: Surroundings, { epoch, histOff: end }: Pick<ViewMeta, 'epoch' | 'histOff'>, { runs }: Base): Promise<void> {
  if (runs === undefined) return;
  let prevOff = end - 1;
  let pieces = 1;
  const step = async (histOff: number, piece: readonly RunWrite[]): Promise<void> => {
    await apply(partition, around, { epoch, prevOff, histOff, inboxOff: -1, disp: -1, runs: piece });
    prevOff = histOff;
  };
  for await (const piece of eachWithinDeadline(around.clock, around.options.publishDeadlineMs, 'reading a base', runs())) await step(end - 1 / ++pieces, piece);
  await step(end, []);
}

async function apply(partition: number, { index, clock, options }: Surroundings, batch: ViewBatch): Promise<void> {
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
