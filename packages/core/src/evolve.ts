/**
 * The only thing that changes a run: one event, folded. Never refuses, never looks at a definition or a clock, so replay
 * gives what processing gave (I6). Released cases are never edited; new meaning is a new event.
 */
import { ROOT_BRANCH, type Branch, type RunEvent, type RunState } from '@baton/contracts';
import { countAttempt, deadlineTimer, endAwait, escalationTimer } from './evolve/awaiting.ts';
import { awaitChild, startChild } from './evolve/child-runs.ts';
import { beginCompensating, endCompensation, failCompensation, keepCompensation, retryCompensation, skipCompensation, startCompensation, withoutWork } from './evolve/compensations.ts';
import { withEntry } from './evolve/entries.ts';
import { applyPatch } from './evolve/patch.ts';
import { abortBranches, asWaited, cancelBranches, closeFanOut, continueTimer, endBranch, failBranch, openBranch, openFanOut, recordResults, storeResults, whereTriedAgain } from './evolve/fan-out.ts';
import { answerQuestion, askQuestion, closeQuestion, escalateQuestion } from './evolve/questions.ts';
import { awaitSignal, receiveSignal, takeSignal } from './evolve/signals.ts';
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
      const before = state.branches[event.branch];
      const entered: Branch = { state: event.state, stepId: event.stepId, enteredMs: nowMs, data: before?.data ?? null, phase: 'task', attempt: 0, retries: {} };
      const branch = before === undefined ? entered : withScope(entered, before);
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
      const next = onBranch(state, event.branch, (branch) => ({ ...asWaited(branch), phase: 'task', attempt: event.attempt, open }));
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
    case 'attempt-awaits-token': {
      const next = onBranch(state, event.branch, (branch) => {
        if (branch.open === undefined) return branch;
        const { heartbeatTimeoutMs: _before, lastHeartbeatMs: _last, progress: _progress, ...open } = branch.open;
        return { ...branch, open: { ...open, worker: event.worker, awaitsToken: true, ...(event.heartbeatTimeoutMs !== undefined && { heartbeatTimeoutMs: event.heartbeatTimeoutMs }) } };
      });
      return updateStep(arm(next, event.timer, event.branch), event.stepId, { status: 'waiting' });
    }
    case 'attempt-closed': {
      const next = onBranch(state, event.branch, ({ open: _open, ...branch }) => branch);
      return disarm(next, attemptTimer(event.stepId));
    }
    case 'retry-scheduled': {
      const next = onBranch(whereTriedAgain(state, event), event.branch, (branch) => ({
        ...asWaited(branch),
        phase: 'backoff',
        ...(event.retrier !== undefined && { retries: { ...branch.retries, [event.retrier]: (branch.retries[event.retrier] ?? 0) + 1 } }),
      }));
      return updateStep(arm(next, event.timer, event.branch), event.stepId, { status: 'backing-off' });
    }
    case 'backoff-ended':
      return disarm(onBranch(state, event.branch, (branch) => ({ ...branch, phase: 'task' })), backoffTimer(event.stepId));
    case 'wait-started':
      return updateStep(arm(onBranch(state, event.branch, (branch) => ({ ...asWaited(branch), phase: 'wait' })), event.timer, event.branch), event.stepId, { status: 'waiting' });
    case 'wait-ended':
      return disarm(onBranch(state, event.branch, (branch) => ({ ...branch, phase: 'task' })), waitTimer(event.stepId));
    case 'state-exited': {
      const left = onBranch(closeFanOut(state, event.branch), event.branch, (branch) => ({ ...branch, data: applyPatch(branch.data, event.patch), phase: 'ended' }));
      const next = disarm(left, waitTimer(event.stepId));
      const status = event.via === 'done' ? 'completed' : event.via === 'continued' ? 'continued' : 'failed';
      return endStep(next, event.stepId, { status, endedMs: nowMs, ...(event.error !== undefined && { error: event.error }) });
    }
    case 'state-failed':
      return endStep(closeFanOut(state, event.branch), event.stepId, { status: 'failed', endedMs: nowMs, error: event.error });
    case 'variables-assigned':
      return onBranch(state, event.branch, (branch) => ({ ...branch, variables: { ...branch.variables, ...event.variables } }));
    case 'branches-opened':
      return openFanOut(disarm(state, backoffTimer(event.stepId)), event);
    case 'branch-opened':
      return openBranch(state, event, nowMs);
    case 'branch-ended':
      return endBranch(state, event, nowMs);
    case 'branch-failed':
      return failBranch(state, event, nowMs);
    case 'results-stored':
      return storeResults(state, event);
    case 'results-recorded':
      return recordResults(state, event);
    case 'branches-aborted':
      return abortBranches(state, event, nowMs);
    case 'branches-cancelled':
      return cancelBranches(state, event, nowMs);
    case 'fan-out-paused':
      return arm(state, event.timer, event.branch);
    case 'fan-out-resumed':
      return disarm(state, continueTimer(event.stepId));
    case 'signal-received':
      return receiveSignal(state, event, nowMs);
    case 'signal-awaited':
      return awaitSignal(state, event, nowMs);
    case 'signal-taken':
      return takeSignal(state, event);
    case 'continuation-linked':
      return { ...state, continues: event.continues, ...(event.signals !== undefined && { signals: event.signals }) };
    case 'run-continued':
      return { ...updateStep(state, event.stepId, { child: { runId: event.next, workflow: event.def.name }, attempts: 1 }), continuedAs: event.next };
    case 'event-emitted':
      return countAttempt(state, event, (state.branches[event.branch]?.attempt ?? 0) + 1);
    case 'child-started':
      return startChild(state, event);
    case 'child-awaited':
      return awaitChild(state, event, nowMs);
    case 'child-ended':
    case 'child-abandoned':
    case 'await-timed-out':
      return endAwait(state, event);
    case 'question-asked':
      return askQuestion(state, event, nowMs);
    case 'question-escalated':
      return escalateQuestion(state, event);
    case 'question-answered':
      return answerQuestion(state, event, nowMs);
    case 'question-expired':
    case 'question-withdrawn':
      return closeQuestion(state, event, nowMs);
    case 'parent-linked':
      return { ...state, parent: event.parent };
    case 'input-kept':
      return { ...state, input: state.branches[ROOT_BRANCH]?.data ?? null };
    case 'compensation-kept':
      return keepCompensation(state, event);
    case 'compensation-begun':
      return beginCompensating(state, event, nowMs);
    case 'compensation-started':
      return startCompensation(state, event, nowMs);
    case 'compensation-done':
      return endCompensation(state, event, nowMs);
    case 'compensation-failed':
      return failCompensation(state, event, nowMs);
    case 'compensation-retried':
      return retryCompensation(state, event, nowMs);
    case 'compensation-skipped':
      return skipCompensation(state, event);
    case 'run-completed':
      return { ...ended(state, 'completed', nowMs), output: state.branches[ROOT_BRANCH]?.data ?? null };
    case 'run-failed':
      return { ...ended(state, 'failed', nowMs), error: event.error };
    case 'run-cancelled':
      return ended(state, 'cancelled', nowMs);
    case 'run-blocked':
      return { ...state, status: 'blocked', error: event.error, timers: {} };
    default:
      // An event of a later release: a fold that goes on without it would be a guess.
      throw new Error(`Expected an event that this release knows, but found ${(event as { readonly type: string }).type}`);
  }
}

export const attemptTimer = (stepId: string): string => `a.${stepId}`;
export const backoffTimer = (stepId: string): string => `b.${stepId}`;
export const waitTimer = (stepId: string): string => `w.${stepId}`;
export const RUN_TIMER = 'run';
export { continueTimer, deadlineTimer, escalationTimer };

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

/** A run that has ended has no timer and no open attempt (I9), and of its branches only the root, whose data is the run's. What has gone well is not undone. */
function ended(state: RunState, status: 'completed' | 'failed' | 'cancelled', nowMs: number): RunState {
  const { compensations, ...left } = withoutWork(state, status, nowMs);
  return { ...left, status, endedMs: nowMs, ...(compensations !== undefined && status !== 'completed' && { compensations }) };
}

/** What belongs to the branch and not to the state it was in. */
function withScope(entered: Branch, { parent, index, at, variables, waited, openedMs, given }: Branch): Branch {
  if (parent === undefined) return variables === undefined ? entered : { ...entered, variables };
  return { ...entered, parent, ...(index !== undefined && { index }), ...(at !== undefined && { at }), ...(variables !== undefined && { variables }), ...(waited !== undefined && { waited }), ...(openedMs !== undefined && { openedMs }), ...(given !== undefined && { given }) };
}

function onBranch(state: RunState, id: string, update: (branch: Branch) => Branch): RunState {
  const branch = state.branches[id];
  if (branch === undefined) throw new Error(`Expected a branch ${id}`);
  return withBranch(state, id, update(branch));
}

function withBranch(state: RunState, id: string, branch: Branch): RunState {
  return { ...state, branches: withEntry(state.branches, id, branch) };
}
