import type { OpenAttempt, RunState } from '@baton/contracts';

/** The branch where this very attempt is open; undefined where it is closed, or never was. */
export function findOpenAttempt(state: RunState, stepId: string, attempt: number): { readonly branchId: string; readonly open: OpenAttempt } | undefined {
  for (const [branchId, branch] of Object.entries(state.branches)) {
    if (branch.stepId === stepId && branch.open?.attempt === attempt) return { branchId, open: branch.open };
  }
  return undefined;
}
