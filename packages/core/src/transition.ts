/** A committed transition, folded: what recovery does and what processing did must be the same function (I6). */
import { hash128, type HistoryTxn, type RunEvent, type RunState } from '@baton/contracts';
import { evolve } from './evolve.ts';

/** First 128 bits of the hash of the chain before and the new events: costs the events, not the run, however long it has lived. */
export const chainOf = (before: string | undefined, events: readonly RunEvent[]): string => hash128(`${before ?? ''}\n${JSON.stringify(events)}`);

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
