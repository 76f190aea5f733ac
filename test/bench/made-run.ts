/** A five-step run as core would have it, with the messages that move it, made without waiting for anybody. */
import { hashJson, PLATFORM_DEFAULTS, type HistoryTxn, type InboxMessage, type RunId, type RunState } from '@baton/contracts';
import { chainOf, decide } from '@baton/core';
import { carriesImage } from '@baton/runtime';
import { shortForm } from '@baton/workflow';
import { BENCH_SERVICE } from './five-step-flow.ts';

const STEPS = ['a', 'b', 'c', 'd', 'e'];
export const MADE_FLOW = shortForm({ made: { steps: STEPS } }, { service: BENCH_SERVICE });
const STARTED_MS = Date.UTC(2026, 0, 1);

export class MadeRun {
  readonly runId: RunId;
  readonly #payload: string;
  readonly #stops: boolean;
  #state: RunState | undefined;
  #nowMs = STARTED_MS;

  /** @param stops it is left open in its last step. */
  constructor(runId: RunId, { payloadBytes, stops = false }: { readonly payloadBytes: number; readonly stops?: boolean }) {
    this.runId = runId;
    this.#payload = 'x'.repeat(payloadBytes);
    this.#stops = stops;
  }

  get over(): boolean {
    return this.#state !== undefined && (this.#state.status !== 'running' || (this.#stops && this.#state.entries === STEPS.length));
  }

  /** The next message, and what an orchestrator would have written for it. */
  next({ off, disp }: { readonly off: number; readonly disp: number }): { readonly message: InboxMessage; readonly txn: HistoryTxn } {
    const before = this.#state;
    this.#nowMs += 20;
    const message = { v: 1, id: `m-${off}`, runId: this.runId, ts: this.#nowMs, ...this.#message(before) } as InboxMessage;
    const decision = decide(before, message, { nowMs: this.#nowMs, machine: MADE_FLOW.machine, policy: PLATFORM_DEFAULTS, eventSource: '/baton/bench' });
    if (decision.kind !== 'accepted') throw new Error(`Expected the message to be accepted, but it was ${decision.kind}`);
    const seq = (before?.seq ?? 0) + 1;
    const chain = chainOf(before?.chain, decision.events);
    const state = (this.#state = { ...decision.state, seq, chain });
    const outbox = decision.effects.flatMap((effect) => (effect.kind === 'send-command' ? [effect.command.t === 'run-step' ? { ...effect.command, token: 'x'.repeat(64) } : effect.command] : []));
    return { message, txn: { v: 1, t: 'txn', epoch: 0, runId: this.runId, seq, def: state.def, cause: { off, id: message.id, ts: this.#nowMs, type: message.type }, events: decision.events, outbox, ...(carriesImage(seq) && { state, stateHash: hashJson(state) }), chain, disp } };
  }

  #message(state: RunState | undefined): Pick<InboxMessage, 'type' | 'body'> {
    if (state === undefined) {
      const input = { payload: this.#payload };
      return { type: 'start', body: { def: MADE_FLOW.def, input, inputHash: hashJson(input), via: 'api' } };
    }
    const { stepId, open } = state.branches['0']!;
    return { type: 'result', body: { stepId, attempt: open!.attempt, outcome: 'succeeded', output: { [open!.step]: 1 }, worker: 'bench' } } as Pick<InboxMessage, 'type' | 'body'>;
  }
}
