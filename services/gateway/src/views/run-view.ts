/** What the API shows of a run, made from its state. */
import { derivedTraceId, isTerminal, ROOT_BRANCH, runSummaryOf, spanIdsOf, taskIdOf, UNDO_BRANCH, type AskedQuestion, type Branch, type Ending, type FanOut, type RunState, type RunView, type StepSummary, type StepView } from '@baton/contracts';

export function runViewOf(state: RunState): RunView {
  const root = state.branches[ROOT_BRANCH];
  const buffered = state.signals?.buffered ?? [];
  return {
    ...runSummaryOf(state),
    seq: state.seq,
    via: state.via,
    ...(state.continues !== undefined && { continues: state.continues }),
    ...(state.continuedAs !== undefined && { continuedAs: state.continuedAs }),
    ...(state.parent !== undefined && { parent: { runId: state.parent.runId, stepId: state.parent.stepId } }),
    steps: state.steps.map((step) => stepView(step, state)),
    data: root?.data ?? null,
    ...(root?.variables !== undefined && { variables: root.variables }),
    ...(buffered.length > 0 && { signals: buffered.map(({ id, name, receivedMs }) => ({ id, name, receivedMs })) }),
    ...(state.compensations !== undefined && { compensations: state.compensations.map(({ stepId, state: name, status }) => ({ stepId, state: name, status })) }),
    ...(state.ending !== undefined && { ending: endingView(state.ending) }),
    ...(state.output !== undefined && { output: state.output }),
    traceId: state.trace === undefined ? derivedTraceId(state.runId) : spanIdsOf(state.trace).traceId,
  };
}

function endingView(ending: Ending): RunView['ending'] & object {
  if (ending.as === 'failed') return ending;
  const { as, reason, by } = ending;
  return { as, reason, ...(by !== undefined && { by }) };
}

function stepView(step: StepSummary, state: RunState): StepView {
  const branch = state.branches[step.branch];
  const here = branch?.stepId === step.stepId && !isTerminal(state.status) ? branch : undefined;
  const open = here?.open;
  // A Map whose iterations are over has what came of them written.
  const progress = here?.fanOut === undefined || open !== undefined ? open?.progress : progressOf(here.fanOut);
  const dueMs = here === undefined ? undefined : dueOf(here, step, state);
  return {
    stepId: step.stepId,
    state: step.state,
    ...(step.branch !== ROOT_BRANCH && step.branch !== UNDO_BRANCH && { branch: step.branch }),
    type: step.type,
    status: step.status,
    attempts: step.attempts,
    enteredMs: step.enteredMs,
    ...(step.endedMs !== undefined && { endedMs: step.endedMs }),
    ...(step.error !== undefined && { error: step.error }),
    ...(progress !== undefined && { progress: withoutUndefined(progress) }),
    ...(open?.worker !== undefined && { worker: open.worker }),
    ...(step.child !== undefined && { child: step.child }),
    ...(step.question !== undefined && { task: taskOf(state, step, step.question) }),
    ...(here?.awaits?.kind === 'signal' && { signal: here.awaits.name }),
    ...(dueMs !== undefined && { dueMs }),
  };
}

function taskOf({ runId }: RunState, { stepId }: StepSummary, { attempt, title, outcome, by, atMs }: AskedQuestion): NonNullable<StepView['task']> {
  return { taskId: taskIdOf({ runId, stepId, attempt }), title, status: outcome ?? 'open', ...(by !== undefined && { by }), ...(atMs !== undefined && { atMs }) };
}

function progressOf({ kind, total, opened, open }: FanOut): { percent: number; message: string } {
  const ended = opened - open;
  return { percent: total === 0 ? 100 : Math.floor((ended / total) * 100), message: `${ended} of ${total} ${kind === 'map' ? 'iterations' : 'branches'}` };
}

/** The end of a backoff or a wait; an attempt's time-out is not something to look forward to. */
function dueOf(branch: Branch, step: StepSummary, state: RunState): number | undefined {
  if (branch.awaits !== undefined) return branch.awaits.deadlineMs;
  if (branch.phase !== 'backoff' && branch.phase !== 'wait') return undefined;
  return Object.values(state.timers).find((timer) => timer.branch === step.branch && timer.kind === branch.phase)?.dueMs;
}

function withoutUndefined(progress: { readonly percent?: number | undefined; readonly message?: string | undefined }): { percent?: number; message?: string } {
  return { ...(progress.percent !== undefined && { percent: progress.percent }), ...(progress.message !== undefined && { message: progress.message }) };
}
