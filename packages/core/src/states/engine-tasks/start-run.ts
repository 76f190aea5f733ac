/**
 * `baton:startRun` starts a run of another workflow and goes on; with `.sync` it rests until that run has ended, and has its
 * output, or fails with its error. The run's id follows from the state's entry and its try, so a start that is sent again is
 * the same run.
 */
import { childRunId, LIMITS, type Json, type ParentLink, type RunError, type RunId } from '@baton/contracts';
import { splitResource, START_RUN, type TaskState } from '@baton/workflow';
import { flowOf } from '../../data/data-flow.ts';
import { Scope } from '../../data/scope.ts';
import { bytesOf } from '../../data/size.ts';
import { deadlineTimer } from '../../evolve.ts';
import { leaving } from '../leaving.ts';
import { failed, REST, technical, type Failure, type Outcome } from '../outcome.ts';
import { branchOf, type Place } from '../place.ts';
import { unexpected, type Resumption } from '../state-kind.ts';
import { deadlineOf, parametersOf, type EngineTask } from './engine-task.ts';
import { startMessage } from './start-message.ts';

export const startRun: EngineTask = {
  enter(state, place) {
    const { Workflow: workflow, Input: input = {} } = parametersOf(START_RUN, state, place);
    const waits = splitResource(state.Resource).integration === 'sync';
    const child = startChild(state, place, { workflow, input, waits });
    if (typeof child !== 'string') return child;
    return waits ? REST : done(state, place, { RunId: child, Workflow: workflow });
  },
  resumed(state, place, by) {
    if (by.kind === 'child-ended') return by.error === undefined ? done(state, place, { RunId: by.runId, Workflow: by.workflow, Output: by.output }) : { kind: 'failed', error: asOwn(by, by.error) };
    return by.kind === 'failed' ? by : unexpected(state, by);
  },
};

/** Starts a run, and rests for its end where it is waited for. @param about `runId`: of the run, where that does not follow from the state's entry and its try. @returns the run, or why there is none. */
export function startChild(state: TaskState, place: Place, { workflow, input, waits, runId }: { readonly workflow: string; readonly input: Json; readonly waits: boolean; readonly runId?: RunId | undefined }): RunId | Failure {
  const { run, branchId } = place;
  const deadlineMs = deadlineOf(state, place);
  const depth = (run.state.parent?.depth ?? 0) + 1;
  if (depth > LIMITS.runDepth) return failed('Baton.DepthLimitExceeded', `${depth - 1} runs have started each other down to this one; at most ${LIMITS.runDepth} may`);
  const bytes = bytesOf(input);
  if (bytes > LIMITS.payloadBytes) return failed('States.DataLimitExceeded', `The input of ${workflow} has ${bytes} bytes; at most ${LIMITS.payloadBytes} are allowed. Pass large things as artifacts`);
  const { stepId, attempt: last } = branchOf(place);
  const parent: ParentLink = { runId: run.state.runId, stepId, attempt: last + 1, depth, waits };
  const child = runId ?? childRunId(parent);
  const def = run.facts.workflow?.(workflow, child);
  if (def === undefined) return failed('Baton.UnknownWorkflow', `There is no version of the workflow ${workflow} that takes starts`);
  run.emit({ type: 'child-started', branch: branchId, stepId, attempt: parent.attempt, child, def });
  run.sendMessage(startMessage(run, child, { def, input, parent }), bytes);
  if (waits) run.emit({ type: 'child-awaited', branch: branchId, stepId, child, workflow, deadlineMs, timer: run.arming(deadlineTimer(stepId), 'deadline', deadlineMs) });
  return child;
}

export function done(state: TaskState, place: Place, result: Json): Outcome {
  const scope = new Scope(place);
  return leaving(state, scope, { patch: flowOf(place.run.facts.machine, state).output(state, result, scope), result });
}

/** The child's error under its own name, which Retry and Catch may mean; what the engine calls its own would be taken for this run's. */
function asOwn({ runId, workflow }: Pick<Extract<Resumption, { kind: 'child-ended' }>, 'runId' | 'workflow'>, error: RunError): RunError {
  const reserved = error.name.startsWith('States.');
  const { message } = technical('', `The run ${runId} of ${workflow} failed: ${reserved ? `${error.name}: ` : ''}${error.message}`);
  return { name: reserved ? 'States.TaskFailed' : error.name, message, kind: error.kind, details: { runId, error: { name: error.name, ...(error.step !== undefined && { step: error.step }) } } };
}
