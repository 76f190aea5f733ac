/** What the API shows of a run, made from its state. */
import { derivedTraceId, isTerminal, ROOT_BRANCH, runSummaryOf, spanIdsOf, type Branch, type RunState, type RunView, type StepSummary, type StepView } from '@baton/contracts';

export function runViewOf(state: RunState): RunView {
  return {
    ...runSummaryOf(state),
    seq: state.seq,
    via: state.via,
    steps: state.steps.map((step) => stepView(step, state)),
    data: state.branches[ROOT_BRANCH]?.data ?? null,
    ...(state.output !== undefined && { output: state.output }),
    traceId: state.trace === undefined ? derivedTraceId(state.runId) : spanIdsOf(state.trace).traceId,
  };
}

function stepView(step: StepSummary, state: RunState): StepView {
  const branch = state.branches[step.branch];
  const here = branch?.stepId === step.stepId && !isTerminal(state.status) ? branch : undefined;
  const open = here?.open;
  const dueMs = here === undefined ? undefined : dueOf(here, step, state);
  return {
    stepId: step.stepId,
    state: step.state,
    type: step.type,
    status: step.status,
    attempts: step.attempts,
    enteredMs: step.enteredMs,
    ...(step.endedMs !== undefined && { endedMs: step.endedMs }),
    ...(step.error !== undefined && { error: step.error }),
    ...(open?.progress !== undefined && { progress: withoutUndefined(open.progress) }),
    ...(open?.worker !== undefined && { worker: open.worker }),
    ...(dueMs !== undefined && { dueMs }),
  };
}

/** The end of a backoff or a wait; an attempt's time-out is not something to look forward to. */
function dueOf(branch: Branch, step: StepSummary, state: RunState): number | undefined {
  if (branch.phase !== 'backoff' && branch.phase !== 'wait') return undefined;
  return Object.values(state.timers).find((timer) => timer.branch === step.branch && timer.kind === branch.phase)?.dueMs;
}

function withoutUndefined(progress: { readonly percent?: number | undefined; readonly message?: string | undefined }): { percent?: number; message?: string } {
  return { ...(progress.percent !== undefined && { percent: progress.percent }), ...(progress.message !== undefined && { message: progress.message }) };
}
