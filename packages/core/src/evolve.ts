/**
 * The only thing that changes a run: one event, folded. Never refuses, never looks at a definition or a clock, so replay
 * gives what processing gave (I6). Released cases are never edited; new meaning is a new event.
 */
import { ROOT_BRANCH, type Branch, type RunEvent, type RunState, type RunStatus } from '@baton/contracts';
import { applyPatch } from './evolve/patch.ts';
import { arm, disarm } from './evolve/timers.ts';
import { addStep, endStep, updateStep } from './evolve/step-summaries.ts';

/** @param nowMs the time of the transition that the event belongs to. @param state undefined before the first event. */
export function evolve(state: RunState | undefined, event: RunEvent, nowMs: number): RunState {
  if (event.type === 'run-started') return started(event, nowMs);
  if (state === undefined) throw new Error(`Expected run-started first, but found ${event.type}`);
  return { ...change(state, event, nowMs), updatedMs: nowMs };
}

function change(state: RunState, event: Exclude<RunEvent, { type: 'run-started' }>, nowMs: number): RunState {
  switch (event.type) {
    case 'state-entered': {
      const data = state.branches[event.branch]?.data ?? null;
      const branch: Branch = { state: event.state, stepId: event.stepId, enteredMs: nowMs, data, phase: 'task', attempt: 0, retries: {} };
      return addStep(withBranch({ ...state, entries: state.entries + 1 }, event.branch, branch), {
        stepId: event.stepId,
        state: event.state,
        branch: event.branch,
        type: event.stateType,
        status: 'running',
        attempts: 0,
        enteredMs: nowMs,
      });
    }
    case 'attempt-opened': {
      const open = {
        attempt: event.attempt,
        service: event.service,
        step: event.step,
        openedMs: nowMs,
        deadlineMs: event.deadlineMs,
        ...(event.heartbeatTimeoutMs !== undefined && { heartbeatTimeoutMs: event.heartbeatTimeoutMs }),
      };
      const next = onBranch(state, event.branch, (branch) => ({ ...branch, phase: 'task', attempt: event.attempt, open }));
      return updateStep(arm(disarm(next, backoffTimer(event.stepId)), event.timer, event.branch), event.stepId, { status: 'running', attempts: event.attempt });
    }
    case 'attempt-heartbeat': {
      const next = onBranch(state, event.branch, (branch) =>
        branch.open === undefined
          ? branch
          : {
              ...branch,
              open: {
                ...branch.open,
                lastHeartbeatMs: nowMs,
                worker: event.worker,
                ...(event.startedMs !== undefined && { startedMs: event.startedMs }),
                ...(event.progress !== undefined && { progress: event.progress }),
              },
            },
      );
      return arm(next, event.timer, event.branch);
    }
    case 'attempt-closed': {
      const next = onBranch(state, event.branch, ({ open: _open, ...branch }) => branch);
      return disarm(next, attemptTimer(event.stepId));
    }
    case 'retry-scheduled': {
      const next = onBranch(state, event.branch, (branch) => ({
        ...branch,
        phase: 'backoff',
        ...(event.retrier !== undefined && { retries: { ...branch.retries, [event.retrier]: (branch.retries[event.retrier] ?? 0) + 1 } }),
      }));
      return updateStep(arm(next, event.timer, event.branch), event.stepId, { status: 'backing-off' });
    }
    case 'wait-started':
      return updateStep(arm(onBranch(state, event.branch, (branch) => ({ ...branch, phase: 'wait' })), event.timer, event.branch), event.stepId, { status: 'waiting' });
    case 'wait-ended':
      return disarm(onBranch(state, event.branch, (branch) => ({ ...branch, phase: 'task' })), waitTimer(event.stepId));
    case 'state-exited': {
      const next = disarm(onBranch(state, event.branch, (branch) => ({ ...branch, data: applyPatch(branch.data, event.patch), phase: 'ended' })), waitTimer(event.stepId));
      const status = event.via === 'done' ? 'completed' : event.via === 'continued' ? 'continued' : 'failed';
      return endStep(next, event.stepId, { status, endedMs: nowMs, ...(event.error !== undefined && { error: event.error }) });
    }
    case 'state-failed':
      return endStep(state, event.stepId, { status: 'failed', endedMs: nowMs, error: event.error });
    case 'run-completed':
      return { ...ended(state, 'completed', nowMs), output: state.branches[ROOT_BRANCH]?.data ?? null };
    case 'run-failed':
      return { ...ended(state, 'failed', nowMs), error: event.error };
    case 'run-cancelled':
      return ended(state, 'cancelled', nowMs);
    case 'run-blocked':
      return { ...state, status: 'blocked', error: event.error, timers: {} };
  }
}

export const attemptTimer = (stepId: string): string => `a.${stepId}`;
export const backoffTimer = (stepId: string): string => `b.${stepId}`;
export const waitTimer = (stepId: string): string => `w.${stepId}`;
export const RUN_TIMER = 'run';

function started(event: Extract<RunEvent, { type: 'run-started' }>, nowMs: number): RunState {
  const state: RunState = {
    v: 1,
    runId: event.runId,
    seq: 0,
    status: 'running',
    def: event.def,
    policy: event.policy,
    inputHash: event.inputHash,
    startId: event.startId,
    via: event.via,
    startedMs: nowMs,
    updatedMs: nowMs,
    entries: 0,
    timerVersions: 0,
    branches: { [ROOT_BRANCH]: { state: '', stepId: '' as Branch['stepId'], enteredMs: nowMs, data: event.input, phase: 'ended', attempt: 0, retries: {} } },
    timers: {},
    steps: [],
    ...(event.trace !== undefined && { trace: event.trace }),
  };
  return event.timer === undefined ? state : arm(state, event.timer, ROOT_BRANCH);
}

/** A run that has ended has no timer and no open attempt (I9). */
function ended(state: RunState, status: RunStatus, nowMs: number): RunState {
  const branches = Object.fromEntries(Object.entries(state.branches).map(([id, { open: _open, ...branch }]) => [id, { ...branch, phase: 'ended' as const }]));
  const steps = state.steps.map((step) => (step.endedMs === undefined ? { ...step, status: status === 'cancelled' ? ('cancelled' as const) : step.status, endedMs: nowMs } : step));
  return { ...state, status, endedMs: nowMs, timers: {}, branches, steps };
}

function onBranch(state: RunState, id: string, update: (branch: Branch) => Branch): RunState {
  const branch = state.branches[id];
  if (branch === undefined) throw new Error(`Expected a branch ${id}`);
  return withBranch(state, id, update(branch));
}

function withBranch(state: RunState, id: string, branch: Branch): RunState {
  return { ...state, branches: { ...state.branches, [id]: branch } };
}
