/** Folding what is kept to be undone, and how far undoing has come. */
import { hash128, LIMITS, ROOT_BRANCH, type Branch, type Compensation, type RunEvent, type RunState } from '@baton/contracts';
import { withEntry, withoutEntry } from './entries.ts';
import { addStep, endStep } from './step-summaries.ts';

type Event<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

export function keepCompensation(state: RunState, { branch: id, stepId, state: name, input }: Event<'compensation-kept'>): RunState {
  const at = state.branches[id]?.at;
  return { ...state, compensations: [...(state.compensations ?? []), { stepId, state: name, ...(at !== undefined && { at }), input, status: 'due' }] };
}

/** Nothing of what the run was doing goes on; a run that was parked goes on with this alone. */
export function beginCompensating(state: RunState, { ending }: Event<'compensation-begun'>, nowMs: number): RunState {
  const { error: _parked, ...stopped } = withoutWork(state, ending.as, nowMs);
  return { ...stopped, status: 'running', ending };
}

export function startCompensation(state: RunState, { branch: id, stepId, of }: Event<'compensation-started'>, nowMs: number): RunState {
  const { state: name, at, input = null } = entryOf(state, of);
  const branch: Branch = { state: name, stepId, enteredMs: nowMs, data: input, phase: 'task', attempt: 0, retries: {}, ...(at !== undefined && { at }) };
  const next = withStatus({ ...state, entries: state.entries + 1, branches: withEntry(state.branches, id, branch) }, of, ({ input: _given, ...entry }) => ({ ...entry, status: 'undoing' }));
  return addStep(next, { stepId, state: name, branch: id, type: 'Compensation', status: 'running', attempts: 0, enteredMs: nowMs });
}

export function endCompensation(state: RunState, { branch: id, stepId, of }: Event<'compensation-done'>, nowMs: number): RunState {
  const next = withStatus({ ...state, branches: withoutEntry(state.branches, id) }, of, (entry) => ({ ...entry, status: 'undone' }));
  return endStep(next, stepId, { status: 'completed', endedMs: nowMs });
}

/** The run is parked. What the compensation was given stays for whoever does it by hand. */
export function failCompensation(state: RunState, { branch: id, stepId, of, cause, error }: Event<'compensation-failed'>, nowMs: number): RunState {
  const input = state.branches[id]?.data ?? null;
  const next = withStatus({ ...state, branches: withoutEntry(state.branches, id), timers: {}, status: 'blocked', error }, of, (entry) => ({ ...entry, input, status: 'failed' }));
  return endStep(next, stepId, { status: 'failed', endedMs: nowMs, error: cause });
}

/** As it was before its last attempt: under the same step id, so that its worker knows what it has done already. Its retries begin again. */
export function retryCompensation(state: RunState, event: Event<'compensation-retried'>, nowMs: number): RunState {
  const { branch: id, stepId, of, attempts } = event;
  const { error: _parked, ...parked } = state;
  const { state: name, at, input = null } = entryOf(state, of);
  const branch: Branch = { state: name, stepId, enteredMs: nowMs, data: input, phase: 'task', attempt: attempts, retries: {}, ...(at !== undefined && { at }) };
  const next = withStatus({ ...parked, status: 'running', branches: withEntry(state.branches, id, branch) }, of, ({ input: _given, ...entry }) => ({ ...remembering(entry, event), status: 'undoing' }));
  const before = next.steps.find((step) => step.stepId === stepId);
  if (before === undefined) return addStep(next, { stepId, state: name, branch: id, type: 'Compensation', status: 'running', attempts, enteredMs: nowMs });
  const { endedMs: _ended, error: _error, ...again } = before;
  return { ...next, steps: next.steps.map((step) => (step === before ? { ...again, status: 'running' } : step)) };
}

export function skipCompensation(state: RunState, event: Event<'compensation-skipped'>): RunState {
  const { error: _parked, ...parked } = state;
  return withStatus({ ...parked, status: 'running' }, event.of, ({ input: _given, ...entry }) => ({ ...remembering(entry, event), status: 'skipped' }));
}

/** How the id of an operator's request is remembered. */
export const requestKey = (id: string): string => hash128(id);

const remembering = (entry: Compensation, { requestId }: { readonly requestId: string }): Compensation => ({ ...entry, asked: [...(entry.asked ?? []).slice(1 - LIMITS.rememberedRequests), requestKey(requestId)] });

/** The root branch at rest, no other, no timer, and of the steps none that still goes on. */
export function withoutWork({ parts: _parts, signals: _signals, ...state }: RunState, as: 'completed' | 'failed' | 'cancelled', nowMs: number): RunState {
  const found = state.branches[ROOT_BRANCH];
  if (found === undefined) throw new Error(`Expected a branch ${ROOT_BRANCH}`);
  const { open: _open, fanOut: _fanOut, awaits: _awaits, ...root } = found;
  const steps = state.steps.map((step) => (step.endedMs === undefined ? { ...step, status: as === 'cancelled' ? ('cancelled' as const) : step.status, endedMs: nowMs } : step));
  return { ...state, timers: {}, branches: { [ROOT_BRANCH]: { ...root, phase: 'ended' } }, steps };
}

const withStatus = (state: RunState, of: string, change: (entry: Compensation) => Compensation): RunState => ({ ...state, compensations: (state.compensations ?? []).map((entry) => (entry.stepId === of ? change(entry) : entry)) });

function entryOf({ compensations = [] }: RunState, of: string): Compensation {
  const found = compensations.find(({ stepId }) => stepId === of);
  if (found === undefined) throw new Error(`Expected ${of} among what can be undone`);
  return found;
}
