/** Carries a run on from one message to where all its branches have to wait, or to its end. */
import { UNDO_BRANCH } from '@baton/contracts';
import { resumeCompensation } from './compensating.ts';
import { lookAfterFanOuts } from './fan-outs.ts';
import { branchOf, type Place } from './states/place.ts';
import type { Resumption } from './states/state-kind.ts';
import { walkFrom, walkOn } from './walk.ts';

/** Begins a run. */
export function begin(place: Place, state: string): void {
  walkFrom(place, state, 0);
  lookAfterFanOuts(place.run);
}

/** Goes on with the state that a branch is in, after what it has waited for; or with the compensation under way. */
export function resume(place: Place, by: Resumption): void {
  if (place.branchId === UNDO_BRANCH) return resumeCompensation(place, by);
  walkOn(place, by, 0);
  lookAfterFanOuts(place.run);
}

/** Goes on with a fan-out that had more to do than one decision holds. */
export function resumeFanOut(place: Place): void {
  const { run, branchId } = place;
  run.emit({ type: 'fan-out-resumed', branch: branchId, stepId: branchOf(place).stepId });
  run.lookAt(branchId);
  lookAfterFanOuts(place.run);
}
