import type { TaskSummary } from './api.ts';
import { taskIdOf } from './question.ts';
import type { RunState } from './run-state.ts';

/** What a run asks people at the moment. One that is parked, or undoes what it has done, takes no answers. */
export function openTasksOf({ runId, def, status, ending, branches }: RunState): readonly TaskSummary[] {
  if (status !== 'running' || ending !== undefined) return [];
  return Object.values(branches).flatMap(({ awaits, state, stepId, attempt }) =>
    awaits?.kind === 'person' ? [{ taskId: taskIdOf({ runId, stepId, attempt }), runId, workflow: def.name, state, title: awaits.name, assignees: [...awaits.assignees], askedMs: awaits.sinceMs, deadlineMs: awaits.deadlineMs }] : [],
  );
}
