/**
 * `states:startExecution` of AWS, as `baton:startRun` does it: with `.sync` it rests until the run has ended. What it gives and how it
 * fails is in the words of AWS, so that what a definition makes of it stays right.
 */
import { LIMITS, runIdForKey, type Json, type RunError } from '@baton/contracts';
import { executionArn, inputOfExecution, SDK_START_EXECUTION, splitResource, START_EXECUTION, workflowOfArn, type EngineResource, type ParametersOf, type TaskState } from '@baton/workflow';
import { REST, technical, type Failure } from '../outcome.ts';
import { branchOf, type Place } from '../place.ts';
import { unexpected, type Resumption } from '../state-kind.ts';
import { parametersOf, type EngineTask } from './engine-task.ts';
import { done, startChild } from './start-run.ts';

type Parameters = ParametersOf<typeof START_EXECUTION>;

/** @param service how AWS begins the names of its errors. @param date how it writes a time. */
function startsExecutions(resource: EngineResource, { service, date }: { readonly service: string; readonly date: (ms: number) => Json }): EngineTask {
  return {
    enter(state, place) {
      const { StateMachineArn: arn, Input: given = {}, Name: name } = parametersOf(resource, state, place) as Parameters;
      const workflow = workflowOfArn(arn)!;
      const waits = splitResource(state.Resource).integration === 'sync';
      // Somebody else may have started the run of that name, and who waits is told of no other run than his own.
      const runId = waits || name === undefined ? undefined : runIdForKey(workflow, name);
      const child = startChild(state, place, { workflow, input: inputOfExecution(given as Json)!, waits, runId });
      if (typeof child !== 'string') return inWordsOf(service, child);
      return waits ? REST : done(state, place, { ExecutionArn: executionArn(arn, workflow, child), StartDate: date(place.run.nowMs) });
    },
    resumed(state, place, by) {
      if (by.kind === 'child-ended') return ended(state, place, by, resource);
      return by.kind === 'failed' ? by : unexpected(state, by);
    },
  };
}

export const startExecution = startsExecutions(START_EXECUTION, { service: 'StepFunctions', date: (ms) => ms });
export const sdkStartExecution = startsExecutions(SDK_START_EXECUTION, { service: 'Sfn', date: (ms) => new Date(ms).toISOString() });

function inWordsOf(service: string, failure: Failure): Failure {
  if (failure.error.name !== 'Baton.UnknownWorkflow') return failure;
  return { ...failure, error: { ...failure.error, name: `${service}.StateMachineDoesNotExistException` }, also: failure.error.name };
}

/** As AWS describes an execution; `.sync` has its output as a text of JSON, `.sync:2` as it is. */
function ended(state: TaskState, place: Place, { runId, workflow, output, error }: Extract<Resumption, { kind: 'child-ended' }>, resource: EngineResource): ReturnType<EngineTask['resumed']> {
  const { StateMachineArn: arn } = parametersOf(resource, state, place) as Parameters;
  const about = { ExecutionArn: executionArn(arn, workflow, runId), Name: runId, StartDate: branchOf(place).enteredMs, StateMachineArn: arn, StopDate: place.run.nowMs };
  if (error !== undefined) return { kind: 'failed', error: taskFailed(error, about), also: error.name };
  return done(state, place, { ...about, Output: state.Resource.endsWith(':2') ? output : JSON.stringify(output), OutputDetails: { Included: true }, Status: 'SUCCEEDED' });
}

/** AWS has one name for it, and describes the execution in the cause. */
function taskFailed({ name, message, kind }: RunError, about: Readonly<Record<string, Json>>): RunError {
  const status = name === 'Baton.RunCancelled' ? 'ABORTED' : name === 'States.Timeout' ? 'TIMED_OUT' : 'FAILED';
  const cause = (text: string): string => JSON.stringify({ Cause: text, Error: name, ...about, Status: status });
  // Cut where it would be cut anyway, but as JSON that can still be read.
  let text = message;
  while (cause(text).length > LIMITS.errorMessageLength && text.length > 0) text = text.slice(0, Math.floor(text.length / 2));
  return { ...technical('States.TaskFailed', cause(text)), kind };
}
