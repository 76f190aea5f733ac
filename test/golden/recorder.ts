/** Plays a scenario on `decide` and keeps what was said and what came of it, as a golden history holds it. */
import { hashJson, PLATFORM_DEFAULTS, type ChildEndedMessage, type InboxMessage, type Json, type JsonObject, type ParentLink, type ResultMessage, type RunError, type RunEvent, type RunId, type RunState } from '@baton/contracts';
import { chainOf, decide, decisionTimeMs, type Facts, type UnsignedCommand, type UnsignedMessage } from '@baton/core';
import { defineWorkflow } from '@baton/workflow';

export interface Golden {
  /** For people: what it shows. */
  readonly says: string;
  readonly definition: JsonObject;
  readonly messages: readonly { readonly nowMs: number; readonly message: InboxMessage }[];
  readonly transitions: readonly Transition[];
  /** The run after the last of them. */
  readonly state: RunState;
}

export interface Transition {
  /** Which of the messages it came from. */
  readonly of: number;
  readonly nowMs: number;
  readonly chain: string;
  readonly events: readonly RunEvent[];
  readonly commands: readonly UnsignedCommand[];
  /** What other runs are told; absent where there is nothing. */
  readonly messages?: readonly UnsignedMessage[];
}

const RUN_ID = 'run-golden' as RunId;
const START_MS = Date.UTC(2026, 0, 31, 12);

/** What everybody who decides on a golden history gives. */
export const factsAt = (definition: JsonObject, nowMs: number): Facts => ({ nowMs, machine: defineWorkflow({ name: 'golden', asl: definition }).machine, policy: PLATFORM_DEFAULTS, eventSource: '/golden', taskToken: (key) => `${key}/proof`, workflow: (name) => ({ name, ver: 1, hash: 'c'.repeat(32) }), files: () => 'gone' });

export class Recorder {
  readonly #definition: JsonObject;
  readonly #parent: ParentLink | undefined;
  readonly #messages: { nowMs: number; message: InboxMessage }[] = [];
  readonly #transitions: Transition[] = [];
  #state: RunState | undefined;
  #nowMs = START_MS;

  constructor(definition: JsonObject, parent?: ParentLink) {
    this.#definition = definition;
    this.#parent = parent;
  }

  start(input: Json): this {
    return this.#send({ type: 'start', body: { def: defineWorkflow({ name: 'golden', asl: this.#definition }).def, input, inputHash: hashJson(input), ...(this.#parent === undefined ? { via: 'api' } : { via: 'run', parent: this.#parent }) } });
  }

  /** @param state name of the state whose attempt is answered; where several are open, the first. */
  succeed(state: string, output: Json, more: Partial<ResultMessage['body']> = {}): this {
    return this.#answer(state, { outcome: 'succeeded', output, ...more });
  }

  fail(state: string, error: Partial<RunError> = {}): this {
    return this.#answer(state, { outcome: 'failed', error: { name: 'Oops', message: 'it broke', kind: 'technical', ...error } });
  }

  release(state: string): this {
    return this.#answer(state, { outcome: 'released' });
  }

  heartbeat(state: string, percent: number): this {
    return this.#send({ type: 'heartbeat', body: { ...this.#open(state), worker: 'w', progress: { percent } } });
  }

  signal(name: string, data: Json, id: string): this {
    return this.#send({ type: 'signal', body: { signalId: id, name, data } });
  }

  /** @param state name of the state that asks. */
  answer(state: string, given: JsonObject, id: string): this {
    const { stepId, attempt } = Object.values(this.#run.branches).find((candidate) => candidate.state === state && candidate.awaits?.kind === 'person')!;
    return this.#send({ type: 'answer', body: { stepId, attempt, answerId: id, answer: given, via: 'api' } });
  }

  /** Of the run that is waited for. */
  childEnded(body: Pick<ChildEndedMessage['body'], 'outcome'> & Partial<ChildEndedMessage['body']>): this {
    const branch = Object.values(this.#run.branches).find(({ awaits }) => awaits?.kind === 'run');
    if (branch?.awaits?.kind !== 'run') throw new Error('Expected a state that waits for a run');
    return this.#send({ type: 'child-ended', body: { childRunId: branch.awaits.runId, stepId: branch.stepId, attempt: branch.attempt, ...body } });
  }

  /** Of an operator. */
  compensation(action: 'retry' | 'skip', requestId: string): this {
    return this.#send({ type: 'compensation', by: 'Ada', body: { requestId, action, reason: 'it is there again' } });
  }

  cancel(): this {
    return this.#send({ type: 'cancel', body: { reason: 'no longer wanted' } });
  }

  /** To the next timer, which fires. */
  wake(): this {
    const [timerId, timer] = Object.entries(this.#run.timers).sort(([a, { dueMs: x }], [b, { dueMs: y }]) => x - y || (a < b ? -1 : 1))[0]!;
    this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
    return this.#send({ type: 'timer', body: { timerId, ver: timer.ver, by: 'lane' } });
  }

  /** Fires what is due at once until nothing is. */
  settle(): this {
    while (Object.values(this.#run.timers).some(({ kind }) => kind === 'continue')) this.wake();
    return this;
  }

  golden(says: string): Golden {
    return { says, definition: this.#definition, messages: this.#messages, transitions: this.#transitions, state: this.#run };
  }

  get #run(): RunState {
    if (this.#state === undefined) throw new Error('Expected a run that has started');
    return this.#state;
  }

  #open(state: string): Pick<ResultMessage['body'], 'stepId' | 'attempt'> {
    const branch = Object.values(this.#run.branches).find((candidate) => candidate.state === state && candidate.open !== undefined);
    if (branch === undefined) throw new Error(`Expected an open attempt in ${state}`);
    return { stepId: branch.stepId, attempt: branch.open!.attempt };
  }

  #answer(state: string, body: Pick<ResultMessage['body'], 'outcome'> & Partial<ResultMessage['body']>): this {
    return this.#send({ type: 'result', body: { ...this.#open(state), worker: 'w', ...body } });
  }

  #send(message: Pick<InboxMessage, 'type' | 'body' | 'by'>): this {
    this.#nowMs += 100;
    const full = { v: 1, id: `m-${this.#messages.length}`, runId: RUN_ID, ts: this.#nowMs, ...message } as InboxMessage;
    const of = this.#messages.push({ nowMs: this.#nowMs, message: full }) - 1;
    const decision = decide(this.#state, full, factsAt(this.#definition, this.#nowMs));
    if (decision.kind !== 'accepted') throw new Error(`Expected ${full.type} to be accepted, but it was ${decision.kind}`);
    const chain = chainOf(this.#state?.chain, decision.events);
    const messages = decision.effects.flatMap((effect) => (effect.kind === 'send-message' ? [effect.message] : []));
    this.#transitions.push({ of, nowMs: decisionTimeMs(this.#state, this.#nowMs), chain, events: decision.events, commands: decision.effects.flatMap((effect) => (effect.kind === 'send-command' ? [effect.command] : [])), ...(messages.length > 0 && { messages }) });
    this.#state = { ...decision.state, seq: (this.#state?.seq ?? 0) + 1, chain };
    return this;
  }
}
