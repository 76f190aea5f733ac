/** `baton:emit`: publishes a CloudEvent and goes on. It stands in the transition, and is published after it, so it is neither lost nor said of what did not happen. */
import { LIMITS, type Json } from '@baton/contracts';
import { EMIT, type TaskState } from '@baton/workflow';
import { flowOf } from '../../data/data-flow.ts';
import { Scope } from '../../data/scope.ts';
import { bytesOf } from '../../data/size.ts';
import { leaving } from '../leaving.ts';
import { failed, type Outcome } from '../outcome.ts';
import { branchOf, type Place } from '../place.ts';
import { unexpected } from '../state-kind.ts';
import { parametersOf, type EngineTask } from './engine-task.ts';

export const emit: EngineTask = {
  enter(state, place) {
    const { Type: eventType, Data: data = null, Subject: subject } = parametersOf(EMIT, state, place);
    return emitEvent(state, place, { eventType, data, subject }, (id) => ({ Id: id, Type: eventType }));
  },
  resumed: (state, _place, by) => unexpected(state, by),
};

/** @param resultOf what the state comes to, by the id of its event. */
export function emitEvent(state: TaskState, place: Place, { eventType, data, subject }: { readonly eventType: string; readonly data: Json; readonly subject?: string | undefined }, resultOf: (id: string) => Json): Outcome {
  const { run, branchId } = place;
  const bytes = bytesOf(data);
  if (bytes > LIMITS.payloadBytes) return failed('States.DataLimitExceeded', `The event's data has ${bytes} bytes; at most ${LIMITS.payloadBytes} are allowed. Pass large things as artifacts`);
  const { stepId } = branchOf(place);
  const result = resultOf(`${run.state.runId}.${stepId}`);
  const scope = new Scope(place);
  // First what can fail: an event is of a state that is left.
  const outcome = leaving(state, scope, { patch: flowOf(run.facts.machine, state).output(state, result, scope), result });
  run.writtenBytes += bytes;
  run.emit({ type: 'event-emitted', branch: branchId, stepId, eventType, ...(subject !== undefined && { subject }), data });
  return outcome;
}
