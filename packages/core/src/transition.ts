/** A committed transition, folded: what recovery does and what processing did must be the same function (I6). */
import { sha256Hex, type HistoryTxn, type RunEvent, type RunState } from '@baton/contracts';
import { evolve } from './evolve.ts';

/** SHA-256 of UTF-8 text as hex. The shell may hand in its platform's own, which gives the same faster. */
export type Sha256 = (text: string) => string;

/** First 128 bits of the hash of the chain before and the new events: costs the events, not the run, however long it has lived. */
export const chainOf = (before: string | undefined, events: readonly RunEvent[], sha256: Sha256 = sha256Hex): string => sha256(`${before ?? ''}\n${JSON.stringify(events)}`).slice(0, 32);

/** The run after a transition. */
export function applyEvents(state: RunState | undefined, transition: { readonly events: readonly RunEvent[]; readonly seq: number; readonly nowMs: number; readonly chain: string }): RunState {
  let next = state;
  for (const event of transition.events) next = evolve(next, event, transition.nowMs);
  if (next === undefined) throw new Error('Expected a transition with events');
  return { ...next, seq: transition.seq, chain: transition.chain };
}

/** @returns the run after a record of the history; an image in it is taken as it is. */
export function applyTxn(state: RunState | undefined, txn: HistoryTxn): RunState {
  return txn.state ?? applyEvents(state, { events: txn.events, seq: txn.seq, nowMs: txn.cause.ts, chain: txn.chain });
}
