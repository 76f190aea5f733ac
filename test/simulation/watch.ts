/**
 * Looks on while a world runs: folds the history as it is appended, holds every transition against `safety.ts`, and every
 * write that follows from the history against what stands in it at that moment. Its rules share nothing with the engine
 * but `evolve`. What it says ends the world at once.
 */
import type { Command, HistoryRecord, HistoryTxn, RunState } from '@baton/contracts';
import { applyTxn } from '@baton/core';
import type { RunWrite, ViewMeta } from '@baton/ports';
import { canonical } from './canonical.ts';
import type { InboxLog } from './inbox-log.ts';
import { RunTalk } from './run-talk.ts';
import { unsafeTransition } from './safety.ts';
import type { Appended } from './topic.ts';

export interface WatchedRun {
  readonly partition: number;
  state: RunState;
  readonly txns: HistoryTxn[];
}

interface Part {
  epoch: number;
  /** Images since the claim in force. */
  images: number;
  /** The claim of the last complete carry-forward: the history may begin here and its runs are still known. */
  carried: number;
  /** Who appended the claim in force. */
  owner: string;
  /** Last inbox offset that a transition has consumed. */
  consumed: number;
  /** The group's position, as far as it was written. */
  committed: number;
}

export class Watch {
  readonly runs = new Map<string, WatchedRun>();
  /** Commands in transitions that count. */
  readonly promised = new Set<string>();
  /** What runs tell each other and the world. */
  readonly talk: RunTalk;
  /** Records that do not count: a former owner wrote them late. */
  voidRecords = 0;
  readonly #inbox: InboxLog;
  readonly #say: (violation: string) => void;
  readonly #parts: readonly Part[];
  /** Whose idempotency key it is. */
  readonly #keys = new Map<string, string>();

  constructor(partitions: number, inbox: InboxLog, say: (violation: string) => void) {
    this.#inbox = inbox;
    this.#say = say;
    this.talk = new RunTalk(say);
    this.#parts = Array.from({ length: partitions }, () => ({ epoch: -1, images: 0, carried: 0, owner: '', consumed: -1, committed: 0 }));
  }

  /** A batch is in the history, from `base` on. @param writer the process that sent it. */
  appended(partition: number, base: number, records: readonly Appended[], writer: string): void {
    const part = this.#parts[partition]!;
    records.forEach(({ value }, i) => {
      const record = JSON.parse(value) as HistoryRecord;
      if (record.t === 'claim') {
        part.epoch = base + i;
        part.images = 0;
        part.owner = writer;
      } else if (record.epoch !== part.epoch) this.voidRecords++;
      else {
        if (writer !== part.owner) this.#say(`I15: ${writer} wrote at history offset ${base + i} under the claim of ${part.owner}`);
        if (record.t === 'txn') this.#transition(partition, part, base + i, record);
        if (record.t === 'image') part.images++;
        if (record.t === 'carried') {
          if (record.runs !== part.images) this.#say(`I6: the carry-forward that ends at history offset ${base + i} says ${record.runs} runs, and there are ${part.images}`);
          part.carried = part.epoch;
        }
        if (record.t === 'image' && canonical(record.state) !== canonical(this.runs.get(record.state.runId)?.state)) this.#say(`I6: the image of run ${record.state.runId} at history offset ${base + i} is not what its events give`);
      }
    });
  }

  #transition(partition: number, part: Part, offset: number, txn: HistoryTxn): void {
    const { runId, seq, cause } = txn;
    const known = this.runs.get(runId);
    const say = (what: string): void => this.#say(what);
    if (cause.off <= part.consumed) say(`I3: the inbox record ${partition}/${cause.off} was applied at history offset ${offset}, after ${part.consumed}`);
    // Whether a timer's message is early is a question of the clock where its sender's is not believed, so another may answer it otherwise.
    if (cause.off < part.committed && cause.type !== 'timer') say(`I24: the group was told ${part.committed} of partition ${partition} before the message at ${cause.off} was applied`);
    part.consumed = Math.max(part.consumed, cause.off);
    if (seq !== (known?.state.seq ?? 0) + 1) return say(`I3: transition ${seq} of run ${runId} follows ${known?.state.seq ?? 0}`);
    let after: RunState;
    try {
      after = applyTxn(known?.state, txn);
    } catch (error) {
      return say(`I3: transition ${seq} of run ${runId} cannot be folded: ${(error as Error).message}`);
    }
    const message = this.#inbox.messages[partition]![cause.off];
    for (const what of unsafeTransition({ before: known?.state, txn, after, message, firstResults: this.#inbox.firstResults })) say(what);
    for (const command of txn.outbox) this.#promise(command);
    this.talk.promised(txn);
    if (known === undefined) this.runs.set(runId, { partition, state: after, txns: [txn] });
    else {
      known.state = after;
      known.txns.push(txn);
    }
  }

  #promise(command: Command): void {
    this.promised.add(nameOf(command));
    if (command.t !== 'run-step') return;
    const step = `${command.runId}/${command.stepId}`;
    const owner = this.#keys.get(command.idem) ?? step;
    if (owner !== step) this.#say(`I11: the steps ${owner} and ${step} have the same idempotency key`);
    this.#keys.set(command.idem, step);
  }

  /** A command reaches its topic. */
  published(command: Command): void {
    if (!this.promised.has(nameOf(command))) this.#say(`I7: ${nameOf(command)} was published, and the history does not have it`);
  }

  /** The view has taken a claim or a batch. */
  viewed(partition: number, { before, after, runs, historyEnd }: { readonly before: ViewMeta | undefined; readonly after: ViewMeta; readonly runs: readonly RunWrite[]; readonly historyEnd: number }): void {
    const say = (what: string): void => this.#say(`I5: the view of partition ${partition} ${what}`);
    if (after.histOff >= historyEnd) say(`is at ${after.histOff}, the history ends before ${historyEnd}`);
    for (const { state } of runs) {
      const seq = this.runs.get(state.runId)?.state.seq ?? 0;
      if (state.seq > seq) say(`has transition ${state.seq} of run ${state.runId}, the history ends with ${seq}`);
    }
    if (before === undefined) return;
    if (after.epoch < before.epoch) this.#say(`I15: the claim at ${after.epoch} wrote to the view of partition ${partition}, which the one at ${before.epoch} had`);
    for (const position of ['histOff', 'inboxOff', 'disp'] as const) if (after.epoch === before.epoch && after[position] < before[position]) say(`went back from ${before[position]} to ${after[position]} in its ${position}`);
  }

  /** See Part.carried. */
  carriedFrom(partition: number): number {
    return this.#parts[partition]!.carried;
  }

  /** The group remembers a position. */
  committed(partition: number, offset: number): void {
    this.#parts[partition]!.committed = Math.max(this.#parts[partition]!.committed, offset);
  }
}

export const nameOf = (command: Command): string => `${command.t} ${command.key}`;
