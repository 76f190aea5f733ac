/** A batch being decided: transitions in the order of the inbox, each on top of the one before. */
import { encodeHistoryRecord, hashJson, utf8Length, type Command, type DeadLetter, type HistoryTxn, type InboxMessage, type LifecycleEvent, type RunState } from '@baton/contracts';
import { chainOf, decisionTimeMs, type Decision } from '@baton/core';
import type { LogRecord, TaskTokens } from '@baton/ports';

export interface Transition {
  readonly txn: HistoryTxn;
  readonly published: readonly LifecycleEvent[];
  readonly encoded: string;
  readonly before: RunState | undefined;
  readonly after: RunState;
  readonly receivedMs: number;
}

export interface IgnoredMessage {
  readonly message: InboxMessage;
  readonly why: 'duplicate' | 'late' | 'early';
}

export class Batch {
  readonly transitions: Transition[] = [];
  readonly letters: DeadLetter[] = [];
  readonly ignored: IgnoredMessage[] = [];
  /** Newest states, over what cache and view hold. */
  readonly states = new Map<string, RunState>();
  bytes = 0;
  /** Last inbox offset that this batch has dealt with. */
  inboxOff: number;

  constructor(inboxOff: number) {
    this.inboxOff = inboxOff;
  }

  /** Adds an accepted decision as one transition of its run. */
  accept(decision: Extract<Decision, { kind: 'accepted' }>, cause: { readonly record: LogRecord; readonly message: InboxMessage }, writer: { readonly epoch: number; readonly disp: number; readonly tokens: TaskTokens; readonly nowMs: number }, before: RunState | undefined): void {
    const { record, message } = cause;
    const seq = (before?.seq ?? 0) + 1;
    const nowMs = decisionTimeMs(before, writer.nowMs);
    const chain = chainOf(before?.chain, decision.events);
    const after = { ...decision.state, seq, chain };
    const outbox: Command[] = [];
    const published: LifecycleEvent[] = [];
    for (const effect of decision.effects) {
      if (effect.kind === 'publish-event') published.push(effect.event);
      else outbox.push(effect.command.t === 'run-step' ? { ...effect.command, token: writer.tokens.mint(effect.command.key) } : effect.command);
    }
    const txn: HistoryTxn = {
      v: 1,
      t: 'txn',
      epoch: writer.epoch,
      runId: after.runId,
      seq,
      def: after.def,
      cause: { off: record.offset, id: message.id, ts: nowMs, type: message.type },
      events: decision.events,
      outbox,
      ...(carriesImage(seq) && { state: after, stateHash: hashJson(after) }),
      chain,
      disp: writer.disp,
    };
    const encoded = encodeHistoryRecord(txn);
    this.bytes += utf8Length(encoded);
    this.transitions.push({ txn, published, encoded, before, after, receivedMs: record.timestampMs });
    this.states.set(after.runId, after);
  }
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

