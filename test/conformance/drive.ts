/**
 * One run in one process without servers: `decide` in a loop. Steps are answered at once by a worker; when nothing is left
 * to answer, the clock goes to the next timer. Every decision's events are folded again and held against the state that
 * deciding gave, so each case of the data is also a case of "replay gives what processing gave".
 */
import { isDeepStrictEqual } from 'node:util';
import { hashJson, isTerminal, PLATFORM_DEFAULTS, type InboxMessage, type Json, type RunError, type RunEvent, type RunId, type RunState, type RunStepCommand } from '@baton/contracts';
import { decide, evolve } from '@baton/core';
import type { StateMachine } from '@baton/workflow';

export interface AttemptSeen {
  /** `<service>/<step>` */
  readonly step: string;
  readonly state: string;
  readonly stepId: string;
  readonly attempt: number;
  readonly input: Json;
}

/** `silence`: no answer ever comes, and the attempt's time-out decides. */
export type Said = { readonly outcome: 'succeeded'; readonly output: Json } | { readonly outcome: 'failed'; readonly error: RunError } | 'silence';

/** What the worker says; or what it says when it has passed the task token on, and then whoever has got that. */
export type Answer = Said | { readonly passedOn: Json; readonly byToken: Said };

export interface Plan {
  readonly machine: StateMachine;
  readonly input: Json;
  readonly startMs: number;
  readonly answer: (attempt: AttemptSeen) => Answer;
  readonly runId?: string;
  /** The run is cancelled once it waits for nothing but time. */
  readonly cancelAtRest?: boolean;
  /** Asked of each event, once; true leaves the run where its decision has brought it. */
  readonly stop?: (event: RunEvent) => boolean;
}

/** A state entered or left. */
export interface Passage {
  readonly what: 'entered' | 'exited';
  readonly type: string;
  readonly state: string;
  /** Input of the state, or its output. */
  readonly data: Json;
}

export interface Driven {
  /** Undefined where the start itself was refused. */
  readonly run: RunState | undefined;
  readonly passages: readonly Passage[];
  readonly events: readonly { readonly event: RunEvent; readonly atMs: number }[];
  /** So many attempts were open at once at most. */
  readonly mostOpen: number;
  /** What stopped the harness from getting to the end of the run. */
  readonly stuck?: string;
}

const MOST_MESSAGES = 20_000;
type OpenCommand = Omit<RunStepCommand, 'token'>;

export function drive(plan: Plan): Driven {
  const runId = (plan.runId ?? 'run-1') as RunId;
  const def = { name: 'conformance', ver: 1, hash: '0'.repeat(32) };
  const events: { event: RunEvent; atMs: number }[] = [];
  const passages: Passage[] = [];
  const entered = new Map<string, { readonly state: string; readonly type: string }>();
  const open: OpenCommand[] = [];
  let run: RunState | undefined;
  let nowMs = plan.startMs;
  let messages = 0;
  let mostOpen = 0;
  let stopped = false;

  const send = (message: { readonly type: InboxMessage['type']; readonly body: unknown }): string | undefined => {
    const full = { v: 1, id: `m-${++messages}`, runId, ts: nowMs, ...message } as InboxMessage;
    const decision = decide(run, full, { nowMs, machine: plan.machine, policy: PLATFORM_DEFAULTS, eventSource: '/conformance', taskToken: (key) => `token of ${key}` });
    if (decision.kind === 'rejected') return `${message.type} was rejected: ${decision.code}: ${decision.reason}`;
    if (decision.kind === 'ignored') return `${message.type} was ignored: ${decision.why}`;
    for (const event of decision.events) {
      run = evolve(run, event, Math.max(nowMs, run?.updatedMs ?? 0));
      events.push({ event, atMs: nowMs });
      note(event, run);
      if (plan.stop?.(event) === true) stopped = true;
    }
    if (!isDeepStrictEqual(run, decision.state)) throw new Error('Expected the events to fold to the state that deciding gave');
    for (const effect of decision.effects) {
      if (effect.kind !== 'send-command') continue;
      const { command } = effect;
      if (command.t === 'run-step') open.push(command);
      else open.splice(0, open.length, ...open.filter(({ key }) => key !== command.key));
    }
    return undefined;
  };

  const note = (event: RunEvent, state: RunState): void => {
    if (event.type === 'state-entered') {
      entered.set(event.stepId, { state: event.state, type: event.stateType });
      passages.push({ what: 'entered', type: event.stateType, state: event.state, data: state.branches[event.branch]?.data ?? null });
    } else if (event.type === 'state-exited') {
      passages.push({ what: 'exited', type: entered.get(event.stepId)?.type ?? '', state: event.state, data: state.branches[event.branch]?.data ?? null });
    }
  };

  const ended = (stuck?: string): Driven => ({ run, passages, events, mostOpen, ...(stuck !== undefined && { stuck }) });

  const refused = send({ type: 'start', body: { def, input: plan.input, inputHash: hashJson(plan.input), via: 'api' } });
  if (refused !== undefined) return ended(refused);
  for (;;) {
    if (run === undefined || isTerminal((run as RunState).status) || stopped) return ended();
    mostOpen = Math.max(mostOpen, open.length);
    if ((run as RunState).status === 'blocked') return ended(`the run is parked: ${(run as RunState).error?.message}`);
    if (messages >= MOST_MESSAGES) return ended(`the run went on after ${MOST_MESSAGES} messages`);
    const command = open.shift();
    if (command !== undefined) {
      const { stepId, attempt } = command;
      const answer = plan.answer({ step: `${command.service}/${command.step}`, state: entered.get(stepId)?.state ?? '', stepId, attempt, input: command.input });
      const said: readonly (Said | (Said & { readonly callback: true }))[] =
        answer !== 'silence' && 'passedOn' in answer ? [{ outcome: 'succeeded', output: answer.passedOn }, ...(answer.byToken === 'silence' ? [] : [{ ...answer.byToken, callback: true as const }])] : [answer];
      for (const what of said) {
        const trouble = what === 'silence' ? undefined : send({ type: 'result', body: { stepId, attempt, ...what, worker: 'conformance' } });
        if (trouble !== undefined) return ended(trouble);
      }
      continue;
    }
    if (plan.cancelAtRest === true) {
      const trouble = send({ type: 'cancel', body: { reason: 'stopped by its caller' } });
      return ended(trouble);
    }
    const next = nextTimer(run);
    if (next === undefined) return ended('the run waits for nothing');
    nowMs = Math.max(nowMs, next.dueMs);
    const trouble = send({ type: 'timer', body: { timerId: next.id, ver: next.ver, by: 'sweeper' } });
    if (trouble !== undefined) return ended(trouble);
  }
}

function nextTimer(run: RunState): { readonly id: string; readonly ver: number; readonly dueMs: number } | undefined {
  const timers = Object.entries(run.timers).map(([id, { ver, dueMs }]) => ({ id, ver, dueMs }));
  return timers.sort((a, b) => a.dueMs - b.dueMs || (a.id < b.id ? -1 : 1))[0];
}
