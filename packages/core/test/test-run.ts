/**
 * A run under test: messages in, events and commands out, time moved by hand. After every accepted decision the events are
 * replayed from the beginning and compared with what processing gave (I6).
 */
import { PLATFORM_DEFAULTS, hashJson, ROOT_BRANCH, type Backoff, type HistoryTxn, type InboxMessage, type Json, type JsonObject, type Policy, type RunError, type RunEvent, type RunId, type RunState, type RunStepCommand, type StepId } from '@baton/contracts';
import { defineWorkflow, type StateMachine } from '@baton/workflow';
import { expect } from '@jest/globals';
import { decide, decisionTimeMs } from '../src/decide.ts';
import { publishedBy } from '../src/lifecycle.ts';
import type { Decision, Effect, UnsignedCommand } from '../src/decision.ts';
import { applyEvents, applyTxn, chainOf } from '../src/transition.ts';

const NO_JITTER: Backoff = { type: 'exponential', base_seconds: 1, factor: 2, cap_seconds: 60, jitter: 'none' };

export class TestRun {
  readonly machine: StateMachine;
  readonly policy: Policy;
  nowMs = 1_700_000_000_000;
  state: RunState | undefined;
  readonly commands: UnsignedCommand[] = [];
  readonly published: string[] = [];
  last: Decision | undefined;
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
    const command = this.lastCommand();
    return this.send({ type: 'result', body: { stepId: (stepId ?? command.stepId) as StepId, attempt: attempt ?? command.attempt, outcome: 'succeeded', output, worker: 'w' } });
  }

  fail(error: Partial<RunError> = {}, { attempt }: { attempt?: number } = {}): this {
    const command = this.lastCommand();
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
    const decision = decide(before, full, { nowMs: this.nowMs, machine: this.machine, policy: this.policy, eventSource: '/baton/test' });
    expect(JSON.stringify(before)).toBe(frozen);
    expect(decide(before, full, { nowMs: this.nowMs, machine: this.machine, policy: this.policy, eventSource: '/baton/test' })).toEqual(decision);
    this.last = decision;
    if (decision.kind !== 'accepted') return this;
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

  /** The newest run-step command. */
  lastCommand(): Omit<RunStepCommand, 'token'> {
    const command = this.commands.findLast((candidate) => candidate.t === 'run-step');
    if (command === undefined || command.t !== 'run-step') throw new Error('No command was sent');
    return command;
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
      else this.published.push(effect.event.type);
    }
    const told = effects.flatMap((effect) => (effect.kind === 'publish-event' ? [effect.event] : []));
    expect(publishedBy(this.state, this.#txns.at(-1)!, '/baton/test')).toEqual(told);
    const replayed = JSON.parse(JSON.stringify(this.#txns)) as HistoryTxn[];
    expect(replayed.reduce<RunState | undefined>(applyTxn, undefined)).toEqual(this.state);
  }
}
