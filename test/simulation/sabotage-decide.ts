/**
 * `decide` without one of its protections: the real one is shown a message or a run in which what it would have refused
 * looks right, so everything else it does is the engine's own.
 */
import { isTerminal, type Compensation, type InboxMessage, type RunState } from '@baton/contracts';
import { decide, evolve, type Decide, type Facts } from '@baton/core';
import type { Protection, Without } from './sabotage.ts';

type Around = (inner: Decide) => Decide;

const shown = (state: (state: RunState, message: InboxMessage, facts: Facts) => RunState | undefined): Around => (inner) => (run, message, facts) => inner(run === undefined ? undefined : state(run, message, facts), message, facts);
const told = (message: (message: InboxMessage, state: RunState) => InboxMessage): Around => (inner) => (run, original, facts) => inner(run, run === undefined ? original : message(original, run), facts);

const opened = (state: RunState) => Object.values(state.branches).flatMap(({ stepId, open }) => (open === undefined ? [] : [{ stepId, attempt: open.attempt }]));

/** A result or heartbeat is made to speak for an attempt that is open. */
function speaksFor(message: InboxMessage, state: RunState, fits: (open: { readonly stepId: string; readonly attempt: number }, body: { readonly stepId: string; readonly attempt: number }) => boolean): InboxMessage {
  if (message.type !== 'result' && message.type !== 'heartbeat') return message;
  const open = opened(state).find((candidate) => fits(candidate, message.body));
  return open === undefined ? message : ({ ...message, body: { ...message.body, ...open } } as InboxMessage);
}

const withCompensations = (state: RunState, change: (entry: Compensation) => Compensation): RunState => (state.compensations === undefined ? state : { ...state, compensations: state.compensations.map(change) });

/** What comes of it is what its events give on the real run, or the fold alone would tell. */
function folded(around: Around): Around {
  return (inner) => (run, message, facts) => {
    const decision = around(inner)(run, message, facts);
    if (decision.kind !== 'accepted' || run === undefined) return decision;
    const nowMs = Math.max(facts.nowMs, run.updatedMs);
    return { ...decision, state: decision.events.reduce<RunState>((state, event) => evolve(state, event, nowMs), run) };
  };
}

function withoutEnding({ ending: _ending, ...state }: RunState): RunState {
  return state;
}

const SABOTAGES: Partial<Record<Protection, Around>> = {
  'attempt-check': told((message, state) => speaksFor(message, state, (open, { stepId }) => open.stepId === stepId)),
  'step-check': told((message, state) => speaksFor(message, state, (open, { attempt }) => open.attempt === attempt)),
  'timer-version-check': told((message, state) => {
    if (message.type !== 'timer') return message;
    const ver = state.timers[message.body.timerId]?.ver;
    return ver === undefined ? message : { ...message, body: { ...message.body, ver } };
  }),
  'timer-due-check': shown((state, message, { nowMs }) => {
    if (message.type !== 'timer') return state;
    const { timerId } = message.body;
    const armed = state.timers[timerId];
    return armed === undefined ? state : { ...state, timers: { ...state.timers, [timerId]: { ...armed, dueMs: Math.min(armed.dueMs, nowMs) } } };
  }),
  'idempotent-start': shown((state, message) => (message.type === 'start' ? undefined : state)),
  'start-conflict-check': shown((state, message) => (message.type === 'start' ? { ...state, inputHash: message.body.inputHash } : state)),
  'park-check': shown((state) => (state.status === 'blocked' ? { ...state, status: 'running' } : state)),
  'end-check': shown((state) => (isTerminal(state.status) ? { ...state, status: 'running' } : state)),
  'ending-settled': shown((state, message) => (message.type === 'cancel' && state.status === 'running' ? withoutEnding(state) : state)),
  'undone-once': shown((state) => (state.ending === undefined ? state : withCompensations(state, (entry) => (entry.status === 'undone' ? { ...entry, status: 'due' } : entry)))),
  'undo-attempts': shown((state, message) => (message.type === 'compensation' ? { ...state, steps: state.steps.filter(({ type }) => type !== 'Compensation') } : state)),
  'request-memory': folded(shown((state, message) => (message.type === 'compensation' ? withCompensations(state, ({ asked: _forgotten, ...entry }) => entry) : state))),
  'signal-memory': shown((state, message) => (message.type === 'signal' && state.signals !== undefined ? { ...state, signals: { ...state.signals, seen: [] } } : state)),
  'stable-idempotency-key': (inner) => (state, message, facts) => {
    const decision = inner(state, message, facts);
    if (decision.kind !== 'accepted') return decision;
    return { ...decision, effects: decision.effects.map((effect) => (effect.kind === 'send-command' && effect.command.t === 'run-step' ? { ...effect, command: { ...effect.command, idem: effect.command.key } } : effect)) };
  },
};

export const decideWithout = (without: Without): Decide => Object.entries(SABOTAGES).reduce((inner, [protection, around]) => (without.has(protection as Protection) ? around(inner) : inner), decide as Decide);
