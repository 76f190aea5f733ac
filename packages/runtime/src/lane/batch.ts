/** A batch being decided: transitions in the order of the inbox, each on top of the one before. */
import { childEndKey, encodeHistoryRecord, hashJson, LIMITS, txnVersion, utf8Length, type Command, type DeadLetter, type HistoryTxn, type InboxMessage, type PublicEvent, type RunState } from '@baton/contracts';
import { chainOf, decisionTimeMs, type Decision, type NewFile, type UnsignedMessage } from '@baton/core';
import type { LaneFact, LogRecord, TaskTokens } from '@baton/ports';

export interface Transition {
  readonly txn: HistoryTxn;
  readonly published: readonly PublicEvent[];
  readonly encoded: string;
  /** Of `encoded`. */
  readonly bytes: number;
  readonly before: RunState | undefined;
  readonly after: RunState;
  readonly receivedMs: number;
}

export interface IgnoredMessage {
  readonly message: InboxMessage;
  readonly why: 'duplicate' | 'late' | 'early';
}

/** What a log adds to a record's value, its key included, and to a batch. Generous: what is refused here is decided anew, what the log refuses stops the lane. */
const RECORD_OVERHEAD = 512;
const BATCH_OVERHEAD = 512;
/** Of one transition, encoded. */
export const MAX_TRANSITION_BYTES = LIMITS.recordBytes - RECORD_OVERHEAD - BATCH_OVERHEAD;

/** `full`: it fits a record but not this batch any more. `too-large`: it fits no record. In both cases nothing was added. */
export type Taken = 'taken' | 'full' | { readonly tooLarge: number };

export class Batch {
  readonly transitions: Transition[] = [];
  readonly letters: DeadLetter[] = [];
  readonly ignored: IgnoredMessage[] = [];
  /** What its transitions refer to, and must be there before them. */
  readonly files: NewFile[] = [];
  /** Newest states, over what cache and view hold. */
  readonly states = new Map<string, RunState>();
  bytes = 0;
  /** What the observer is told once the batch is committed. */
  readonly facts: Omit<LaneFact, 'partition'>[] = [];
  /** Last inbox offset that this batch has dealt with. */
  inboxOff: number;
  #letterBytes = 0;

  constructor(inboxOff: number) {
    this.inboxOff = inboxOff;
  }

  /** Bytes of records that became dead letters. */
  get letterBytes(): number {
    return this.#letterBytes;
  }

  refuse(letter: DeadLetter): void {
    this.letters.push(letter);
    this.#letterBytes += letter.value?.length ?? 0;
  }

  /** Adds an accepted decision as one transition of its run. */
  accept(decision: Extract<Decision, { kind: 'accepted' }>, cause: { readonly record: LogRecord; readonly message: InboxMessage }, writer: { readonly epoch: number; readonly disp: number; readonly tokens: TaskTokens; readonly nowMs: number }, before: RunState | undefined): Taken {
    const { record, message } = cause;
    const seq = (before?.seq ?? 0) + 1;
    const nowMs = decisionTimeMs(before, writer.nowMs);
    const chain = chainOf(before?.chain, decision.events);
    const after = { ...decision.state, seq, chain };
    const outbox: Command[] = [];
    const messages: InboxMessage[] = [];
    const published: PublicEvent[] = [];
    for (const effect of decision.effects) {
      if (effect.kind === 'publish-event') published.push(effect.event);
      else if (effect.kind === 'send-message') messages.push(signed(effect.message, writer.tokens));
      else outbox.push(effect.command.t === 'run-step' ? { ...effect.command, token: writer.tokens.mint(effect.command.key) } : effect.command);
    }
    let txn: HistoryTxn = {
      v: txnVersion(decision.events, messages),
      t: 'txn',
      epoch: writer.epoch,
      runId: after.runId,
      seq,
      def: after.def,
      cause: { off: record.offset, id: message.id, ts: nowMs, type: message.type },
      events: decision.events,
      outbox,
      ...(messages.length > 0 && { messages }),
      ...(carriesImage(seq) && { state: after, stateHash: hashJson(after) }),
      chain,
      disp: writer.disp,
    };
    let encoded = encodeHistoryRecord(txn);
    let bytes = utf8Length(encoded);
    if (bytes > MAX_TRANSITION_BYTES && txn.state !== undefined) {
      // An image only shortens what a fold has to read.
      const { state: _state, stateHash: _hash, ...bare } = txn;
      txn = bare;
      encoded = encodeHistoryRecord(txn);
      bytes = utf8Length(encoded);
    }
    if (bytes > MAX_TRANSITION_BYTES) return { tooLarge: bytes };
    const count = this.transitions.length;
    if (count > 0 && this.bytes + bytes + (count + 1) * RECORD_OVERHEAD + BATCH_OVERHEAD > LIMITS.historyBatchBytes) return 'full';
    this.bytes += bytes;
    if (decision.files !== undefined) this.files.push(...decision.files);
    this.transitions.push({ txn, published, encoded, bytes, before, after, receivedMs: record.timestampMs });
    this.states.set(after.runId, after);
    return 'taken';
  }
}

/** That a run has ended is believed only by its token. */
function signed(message: UnsignedMessage, tokens: TaskTokens): InboxMessage {
  if (message.type !== 'child-ended') return message;
  const { stepId, attempt } = message.body;
  return { ...message, token: tokens.mint(childEndKey({ runId: message.runId, stepId, attempt })) };
}

/**
 * Images stand at growing distances (20, 40, 80 … transitions), so what is written stays linear in the run's length. The
 * first transition needs none: run-started is the whole run.
 */
export function carriesImage(seq: number): boolean {
  if (seq % 20 !== 0) return false;
  const twenties = seq / 20;
  return (twenties & (twenties - 1)) === 0;
}

