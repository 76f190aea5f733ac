import type { WaitState } from '@baton/workflow';
import { timestamp } from '../data/choice-rule.ts';
import { effectiveInput, passPatch } from '../data/flow.ts';
import { read } from '../data/path.ts';
import { StateError } from '../data/state-error.ts';
import { waitTimer } from '../evolve.ts';
import { REST, type Outcome } from './outcome.ts';
import { branchOf, scopeOf, type Place } from './place.ts';

export function enterWait(state: WaitState, place: Place): Outcome {
  const { run, branchId } = place;
  const dueMs = waitEnd(state, place);
  if (dueMs <= run.nowMs) return endWait(state, place);
  const { stepId } = branchOf(place);
  run.emit({ type: 'wait-started', branch: branchId, stepId, timer: run.arming(waitTimer(stepId), 'wait', dueMs) });
  return REST;
}

export const endWait = (state: WaitState, place: Place): Outcome => ({ kind: 'exit', patch: passPatch(state, scopeOf(place)), next: state.Next });

function waitEnd(state: WaitState, place: Place): number {
  const scope = scopeOf(place);
  const input = { ...scope, data: effectiveInput({ InputPath: state.InputPath }, scope) };
  const at = state.Timestamp ?? (state.TimestampPath === undefined ? undefined : read(state.TimestampPath, input, 'TimestampPath'));
  if (at !== undefined) {
    const ms = timestamp(at);
    if (ms === undefined) throw new StateError('States.Runtime', `TimestampPath: expected an RFC 3339 time such as 2026-01-31T12:00:00Z at ${state.TimestampPath}`);
    return ms;
  }
  const seconds = state.Seconds ?? read(state.SecondsPath ?? '$', input, 'SecondsPath');
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 0 || seconds > 31_536_000) {
    throw new StateError('States.Runtime', `SecondsPath: expected a whole number of seconds from 0 to 31536000 at ${state.SecondsPath}`);
  }
  return place.run.nowMs + seconds * 1_000;
}
