/** A Task whose Resource ends with `.waitForTaskToken`: the worker passes the token on, and the attempt lasts until somebody answers by it. */
import { UNDO_BRANCH, type OpenAttempt } from '@baton/contracts';
import { MAX_SECONDS, resolveResource } from '@baton/workflow';
import { flowOf } from '../data/data-flow.ts';
import { Scope } from '../data/scope.ts';
import { attemptTimer } from '../evolve.ts';
import { branchOf, stateOf, type Place } from './place.ts';

/** Also a Task with a token is undone by a step that answers by itself. */
export function awaitsToken(place: Place): boolean {
  if (place.branchId === UNDO_BRANCH) return false;
  const state = stateOf(place);
  return state?.Type === 'Task' && resolveResource(state.Resource, place.run.facts.machine)?.integration === 'token';
}

/** The worker is done. From here on silence counts only where the definition says so. */
export function awaitToken(place: Place, open: OpenAttempt, worker: string): void {
  const { run, branchId } = place;
  const state = stateOf(place)!;
  const { stepId } = branchOf(place);
  const heartbeat = flowOf(run.facts.machine, state).number(state, 'HeartbeatSeconds', new Scope(place), { least: 1, most: MAX_SECONDS });
  const silentUntilMs = heartbeat === undefined ? Number.POSITIVE_INFINITY : run.nowMs + heartbeat * 1_000;
  run.emit({
    type: 'attempt-awaits-token',
    branch: branchId,
    stepId,
    attempt: open.attempt,
    worker,
    ...(heartbeat !== undefined && { heartbeatTimeoutMs: heartbeat * 1_000 }),
    timer: run.arming(attemptTimer(stepId), 'attempt', Math.min(open.deadlineMs, silentUntilMs)),
  });
}
