/** What the API shows of what a person is asked, made from the run that asks. */
import { openTasksOf, taskIdOf, type RunState, type TaskPlace, type TaskView } from '@baton/contracts';

/** Undefined where the run has not asked this, or it is no longer known what became of it. */
export function taskViewOf(state: RunState, place: TaskPlace): TaskView | undefined {
  const taskId = taskIdOf(place);
  const summary = openTasksOf(state).find((task) => task.taskId === taskId);
  if (summary !== undefined) {
    const awaits = Object.values(state.branches).find(({ stepId }) => stepId === place.stepId)?.awaits;
    if (awaits?.kind !== 'person') return undefined;
    const { description, data, form } = awaits.question;
    return { ...summary, status: 'open', ...(description !== undefined && { description }), ...(data !== undefined && { data }), form };
  }
  const step = state.steps.findLast(({ stepId }) => stepId === place.stepId);
  const asked = step?.question;
  if (step === undefined || asked?.attempt !== place.attempt) return undefined;
  const { title, outcome = 'withdrawn', by, atMs = state.endedMs ?? state.updatedMs } = asked;
  return { taskId, runId: state.runId, workflow: state.def.name, state: step.state, title, status: outcome, ...(by !== undefined && { by }), atMs };
}
