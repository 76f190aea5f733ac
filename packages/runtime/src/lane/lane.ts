/**
 * One partition of the engine: the only writer of its history while its claim is the latest.
 *
 * It claims and recovers, then decides batch after batch: ONE record batch per commit, whose offset must be the one
 * expected; a gap means that somebody else wrote, so it stops and claims again. Whatever goes wrong ends in the same
 * place: claim, read what happened, go on from there. Nothing in memory is needed to survive.
 *
 * Invariants: I3, I7, I14, I15; see docs/internals/commit-protocol.md.
 */
import { encodeHistoryRecord, MARK_KEY, OperatingError } from '@baton/contracts';
import type { InboxBatch, ViewMeta } from '@baton/ports';
import { pause, withDeadline } from '../deadline.ts';
import { timerMessage } from '../timer-message.ts';
import type { Batch } from './batch.ts';
import type { HistoryLine } from './carry-forward.ts';
import { retentionOf } from './carry-schedule.ts';
import { Carrying, type CarryLog, type Position } from './carrying.ts';
import { Caution, UNMARKED_MESSAGES } from './caution.ts';
import { InboxQueue } from './inbox-queue.ts';
import type { LaneOptions } from './options.ts';
import { storeFiles } from './files.ts';
import { decideBatch } from './processing.ts';
import { newWakeUps, publishOutbox, sendMessages, ViewLost } from './publishing.ts';
import { recover } from './recovery.ts';
import { RunCache } from './run-cache.ts';
import { Sweeper } from './sweeper.ts';
import type { Surroundings } from './surroundings.ts';
import { ViewWriter } from './view-writer.ts';

export type LaneState = 'claiming' | 'ready' | 'failed' | 'diverged' | 'stopped';

/** Delays from here on are jobs; shorter ones this process wakes by itself. */
const SHORTEST_JOB_MS = 1_000;

/** A timer of the machine may fire a moment before its time by the clock, and a message before its time is ignored. */
const TIMER_ROUNDING_MS = 2;

/** The log holds something at the expected offset that this lane did not write. */
class Gap extends Error {
  override readonly name = 'Gap';
}

interface Tenure {
  readonly epoch: number;
  readonly cache: RunCache;
  readonly caution: Caution;
  readonly sweeper: Sweeper;
  readonly view: ViewWriter;
  readonly carrying: Carrying;
  /** Offset the next record of the history must get. */
  expected: number;
  /** Outboxes up to here are published. */
  disp: number;
  /** The view holds the history up to here. */
  viewOff: number;
  /** Last consumed inbox offset, and the last that stands in the history. */
  inboxOff: number;
  recordedInboxOff: number;
  /** `disp` as it stands in the history, and the last transition whose outbox it must cover. */
  recordedDisp: number;
  lastTxnOff: number;
  markDue: boolean;
  /** Batches on their way to view and bus. */
  underway: number;
  underwayBytes: number;
  tail: Promise<void>;
  /** What other runs are told, up to the newest batch that tells anything. */
  told: Promise<void>;
  trouble: unknown;
  ended: boolean;
  readonly periodic: (() => void)[];
  /** Short delays that this process wakes by itself. */
  readonly shortTimers: Set<() => void>;
}

export class Lane {
  readonly partition: number;
  readonly #around: Surroundings;
  readonly #queue: InboxQueue;
  #state: LaneState = 'claiming';
  #detail = '';
  #stopping: 'no' | 'drain' | 'lost' = 'no';
  #wakeRestart: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #progressMs: number;
  /** Of the newest claim that was recovered from. */
  #carrying: Carrying | undefined;
  #sweeper: Sweeper | undefined;

  constructor(partition: number, around: Surroundings) {
    this.partition = partition;
    this.#around = around;
    this.#queue = new InboxQueue({ records: around.options.queuedRecords, bytes: around.options.queuedBytes });
    this.#progressMs = around.clock.nowMs();
  }

  get state(): LaneState {
    return this.#state;
  }

  /** What the state is due to, for people. */
  get detail(): string {
    return this.#detail;
  }

  /** Inbox records waiting for this lane. */
  get lag(): number {
    return this.#queue.lag;
  }

  /** More timers are due than may be put into the inbox at once. */
  get timersRush(): boolean {
    return this.#sweeper?.rush ?? false;
  }

  /** When the lane last got anything done, or had nothing to do. */
  get progressMs(): number {
    return this.#queue.size === 0 && this.#state === 'ready' ? this.#around.clock.nowMs() : this.#progressMs;
  }

  /** When the runs were last carried forward, or else when the first record of the history was written; undefined where that is not known. */
  get carriedMs(): number | undefined {
    return this.#carrying?.sinceMs;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Takes fetched records; resolves when there is room for more. */
  async offer(batch: InboxBatch): Promise<void> {
    const outcome = await this.#queue.offer(batch);
    if (outcome === 'skipped' && this.#state === 'ready') this.#seek();
  }

  /** Asks for the records from the lane's position again; the consumer may have been moved. */
  reseek(): void {
    if (this.#state === 'ready') this.#seek();
  }

  /**
   * Ends the lane. `drain`: what is in hand is finished and the position written down. `lost`: the partition belongs to
   * somebody else, who must not find a record of ours behind its claim.
   */
  async stop(how: 'drain' | 'lost'): Promise<void> {
    this.#stopping = how;
    this.#queue.wake();
    this.#wakeRestart?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    const [first, longest] = this.#around.options.restartMs;
    let waitMs = first;
    while (this.#stopping === 'no') {
      const startedMs = this.#around.clock.nowMs();
      try {
        await this.#hold();
      } catch (error) {
        if (this.#stopping !== 'no') break;
        this.#queue.close();
        if (this.#around.clock.nowMs() - startedMs > longest) waitMs = first;
        this.#fail(error);
        // A wiped view is mended by claiming at once. What is away needs time, and so does a second owner: the group will say who it is.
        const atOnce = error instanceof ViewLost && error.outcome !== 'fenced' && waitMs === first;
        if (!atOnce) await this.#restartPause(this.#state === 'diverged' ? this.#around.options.divergedPauseMs : waitMs);
        waitMs = Math.min(waitMs * 2, longest);
      }
    }
    this.#queue.close();
    this.#state = 'stopped';
    this.#around.observer.lane({ partition: this.partition, what: 'stopped' });
  }

  async #hold(): Promise<void> {
    const tenure = await this.#claim();
    this.#sweeper = tenure.sweeper;
    const log = this.#carryLog(tenure);
    try {
      while (this.#stopping === 'no' && !tenure.carrying.needsClaim) {
        if (tenure.carrying.underway) {
          await tenure.tail;
          if (tenure.trouble === undefined) await tenure.carrying.carryOn(log);
        }
        const records = tenure.carrying.underway && this.#queue.size === 0 ? [] : await this.#queue.take(this.#around.options.batchRecords);
        if (tenure.trouble !== undefined) throw tenure.trouble;
        if (records.length === 0) {
          if (tenure.markDue) await this.#mark(tenure);
          continue;
        }
        const { batch, rest } = await decideBatch(records, { partition: this.partition, epoch: tenure.epoch, disp: tenure.disp, viewOff: tenure.viewOff, caution: tenure.caution }, tenure.cache, this.#around);
        if (rest.length > 0) this.#queue.putBack(rest);
        await this.#commit(tenure, batch);
        this.#progressMs = this.#around.clock.nowMs();
      }
      await tenure.tail;
      if (tenure.trouble !== undefined) throw tenure.trouble;
      if (this.#stopping === 'drain') await this.#mark(tenure);
    } finally {
      tenure.ended = true;
      this.#sweeper = undefined;
      for (const cancel of [...tenure.periodic, ...tenure.shortTimers]) cancel();
      await tenure.tail;
      await tenure.carrying.abandon();
      await tenure.caution.end();
    }
  }

  async #claim(): Promise<Tenure> {
    const { observer, clock, options } = this.#around;
    this.#enter('claiming', '');
    const startedMs = clock.nowMs();
    const recovered = await recover(this.partition, this.#around);
    const carrying = new Carrying(this.partition, this.#around, { sinceMs: recovered.sinceMs, retentionMs: await retentionOf(this.partition, this.#around) });
    this.#carrying = carrying;
    const unpublished = recovered.unpublished;
    if (unpublished.length > 0) {
      const batch = { commands: unpublished.flatMap(({ commands }) => commands), events: unpublished.flatMap(({ events }) => events) };
      const messages = unpublished.flatMap((each) => each.messages);
      await withDeadline(clock, options.publishDeadlineMs, 'publishing what may not be out', this.#around.bus.publish(batch));
      if (messages.length > 0) await withDeadline(clock, options.publishDeadlineMs, 'telling other runs what they may not know', this.#around.sender.send(messages));
    }
    const tenure: Tenure = {
      epoch: recovered.epoch,
      caution: await Caution.begin({ partition: this.partition, epoch: recovered.epoch, position: recovered.inboxOff + 1 }, this.#around),
      cache: new RunCache({ runs: options.cachedRuns, bytes: options.cachedBytes }),
      sweeper: new Sweeper(this.partition, this.#around, () => this.lag),
      view: new ViewWriter(this.partition, this.#around, () => ({ epoch: tenure.epoch, disp: tenure.disp })),
      carrying,
      expected: recovered.epoch + 1,
      disp: recovered.epoch,
      viewOff: recovered.epoch,
      inboxOff: recovered.inboxOff,
      recordedInboxOff: recovered.recordedInboxOff,
      recordedDisp: recovered.disp,
      lastTxnOff: unpublished.length > 0 ? recovered.epoch : -1,
      markDue: false,
      underway: 0,
      underwayBytes: 0,
      tail: Promise.resolve(),
      told: Promise.resolve(),
      trouble: undefined,
      ended: false,
      periodic: [],
      shortTimers: new Set(),
    };
    carrying.beginWhereDue({ epoch: tenure.epoch, inboxOff: tenure.inboxOff, disp: tenure.disp, beganMs: startedMs });
    this.#queue.openAt(recovered.inboxOff + 1);
    this.#seek(recovered.inboxOff + 1);
    this.#every(tenure, () => tenure.sweeper.againMs, async () => void (await tenure.sweeper.sweep()));
    this.#every(tenure, () => options.viewCheckEveryMs, () => this.#checkView(tenure));
    this.#every(tenure, () => options.markEveryMs, async () => {
      tenure.markDue = true;
      this.#queue.wake();
    });
    this.#every(tenure, () => carrying.lookEveryMs, async () => {
      if (carrying.look()) this.#queue.wake();
    });
    this.#enter('ready', '');
    observer.lane({ partition: this.partition, what: 'ready', count: recovered.folded, durationMs: clock.nowMs() - startedMs });
    return tenure;
  }

  async #commit(tenure: Tenure, batch: Batch): Promise<void> {
    const { deadLetters, clock, options, observer } = this.#around;
    // Dead letters are acknowledged before the position can move past their records (I13).
    if (batch.letters.length > 0) {
      await withDeadline(clock, options.publishDeadlineMs, 'writing dead letters', deadLetters.put(batch.letters));
      for (const letter of batch.letters) observer.deadLettered(letter);
    }
    for (const fact of batch.facts) observer.lane({ partition: this.partition, ...fact });
    for (const { message, why } of batch.ignored) observer.ignored({ partition: this.partition, message, why });
    tenure.inboxOff = batch.inboxOff;
    if (batch.transitions.length === 0) return this.#markWhenDue(tenure);

    await storeFiles(batch.files, this.#around);
    const appendedMs = clock.nowMs();
    await this.#append(tenure, batch.transitions.map(({ txn, encoded }) => ({ key: txn.runId, value: encoded })));
    const committedMs = clock.nowMs();
    // What came behind the last transition changed nothing, and stands nowhere yet.
    tenure.recordedInboxOff = batch.transitions.at(-1)!.txn.cause.off;
    tenure.recordedDisp = batch.transitions.at(-1)!.txn.disp;
    tenure.lastTxnOff = tenure.expected - 1;
    for (const { after, bytes } of batch.transitions) {
      tenure.cache.pin(after.runId);
      tenure.cache.put(after, bytes);
    }
    observer.lane({ partition: this.partition, what: 'batch', count: batch.transitions.length, bytes: batch.bytes, durationMs: committedMs - appendedMs, lag: this.lag });
    for (const { txn, before, after, receivedMs } of batch.transitions) observer.committed({ partition: this.partition, txn, before, after, receivedMs, committedMs });
    this.#publishInOrder(tenure, batch);
    while (tooMuchUnderway(tenure, options) && tenure.trouble === undefined) await tenure.tail;
  }

  /** Appends one batch and holds the returned offset against the expected one. */
  async #append(tenure: Tenure, records: readonly { readonly key: string; readonly value: string }[]): Promise<void> {
    const { history, clock, options } = this.#around;
    const { baseOffset } = await withDeadline(clock, options.callDeadlineMs, 'appending to the history', history.append(this.partition, records));
    if (baseOffset !== tenure.expected) throw new Gap(`Expected history offset ${tenure.expected}, but the batch is at ${baseOffset}`);
    tenure.expected += records.length;
  }

  #publishInOrder(tenure: Tenure, batch: Batch): void {
    const lastOff = tenure.expected - 1;
    tenure.underway++;
    tenure.underwayBytes += batch.bytes;
    const published = Promise.all([publishOutbox(this.partition, batch, this.#around), this.#tellOthers(tenure, batch)]);
    const viewed = tenure.view.write(batch, lastOff);
    // Both are awaited below, in the order of the batches; until then a failure has nobody to tell.
    published.catch(() => undefined);
    viewed.catch(() => undefined);
    this.#scheduleWakeUps(tenure, batch);
    // What waits for the view keeps no more of the batch than this.
    const { inboxOff, bytes } = batch;
    const runIds = batch.transitions.map(({ after }) => after.runId);
    tenure.tail = tenure.tail.then(async () => {
      try {
        if (tenure.trouble !== undefined) return;
        await published;
        tenure.disp = lastOff;
        await viewed;
        tenure.viewOff = lastOff;
        this.#around.subscription().commit(this.partition, inboxOff + 1);
      } catch (error) {
        tenure.trouble ??= error;
        this.#queue.wake();
      } finally {
        tenure.underway--;
        tenure.underwayBytes -= bytes;
        for (const runId of runIds) tenure.cache.unpin(runId);
      }
    });
  }

  /** One batch's after the other's, also where one is tried again: a run must not be told to stop before it was told to start. */
  #tellOthers(tenure: Tenure, batch: Batch): Promise<void> {
    if (batch.transitions.every(({ txn }) => txn.messages === undefined)) return Promise.resolve();
    tenure.told = tenure.told.then(() => sendMessages(batch, this.#around));
    return tenure.told;
  }

  /** Losing a wake-up costs lateness only, so nobody waits for it: the sweeper finds what is due. */
  #scheduleWakeUps(tenure: Tenure, batch: Batch): void {
    const { clock, wakeUps, sender, options } = this.#around;
    const noted = (what: string, work: Promise<void>): void => void withDeadline(clock, options.callDeadlineMs, what, work).catch((error: unknown) => this.#note(what, error));
    const nowMs = clock.nowMs();
    const all = newWakeUps(batch);
    const long = all.filter(({ delayMs }) => delayMs >= SHORTEST_JOB_MS);
    if (long.length > 0) noted('scheduling wake-ups', wakeUps.schedule(long.map(({ wakeUp }) => wakeUp)));
    const due = all.filter(({ atOnce }) => atOnce);
    if (due.length > 0) noted('sending timers that are due', sender.send(due.map(({ wakeUp }) => timerMessage(wakeUp, 'lane', nowMs))));
    for (const { wakeUp, delayMs, atOnce } of all) {
      if (atOnce || delayMs >= SHORTEST_JOB_MS) continue;
      const cancel = clock.after(Math.max(0, wakeUp.dueMs - nowMs) + TIMER_ROUNDING_MS, () => {
        tenure.shortTimers.delete(cancel);
        if (tenure.ended) return;
        noted('sending a short timer', sender.send([timerMessage(wakeUp, 'lane', clock.nowMs())]));
      });
      tenure.shortTimers.add(cancel);
    }
  }

  /** A batch that changed nothing still moves the position; it is written down now and then, and when the lane ends. */
  async #markWhenDue(tenure: Tenure): Promise<void> {
    if (tenure.inboxOff - tenure.recordedInboxOff >= UNMARKED_MESSAGES) await this.#mark(tenure);
  }

  async #mark(tenure: Tenure): Promise<void> {
    await tenure.tail;
    tenure.markDue = false;
    if (tenure.trouble !== undefined || (tenure.inboxOff === tenure.recordedInboxOff && tenure.lastTxnOff <= tenure.recordedDisp)) return;
    const { epoch } = tenure;
    await this.#appendPosition(tenure, (position) => ({ key: MARK_KEY, value: encodeHistoryRecord({ v: 1, t: 'mark', epoch, ...position }) }));
    this.#around.subscription().commit(this.partition, tenure.recordedInboxOff + 1);
  }

  /** Appends what says how far the lane is. */
  async #appendPosition(tenure: Tenure, line: (position: Position) => HistoryLine): Promise<void> {
    const position: Position = { inboxOff: tenure.inboxOff, disp: tenure.disp };
    await this.#appendAside(tenure, [line(position)], position);
    tenure.recordedInboxOff = position.inboxOff;
    tenure.recordedDisp = position.disp;
  }

  /** Appends what is no transition. Nothing may be underway, and the view moves along. */
  async #appendAside(tenure: Tenure, records: readonly HistoryLine[], about: Pick<ViewMeta, 'inboxOff' | 'disp' | 'carriedMs'>): Promise<void> {
    const prevOff = tenure.expected - 1;
    if (records.length > 0) await this.#append(tenure, records);
    const histOff = tenure.expected - 1;
    const outcome = await withDeadline(this.#around.clock, this.#around.options.callDeadlineMs, 'applying to the view', this.#around.index.apply(this.partition, { epoch: tenure.epoch, prevOff, histOff, ...about, runs: [] }));
    if (outcome !== 'ok') throw new ViewLost(outcome);
    tenure.viewOff = histOff;
    tenure.disp = histOff;
  }

  #carryLog(tenure: Tenure): CarryLog {
    return {
      appendImages: (images) => this.#appendAside(tenure, images, { inboxOff: tenure.recordedInboxOff, disp: tenure.disp }),
      appendPosition: (line) => this.#appendPosition(tenure, line),
      settle: (carriedMs) => this.#appendAside(tenure, [], { inboxOff: tenure.inboxOff, disp: tenure.disp, carriedMs }),
    };
  }

  /** Redis may be wiped or fail over to an older copy at any time; the lane notices by itself. */
  async #checkView(tenure: Tenure): Promise<void> {
    const { index, clock, options, observer } = this.#around;
    const settledOff = tenure.viewOff;
    const meta = await withDeadline(clock, options.callDeadlineMs, 'checking the view', index.meta(this.partition));
    if (meta !== undefined && meta.epoch === tenure.epoch && meta.histOff >= settledOff) return;
    observer.lane({ partition: this.partition, what: 'view-lost', detail: meta === undefined ? 'wiped' : `at ${meta.histOff} of epoch ${meta.epoch}, expected ${settledOff} of ${tenure.epoch}` });
    tenure.trouble ??= new ViewLost(meta === undefined ? 'no-meta' : meta.epoch > tenure.epoch ? 'fenced' : 'gap');
    this.#queue.wake();
  }

  /** Runs `task` again and again while the tenure lasts; one that fails is noted and tried at the next turn. */
  #every(tenure: Tenure, afterMs: () => number, task: () => Promise<void>): void {
    let cancel = (): void => undefined;
    const turn = (): void => {
      cancel = this.#around.clock.after(afterMs(), () => {
        if (tenure.ended) return;
        task()
          .catch((error: unknown) => this.#note('periodic work', error))
          .finally(turn);
      });
    };
    turn();
    tenure.periodic.push(() => cancel());
  }

  #seek(offset?: number): void {
    const at = offset ?? this.#queue.position;
    this.#around.subscription().seek(this.partition, at);
  }

  #restartPause(ms: number): Promise<void> {
    return Promise.race([pause(this.#around.clock, ms), new Promise<void>((resolve) => (this.#wakeRestart = resolve))]);
  }

  #enter(state: LaneState, detail: string): void {
    this.#state = state;
    this.#detail = detail;
    if (state === 'claiming') this.#around.observer.lane({ partition: this.partition, what: 'claiming' });
  }

  #fail(error: unknown): void {
    const detail = error instanceof Error ? error.message : String(error);
    const what = error instanceof Gap ? 'gap' : error instanceof ViewLost ? (error.outcome === 'fenced' ? 'fenced' : 'view-lost') : error instanceof OperatingError && error.code === 'diverged' ? 'diverged' : 'failed';
    this.#enter(what === 'diverged' ? 'diverged' : 'failed', detail);
    this.#around.observer.lane({ partition: this.partition, what, detail });
  }

  #note(what: string, error: unknown): void {
    this.#around.observer.lane({ partition: this.partition, what: 'failed', detail: `${what}: ${error instanceof Error ? error.message : String(error)}` });
  }
}

const tooMuchUnderway = ({ underway, underwayBytes, cache }: Tenure, options: LaneOptions): boolean =>
  underway >= options.batchesUnderway || underwayBytes >= options.underwayBytes || cache.pinnedBytes >= options.underwayStateBytes;
