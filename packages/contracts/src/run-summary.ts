import type { RunSummary } from './api.ts';
import { isTerminal, ROOT_BRANCH, type RunState } from './run-state.ts';

/** What a list shows of a run. `currentState` is the root branch's, and absent once the run has ended. */
export function runSummaryOf(state: RunState): RunSummary {
  const current = isTerminal(state.status) ? undefined : state.branches[ROOT_BRANCH]?.state;
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
