/** Folding what a branch does that waits for something outside which is no answer of a step: a signal, the end of another run, a person. */
import type { Awaited, Branch, Arm, RunState } from '@baton/contracts';
import { withEntry } from './entries.ts';
import { asWaited } from './fan-out.ts';
import { updateStep } from './step-summaries.ts';
import { arm, disarm } from './timers.ts';

/** Of what a state waits for. */
export const deadlineTimer = (stepId: string): string => `d.${stepId}`;
/** When others are asked as well. */
export const escalationTimer = (stepId: string): string => `e.${stepId}`;

interface At {
  readonly branch: string;
  readonly stepId: string;
}

export function beginAwait(state: RunState, { branch: id, stepId }: At, awaits: Awaited, timer: Arm): RunState {
  const next = onBranch(state, id, (branch) => ({ ...asWaited(branch), phase: 'awaits', awaits }));
  return updateStep(arm(next, timer, id), stepId, { status: 'waiting' });
}

/** The branch waits no longer, whatever came of it. */
export function endAwait(state: RunState, { branch: id, stepId }: At): RunState {
  const next = onBranch(state, id, ({ awaits: _awaits, ...branch }) => ({ ...branch, phase: 'task' }));
  return updateStep(disarm(disarm(next, deadlineTimer(stepId)), escalationTimer(stepId)), stepId, { status: 'running' });
}

/** Another try of what the engine does. */
export function countAttempt(state: RunState, { branch: id, stepId }: At, attempt: number): RunState {
  return updateStep(onBranch(state, id, (branch) => ({ ...branch, attempt })), stepId, { attempts: attempt });
}

function onBranch(state: RunState, id: string, update: (branch: Branch) => Branch): RunState {
  const branch = state.branches[id];
  if (branch === undefined) throw new Error(`Expected a branch ${id}`);
  return { ...state, branches: withEntry(state.branches, id, update(branch)) };
}
