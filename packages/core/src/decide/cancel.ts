import { hash128, type CancelMessage, type RunState } from '@baton/contracts';
import { endRun } from '../compensating.ts';
import { ignored, type Decision, type Facts } from '../decision.ts';
import { abandonAttempt } from '../states/task.ts';
import { Unfolding } from '../unfolding.ts';
import { accepted } from './accepted.ts';

/** Of a run that is parked since it could not undo something it gives up the rest; but not where it is the cancel that began the undoing, come once more. */
export function cancel(state: RunState, message: CancelMessage, facts: Facts): Decision {
  const asked = hash128(message.id);
  if (state.ending?.as === 'cancelled' && state.ending.asked === asked) return ignored('duplicate');
  const run = new Unfolding(state, facts);
  for (const [branchId, { stepId }] of Object.entries(state.branches)) abandonAttempt({ run, branchId }, stepId, 'cancelled');
  endRun(run, { as: 'cancelled', reason: message.body.reason, ...(message.by !== undefined && { by: message.by }), asked });
  return accepted(run);
}
