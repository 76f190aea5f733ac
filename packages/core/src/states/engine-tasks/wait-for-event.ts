/** `baton:waitForEvent`: rests until the run is told a signal of a name, at most to a deadline. One that has come before is taken at once, the oldest first. */
import type { BufferedSignal } from '@baton/contracts';
import { WAIT_FOR_EVENT, type TaskState } from '@baton/workflow';
import { flowOf } from '../../data/data-flow.ts';
import { Scope } from '../../data/scope.ts';
import { deadlineTimer } from '../../evolve.ts';
import { leaving } from '../leaving.ts';
import { REST, type Outcome } from '../outcome.ts';
import { branchOf, type Place } from '../place.ts';
import { unexpected } from '../state-kind.ts';
import { deadlineOf, parametersOf, type EngineTask } from './engine-task.ts';

export const waitForEvent: EngineTask = {
  enter(state, place) {
    const { run, branchId } = place;
    const { Name: name } = parametersOf(WAIT_FOR_EVENT, state, place);
    const deadlineMs = deadlineOf(state, place);
    const { stepId } = branchOf(place);
    run.emit({ type: 'signal-awaited', branch: branchId, stepId, name, deadlineMs, timer: run.arming(deadlineTimer(stepId), 'deadline', deadlineMs) });
    return taken(state, place, name) ?? REST;
  },
  resumed(state, place, by) {
    if (by.kind === 'failed') return by;
    const { awaits } = branchOf(place);
    return (by.kind === 'signalled' && awaits !== undefined ? taken(state, place, awaits.name) : undefined) ?? unexpected(state, by);
  },
};

/** Undefined where no signal of this name is there. */
function taken(state: TaskState, place: Place, name: string): Outcome | undefined {
  const { run, branchId } = place;
  const signal = run.state.signals?.buffered.find((candidate) => candidate.name === name);
  if (signal === undefined) return undefined;
  run.emit({ type: 'signal-taken', branch: branchId, stepId: branchOf(place).stepId, id: signal.id });
  const result = resultOf(signal);
  const scope = new Scope(place);
  return leaving(state, scope, { patch: flowOf(run.facts.machine, state).output(state, result, scope), result });
}

const resultOf = ({ id, name, data, receivedMs }: BufferedSignal) => ({ Name: name, Data: data, Id: id, ReceivedTime: new Date(receivedMs).toISOString() });
