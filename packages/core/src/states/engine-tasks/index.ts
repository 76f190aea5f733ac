/** How each resource of the engine's own runs: the one table of them. */
import { engineResourceOf, type EngineResourceName, type StateMachine, type TaskState } from '@baton/workflow';
import { branchOf, type Place } from '../place.ts';
import type { StateKind } from '../state-kind.ts';
import type { EngineTask } from './engine-task.ts';
import { askPerson } from './ask-person.ts';
import { continueAs } from './continue-as.ts';
import { emit } from './emit.ts';
import { putEvents } from './put-events.ts';
import { sdkStartExecution, startExecution } from './start-execution.ts';
import { startRun } from './start-run.ts';
import { waitForEvent } from './wait-for-event.ts';

const ENGINE_TASKS: Readonly<Record<EngineResourceName, EngineTask>> = {
  'baton:waitForEvent': waitForEvent,
  'baton:askPerson': askPerson,
  'baton:startRun': startRun,
  'baton:emit': emit,
  'baton:continueAs': continueAs,
  'arn:aws:states:::states:startExecution': startExecution,
  'arn:aws:states:::aws-sdk:sfn:startExecution': sdkStartExecution,
  'arn:aws:states:::events:putEvents': putEvents,
};

/** Undefined where a service runs it. */
export function engineTaskOf(state: TaskState, machine: Pick<StateMachine, 'Baton'>): EngineTask | undefined {
  const name = engineResourceOf(state.Resource, machine.Baton?.Resources);
  return name === undefined ? undefined : ENGINE_TASKS[name];
}

/** Goes on with what the engine does: what is tried again begins anew. */
export function resumeEngineTask(task: EngineTask, ...[state, place, by]: Parameters<NonNullable<StateKind<TaskState>['resumed']>>): ReturnType<EngineTask['enter']> {
  if (by.kind !== 'backoff') return task.resumed(state, place, by);
  endBackoff(place);
  return task.enter(state, place);
}

function endBackoff(place: Place): void {
  place.run.emit({ type: 'backoff-ended', branch: place.branchId, stepId: branchOf(place).stepId });
}
