/** One run, as a test looks at it. Whatever it reads, it first lets everything happen that can happen without time passing. */
import { openTasksOf, readAnswer, readTaskId, type CompensationMessage, type HistoryEntry, type Json, type JsonObject, type RunError, type RunId, type RunState, type RunStatus, type StepSummary, type TaskPlace } from '@baton/contracts';
import type { RunViews } from '@baton/ports';

export interface Run {
  readonly id: RunId;
  status(): Promise<RunStatus>;
  /**
   * The output.
   * @throws RunNotCompleted with the run's error and steps, where it has failed, was cancelled, or is still running.
   */
  result<T = Json>(): Promise<T>;
  /** Its steps in the order they were entered, with their attempts and errors. */
  steps(): Promise<readonly StepSummary[]>;
  /** Every event, oldest first. */
  history(): Promise<readonly HistoryEntry[]>;
  /** All that the engine knows of it: data, timers, open attempts. */
  state(): Promise<RunState>;
  /** Tells it something; a state with `baton:waitForEvent` takes it. @param options `id`: the same id is the same signal. Default: each is one of its own. */
  signal(name: string, data?: Json, options?: { readonly id?: string }): Promise<void>;
  /** What an operator does with a compensation that has failed and parked the run: has it tried again, or passes over it. @param options `id`: the same id is the same request. Default: each is one of its own. */
  compensation(action: 'retry' | 'skip', options?: { readonly step?: string; readonly reason?: string; readonly id?: string }): Promise<void>;
  /**
   * Answers what it asks a person (`baton:askPerson`). @param options `state`: of this state, where it asks several. `id`: the same id is the same answer.
   * @throws Error where it asks nothing, or the answer does not fit the form.
   */
  answer(answer: JsonObject, options?: { readonly by?: string; readonly state?: string; readonly id?: string }): Promise<void>;
  /** Asks for its end. One that has ended stays as it is. */
  cancel(reason?: string): Promise<void>;
}

export interface RunSurroundings {
  readonly views: RunViews;
  nowMs(): number;
  settle(): Promise<void>;
  /** Why the start of a run became a dead letter. */
  refusal(id: RunId): string;
  signal(id: RunId, signal: { readonly name: string; readonly data: Json; readonly id: string | undefined }): Promise<void>;
  answer(place: TaskPlace, answer: { readonly answer: JsonObject; readonly by: string | undefined; readonly id: string | undefined }): Promise<void>;
  cancel(id: RunId, reason: string): Promise<void>;
  compensation(id: RunId, request: Omit<CompensationMessage['body'], 'requestId'> & { readonly id: string | undefined }): Promise<void>;
}

export function runOf(id: RunId, { views, nowMs, settle, refusal, signal, answer, cancel, compensation }: RunSurroundings): Run {
  const state = async (): Promise<RunState> => {
    await settle();
    const found = await views.get(id);
    if (found === undefined) throw new Error(`The start of the run ${id} was refused: ${refusal(id)}`);
    return found;
  };
  return {
    id,
    state,
    status: async () => (await state()).status,
    steps: async () => (await state()).steps,
    async result<T = Json>() {
      const ended = await state();
      if (ended.status !== 'completed') throw new RunNotCompleted(ended, nowMs());
      return ended.output as T;
    },
    async history() {
      await state();
      return (await views.history(id, { after: 0, limit: Number.MAX_SAFE_INTEGER })) ?? [];
    },
    signal: (name, data = null, { id: signalId } = {}) => signal(id, { name, data, id: signalId }),
    async answer(given, { by, state: name, id: answerId } = {}) {
      const now = await state();
      const task = openTasksOf(now).find((open) => name === undefined || open.state === name);
      const awaits = task === undefined ? undefined : Object.values(now.branches).find(({ stepId }) => stepId === readTaskId(task.taskId)?.stepId)?.awaits;
      if (task === undefined || awaits?.kind !== 'person') throw new Error(`Expected the run ${id} to ask a person${name === undefined ? '' : ` in ${name}`}, but it does not`);
      await answer(readTaskId(task.taskId)!, { answer: readAnswer(awaits.question.form, given), by, id: answerId });
    },
    cancel: (reason = 'cancelled by the test') => cancel(id, reason),
    compensation: (action, { id: requestId, step, reason } = {}) => compensation(id, { action, id: requestId, ...(step !== undefined && { step }), ...(reason !== undefined && { reason }) }),
  };
}

/** The last so many steps stand in the message; all of them in `steps`. */
const SHOWN_STEPS = 20;

/** There is no output, and why. */
export class RunNotCompleted extends Error {
  override readonly name = 'RunNotCompleted';
  readonly status: RunStatus;
  /** What the run failed with. */
  readonly error: RunError | undefined;
  readonly steps: readonly StepSummary[];

  constructor(state: RunState, nowMs: number) {
    const earlier = state.steps.length - SHOWN_STEPS;
    const steps = state.steps.slice(-SHOWN_STEPS).map(({ state: name, status, attempts, error }) => `\n  ${name}: ${status}, ${attempts} attempt${attempts === 1 ? '' : 's'}${error === undefined ? '' : `, ${error.name}: ${error.message}`}`);
    super(`The run ${state.runId} of ${state.def.name} ${ending(state, nowMs)}${earlier > 0 ? `\n  … ${earlier} before` : ''}${steps.join('')}`);
    this.status = state.status;
    this.error = state.error;
    this.steps = state.steps;
  }
}

function ending({ status, error, timers }: RunState, nowMs: number): string {
  if (status !== 'running') return `${status === 'cancelled' ? 'was' : 'is'} ${status}${error === undefined ? '' : `: ${error.name}: ${error.message}`}`;
  const next = Object.values(timers).sort((a, b) => a.dueMs - b.dueMs)[0];
  return `is still running${next === undefined ? '' : `; the next that is due comes in ${(next.dueMs - nowMs) / 1_000} s (${next.kind}), move the clock with engine.advance`}`;
}
