/**
 * A run under test: messages in, events and commands out, time moved by hand. After every accepted decision the events are
 * replayed from the beginning and compared with what processing gave (I6); of a long run, now and then.
 */
import { PLATFORM_DEFAULTS, hashJson, ROOT_BRANCH, type Backoff, type HistoryTxn, type InboxMessage, type Json, type JsonObject, type Policy, type RunError, type RunEvent, type RunId, type RunState, type RunStepCommand, type StepId } from '@baton/contracts';
import { defineWorkflow, type StateMachine } from '@baton/workflow';
import { expect } from '@jest/globals';
import { decide, decisionTimeMs } from '../src/decide.ts';
import { publishedBy } from '../src/lifecycle.ts';
import type { Decision, Effect, StoredFile, UnsignedCommand, UnsignedMessage } from '../src/decision.ts';
import { applyEvents, applyTxn, chainOf } from '../src/transition.ts';

const NO_JITTER: Backoff = { type: 'exponential', base_seconds: 1, factor: 2, cap_seconds: 60, jitter: 'none' };

export class TestRun {
  readonly machine: StateMachine;
  readonly policy: Policy;
  nowMs = 1_700_000_000_000;
  state: RunState | undefined;
  readonly commands: UnsignedCommand[] = [];
  /** What other runs were told. */
  readonly messages: UnsignedMessage[] = [];
  readonly published: string[] = [];
  last: Decision | undefined;
  /** Files that decisions have asked for to be stored; undefined: there is no place for any. */
  files: Map<string, string> | undefined;
  readonly #def: { name: string; ver: number; hash: string };
  #messages = 0;
  readonly #txns: HistoryTxn[] = [];

  constructor(asl: JsonObject, policy: Partial<Policy> = {}) {
    const workflow = defineWorkflow({ name: 'test', asl });
    this.machine = workflow.machine;
    this.#def = workflow.def;
    this.policy = { ...PLATFORM_DEFAULTS, retry_backoff: NO_JITTER, ...policy };
  }

  start(input: Json = {}): this {
    return this.send({ type: 'start', body: { def: this.#def, input, inputHash: hashJson(input), via: 'api' } });
  }

  succeed(output: Json, { attempt, stepId }: { attempt?: number; stepId?: string } = {}): this {
    const command = this.lastCommand(stepId);
    return this.send({ type: 'result', body: { stepId: (stepId ?? command.stepId) as StepId, attempt: attempt ?? command.attempt, outcome: 'succeeded', output, worker: 'w' } });
  }

  fail(error: Partial<RunError> = {}, { attempt, stepId }: { attempt?: number; stepId?: string } = {}): this {
    const command = this.lastCommand(stepId);
    return this.send({ type: 'result', body: { stepId: command.stepId, attempt: attempt ?? command.attempt, outcome: 'failed', error: { name: 'Oops', message: 'it broke', kind: 'technical', ...error }, worker: 'w' } });
  }

  release(): this {
    const command = this.lastCommand();
    return this.send({ type: 'result', body: { stepId: command.stepId, attempt: command.attempt, outcome: 'released', worker: 'w' } });
  }

  heartbeat(progress?: { percent?: number; message?: string }): this {
    const command = this.lastCommand();
    return this.send({ type: 'heartbeat', body: { stepId: command.stepId, attempt: command.attempt, worker: 'w', ...(progress !== undefined && { progress }) } });
  }

  cancel(reason = 'no longer wanted'): this {
    return this.send({ type: 'cancel', body: { reason } });
  }

  /** An operator goes on with what could not be undone. */
  operate(action: 'retry' | 'skip', more: { id?: string; step?: string; reason?: string } = {}): this {
    const { id = `request-${this.#messages}`, ...body } = more;
    return this.send({ type: 'compensation', body: { requestId: id, action, ...body } });
  }

  /** Moves time to the earliest armed timer and fires it. */
  fireNext(): this {
    const [timerId, timer] = Object.entries(this.current.timers).sort(([, a], [, b]) => a.dueMs - b.dueMs)[0]!;
    this.nowMs = timer.dueMs;
    return this.send({ type: 'timer', body: { timerId, ver: timer.ver, by: 'sweeper' } });
  }

  send(message: { type: InboxMessage['type']; body: unknown; id?: string }): this {
    const full = { v: 1, id: message.id ?? `m-${++this.#messages}`, runId: 'run-1' as RunId, ts: this.nowMs, ...message } as InboxMessage;
    const before = this.state;
    const frozen = JSON.stringify(before);
    const { files } = this;
    const stored = (hash: string): StoredFile => (files?.has(hash) === true ? { text: files.get(hash)! } : 'gone');
    const facts = { nowMs: this.nowMs, machine: this.machine, policy: this.policy, eventSource: '/baton/test', taskToken: (key: string) => `token of ${key}`, workflow: (name: string) => (name === 'unknown' ? undefined : { name, ver: 1, hash: 'c'.repeat(32) }), ...(files !== undefined && { files: stored }) };
    const decision = decide(before, full, facts);
    expect(JSON.stringify(before)).toBe(frozen);
    expect(decide(before, full, facts)).toEqual(decision);
    this.last = decision;
    if (decision.kind !== 'accepted') return this;
    for (const { hash, text } of decision.files ?? []) files?.set(hash, text);
    this.#take(decision.events, decision.effects, full);
    expect({ ...decision.state, seq: this.current.seq, chain: this.current.chain }).toEqual(this.state);
    return this;
  }

  get current(): RunState {
    if (this.state === undefined) throw new Error('The run has not started');
    return this.state;
  }

  get data(): Json {
    return this.current.branches[ROOT_BRANCH]!.data;
  }

  /** The newest run-step command, or the newest of a step. */
  lastCommand(stepId?: string): Omit<RunStepCommand, 'token'> {
    const command = this.commands.findLast((candidate) => candidate.t === 'run-step' && (stepId === undefined || candidate.stepId === stepId)) ?? this.commands.findLast(({ t }) => t === 'run-step');
    if (command === undefined || command.t !== 'run-step') throw new Error('No command was sent');
    return command;
  }

  /** Step ids of the attempts that are open, in the order in which their commands were sent. */
  open(): string[] {
    const open = Object.values(this.current.branches).flatMap((branch) => (branch.open === undefined ? [] : [branch.stepId as string]));
    return this.commands.flatMap(({ t, stepId }) => (t === 'run-step' && open.includes(stepId) ? [stepId as string] : [])).filter((id, i, all) => all.indexOf(id) === i);
  }

  /** Names of the states entered so far. */
  path(): string[] {
    return this.#txns.flatMap((txn) => txn.events.flatMap((event) => (event.type === 'state-entered' ? [event.state] : [])));
  }

  /** Fires what is due at once until nothing is. */
  settle(): this {
    for (let i = 0; i < 1_000 && Object.values(this.current.timers).some(({ kind, dueMs }) => kind === 'continue' && dueMs <= this.nowMs); i++) this.fireNext();
    return this;
  }

  get decisions(): readonly HistoryTxn[] {
    return this.#txns;
  }

  eventTypes(): string[] {
    return this.#txns.flatMap((txn) => txn.events.map((event) => event.type));
  }

  #take(events: readonly RunEvent[], effects: readonly Effect[], cause: InboxMessage): void {
    const seq = (this.state?.seq ?? 0) + 1;
    const nowMs = decisionTimeMs(this.state, this.nowMs);
    const chain = chainOf(this.state?.chain, events);
    this.state = applyEvents(this.state, { events, seq, nowMs, chain });
    this.#txns.push({ v: 1, t: 'txn', epoch: 0, runId: this.state.runId, seq, def: this.#def, cause: { off: seq, id: cause.id, ts: nowMs, type: cause.type }, events, outbox: [], chain, disp: -1 });
    for (const effect of effects) {
      if (effect.kind === 'send-command') this.commands.push(effect.command);
      else if (effect.kind === 'send-message') this.messages.push(effect.message);
      else this.published.push(effect.event.type);
    }
    const told = effects.flatMap((effect) => (effect.kind === 'publish-event' ? [effect.event] : []));
    expect(publishedBy(this.state, this.#txns.at(-1)!, '/baton/test')).toEqual(told);
    // Each time, this would take the square of what a long run takes.
    if (this.#txns.length > 40 && this.#txns.length % 50 !== 0) return;
    const replayed = JSON.parse(JSON.stringify(this.#txns)) as HistoryTxn[];
    expect(replayed.reduce<RunState | undefined>(applyTxn, undefined)).toEqual(this.state);
  }
}
