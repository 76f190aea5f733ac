import type { RunSummary } from './api.ts';
import { ROOT_BRANCH } from './branch.ts';
import { UNDO_BRANCH } from './compensation.ts';
import { isTerminal, type RunState } from './run-state.ts';

/** What a list shows of a run. `currentState` is the root branch's, or what is being undone, and absent once the run has ended. */
export function runSummaryOf(state: RunState): RunSummary {
  const current = isTerminal(state.status) ? undefined : (state.branches[UNDO_BRANCH] ?? state.branches[ROOT_BRANCH])?.state;
  return {
    runId: state.runId,
    workflow: state.def.name,
    def: state.def,
    status: state.status,
    startedMs: state.startedMs,
    updatedMs: state.updatedMs,
    ...(state.endedMs !== undefined && { endedMs: state.endedMs }),
    ...(current !== undefined && { currentState: current }),
    ...(state.error !== undefined && { error: state.error }),
  };
}
