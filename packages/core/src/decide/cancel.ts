import type { CancelMessage, RunState } from '@baton/contracts';
import { endRun } from '../compensating.ts';
import type { Decision, Facts } from '../decision.ts';
import { abandonAttempt } from '../states/task.ts';
import { Unfolding } from '../unfolding.ts';
import { accepted } from './accepted.ts';

export function cancel(state: RunState, message: CancelMessage, facts: Facts): Decision {
  const run = new Unfolding(state, facts);
  for (const [branchId, { stepId }] of Object.entries(state.branches)) abandonAttempt({ run, branchId }, stepId, 'cancelled');
  endRun(run, { as: 'cancelled', reason: message.body.reason, ...(message.by !== undefined && { by: message.by }) });
  return accepted(run);
}
