/** Folding what concerns runs that this one has started. */
import type { RunEvent, RunState } from '@baton/contracts';
import { beginAwait, countAttempt } from './awaiting.ts';
import { updateStep } from './step-summaries.ts';

type Event<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

export function startChild(state: RunState, event: Event<'child-started'>): RunState {
  return updateStep(countAttempt(state, event, event.attempt), event.stepId, { child: { runId: event.child, workflow: event.def.name } });
}

export function awaitChild(state: RunState, event: Event<'child-awaited'>, nowMs: number): RunState {
  const { child, workflow, deadlineMs, timer } = event;
  return beginAwait(state, event, { kind: 'run', runId: child, name: workflow, sinceMs: nowMs, deadlineMs }, timer);
}
