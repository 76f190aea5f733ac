/** Folding what a state asks a person, and what becomes of it. */
import { hash128, type Awaited, type QuestionOutcome, type RunEvent, type RunState } from '@baton/contracts';
import { beginAwait, countAttempt, endAwait, escalationTimer } from './awaiting.ts';
import { withEntry } from './entries.ts';
import { updateStep } from './step-summaries.ts';
import { arm, disarm } from './timers.ts';

type Event<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

/** How the id of an answer is remembered: ids may be long. */
export const answerKey = (id: string): string => hash128(id);

export function askQuestion(state: RunState, event: Event<'question-asked'>, nowMs: number): RunState {
  const { branch, stepId, attempt, title: name, question, assignees, deadlineMs, timer, escalation } = event;
  const awaits: Awaited = { kind: 'person', name, question, assignees, escalated: 0, sinceMs: nowMs, deadlineMs };
  const next = updateStep(beginAwait(countAttempt(state, event, attempt), event, awaits, timer), stepId, { question: { attempt, title: name } });
  return escalation === undefined ? next : arm(next, escalation, branch);
}

export function escalateQuestion(state: RunState, { branch: id, stepId, assignees, escalation }: Event<'question-escalated'>): RunState {
  const branch = state.branches[id];
  if (branch?.awaits?.kind !== 'person') throw new Error(`Expected ${stepId} to ask a person`);
  const awaits: Awaited = { ...branch.awaits, assignees: [...new Set([...branch.awaits.assignees, ...assignees])], escalated: branch.awaits.escalated + 1 };
  const next = disarm({ ...state, branches: withEntry(state.branches, id, { ...branch, awaits }) }, escalationTimer(stepId));
  return escalation === undefined ? next : arm(next, escalation, id);
}

export function answerQuestion(state: RunState, event: Event<'question-answered'>, nowMs: number): RunState {
  return closed(state, event, { outcome: 'answered', atMs: nowMs, answer: answerKey(event.id), ...(event.by !== undefined && { by: event.by }) });
}

export function closeQuestion(state: RunState, event: Event<'question-expired' | 'question-withdrawn'>, nowMs: number): RunState {
  return closed(state, event, { outcome: event.type === 'question-expired' ? 'expired' : 'withdrawn', atMs: nowMs });
}

function closed(state: RunState, event: { readonly branch: string; readonly stepId: Event<'question-asked'>['stepId']; readonly attempt: number }, how: { readonly outcome: QuestionOutcome; readonly atMs: number; readonly answer?: string; readonly by?: string }): RunState {
  const title = state.branches[event.branch]?.awaits?.name ?? '';
  return updateStep(endAwait(state, event), event.stepId, { question: { attempt: event.attempt, title, ...how } });
}
