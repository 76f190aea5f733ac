import type { RunState, StepSummary } from '@baton/contracts';

/** Kept for people; a loop of a million states must not grow the run, so the oldest ended ones go. */
const MAX_STEPS = 200;

export function addStep(state: RunState, step: StepSummary): RunState {
  const steps = state.steps.length < MAX_STEPS ? state.steps : withoutOldestEnded(state.steps);
  return { ...state, steps: [...steps, step] };
}

export function updateStep(state: RunState, stepId: string, change: Partial<StepSummary>): RunState {
  const at = state.steps.findLastIndex((step) => step.stepId === stepId);
  const step = state.steps[at];
  return step === undefined ? state : { ...state, steps: state.steps.with(at, { ...step, ...change }) };
}

export const endStep = updateStep;

function withoutOldestEnded(steps: readonly StepSummary[]): readonly StepSummary[] {
  const at = steps.findIndex((step) => step.endedMs !== undefined);
  return at < 0 ? steps : steps.toSpliced(at, 1);
}
