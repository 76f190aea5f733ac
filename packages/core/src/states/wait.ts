import { MAX_SECONDS, type WaitState } from '@baton/workflow';
import { timestamp } from '../data/choice-rule.ts';
import { flowOf, type DataFlow } from '../data/data-flow.ts';
import { Scope } from '../data/scope.ts';
import { StateError } from '../data/state-error.ts';
import { waitTimer } from '../evolve.ts';
import { leaving } from './leaving.ts';
import { REST, type Outcome } from './outcome.ts';
import { branchOf, type Place } from './place.ts';
import { unexpected, type StateKind } from './state-kind.ts';

/** Goes on after a time, or at a time. */
export const wait: StateKind<WaitState> = {
  enter(state, place) {
    const { run, branchId } = place;
    const dueMs = endOf(state, new Scope(place), flowOf(run.facts.machine, state));
    if (dueMs <= run.nowMs) return over(state, place);
    const { stepId } = branchOf(place);
    run.emit({ type: 'wait-started', branch: branchId, stepId, timer: run.arming(waitTimer(stepId), 'wait', dueMs) });
    return REST;
  },
  resumed(state, place, by) {
    if (by.kind !== 'wait') return unexpected(state, by);
    place.run.emit({ type: 'wait-ended', branch: place.branchId, stepId: branchOf(place).stepId });
    return over(state, place);
  },
};

function over(state: WaitState, place: Place): Outcome {
  const scope = new Scope(place);
  return leaving(state, scope, { patch: flowOf(place.run.facts.machine, state).passed(state, scope) });
}

function endOf(state: WaitState, scope: Scope, flow: DataFlow): number {
  const { nowMs } = scope.place.run;
  const view = scope.over(flow.view(state, scope));
  const at = flow.text(state, 'Timestamp', view);
  if (at !== undefined) {
    const ms = timestamp(at);
    if (ms === undefined) throw new StateError('States.Runtime', `Timestamp: expected an RFC 3339 time such as 2026-01-31T12:00:00Z, but found ${at.slice(0, 100)}`);
    if (ms - nowMs > MAX_SECONDS * 1_000) throw new StateError('States.Runtime', `Timestamp: expected a time that is at most ${MAX_SECONDS} seconds away, but found ${at}`);
    return ms;
  }
  return nowMs + (flow.number(state, 'Seconds', view, { least: 0, most: MAX_SECONDS }) ?? 0) * 1_000;
}
