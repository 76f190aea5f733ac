/**
 * Takes an answer at the door: held against the form, put on the log, and told what became of it. The engine takes the first answer
 * that its log has; so whether this one was the first is known once the view shows it.
 */
import { ContractError, hash128, LIMITS, readAnswer, readTaskId, taskIdOf, utf8Length, type AnswerMessage, type AnswerTaskResponse, type AnswerVia, type JsonObject, type RunState, type TaskPlace, type TaskView, type TraceContext } from '@baton/contracts';
import { pause, withDeadline } from '../deadline.ts';
import type { Door } from '../door.ts';
import { Refusal } from '../refusal.ts';
import { taskViewOf } from '../views/task-view.ts';

export interface GivenAnswer {
  /** The same id is the same answer. */
  readonly id: string;
  readonly answer: unknown;
  readonly by: string | undefined;
  readonly via: AnswerVia;
  readonly trace: TraceContext | undefined;
}

/** Between two looks at the view: it is written a moment after the log. */
const LOOK_MS: readonly [first: number, last: number] = [20, 200];

/** @throws Refusal `unknown_task`, `unavailable` or `rebuilding`. */
export async function knownTask(door: Door, taskId: string): Promise<{ readonly place: TaskPlace; readonly task: TaskView; readonly state: RunState }> {
  const place = readTaskId(taskId);
  const state = place === undefined ? undefined : await door.reads.state(place.runId);
  const task = place === undefined || state === undefined ? undefined : taskViewOf(state, place);
  if (place === undefined || state === undefined || task === undefined) throw unknownTask(taskId, state, place);
  return { place, task, state };
}

/** @throws Refusal `unknown_task`, `invalid_answer`, `task_answered`, `task_closed`, `unavailable`, `rebuilding`. */
export async function takeAnswer(door: Door, taskId: string, given: GivenAnswer): Promise<AnswerTaskResponse> {
  const { place, task, state } = await knownTask(door, taskId);
  if (task.status !== 'open') return outcomeOf(task, state, place, given);
  const answer = fitting(task, given.answer);
  const message: AnswerMessage = {
    v: 1,
    id: `answer-${hash128(`${taskId}\n${given.id}`)}`,
    runId: place.runId,
    ts: door.clock.nowMs(),
    type: 'answer',
    body: { stepId: place.stepId, attempt: place.attempt, answerId: given.id, answer, via: given.via },
    ...(given.by !== undefined && { by: given.by }),
    ...(given.trace !== undefined && { trace: given.trace }),
  };
  await withDeadline(door.clock, door.config.sendDeadlineMs, 'Kafka', door.ports.inbox.send([message]));
  door.log.info({ runId: place.runId, task: taskId, via: given.via }, 'answer accepted');
  return became(door, place, given);
}

/** What the engine has made of it, so far as the view tells in time. */
async function became(door: Door, place: TaskPlace, given: GivenAnswer): Promise<AnswerTaskResponse> {
  const untilMs = door.clock.nowMs() + door.config.answerWaitMs;
  for (let delayMs = LOOK_MS[0]; ; delayMs = Math.min(delayMs * 2, LOOK_MS[1])) {
    const state = await door.reads.state(place.runId).catch((error: unknown) => {
      // It is on the log: without the view only what came of it is not known.
      if (error instanceof Refusal) return undefined;
      throw error;
    });
    const task = state === undefined ? undefined : taskViewOf(state, place);
    if (state !== undefined && task !== undefined && task.status !== 'open') return outcomeOf(task, state, place, given);
    if (door.clock.nowMs() + delayMs > untilMs) return { taskId: taskIdOf(place), id: given.id, status: 'accepted' };
    await pause(door.clock, delayMs);
  }
}

/** @throws Refusal where it was not this answer that closed the task. */
function outcomeOf(task: TaskView, state: RunState, { stepId }: TaskPlace, { id }: GivenAnswer): AnswerTaskResponse {
  const { taskId, status, by, atMs = 0 } = task;
  const at = new Date(atMs).toISOString();
  const taken = state.steps.findLast((step) => step.stepId === stepId)?.question?.answer;
  if (status !== 'answered') throw new Refusal('task_closed', status === 'expired' ? `Nobody had answered by ${at}; the task takes no answer any more` : `The answer is not wanted any more: the run has gone on or ended at ${at}`);
  if (taken !== hash128(id)) throw new Refusal('task_answered', `${by === undefined ? 'Somebody' : JSON.stringify(by)} answered at ${at}; the first answer is the one that counts`);
  return { taskId, id, status: 'answered', ...(by !== undefined && { by }), atMs };
}

/** @throws Refusal `invalid_answer` with one problem for each field, or `payload_too_large`. */
function fitting({ form }: TaskView, answer: unknown): JsonObject {
  if (form === undefined) throw new Error('Expected an open task to have its form');
  const bytes = utf8Length(JSON.stringify(answer));
  if (bytes > LIMITS.payloadBytes) throw new Refusal('payload_too_large', `Expected an answer of at most ${LIMITS.payloadBytes} bytes, but found ${bytes}; upload large content to /v1/artifacts and pass the reference`);
  try {
    return readAnswer(form, answer);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    throw new Refusal('invalid_answer', `The answer does not fit the form: ${error.message}`, { problems: error.problems, cause: error });
  }
}

function unknownTask(taskId: string, state: RunState | undefined, place: TaskPlace | undefined): Refusal {
  const later = state?.steps.findLast(({ stepId }) => stepId === place?.stepId)?.question;
  if (place !== undefined && later !== undefined && later.attempt > place.attempt) return new Refusal('task_closed', `The task takes no answer any more: the step has asked again, as ${taskIdOf({ ...place, attempt: later.attempt })}`);
  return new Refusal('unknown_task', `There is no task ${JSON.stringify(taskId.slice(0, 300))}; GET /v1/tasks lists those that are open`);
}
