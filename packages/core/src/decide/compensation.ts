import { failedCompensation, type CompensationMessage, type RunState } from '@baton/contracts';
import { retryCompensation, skipCompensation } from '../compensating.ts';
import { ignored, rejected, type Decision, type Facts } from '../decision.ts';
import { requestKey } from '../evolve/compensations.ts';
import { Unfolding } from '../unfolding.ts';
import { accepted } from './accepted.ts';

/** An operator goes on with a run that is parked since it could not undo something. */
export function compensation(state: RunState, { body, by }: CompensationMessage, facts: Facts): Decision {
  const { requestId, action, step, reason } = body;
  const key = requestKey(requestId);
  if (state.compensations?.some(({ asked }) => asked?.includes(key) === true) === true) return ignored('duplicate');
  const failed = failedCompensation(state);
  if (failed === undefined) return rejected('nothing_to_undo', `The run ${state.runId} does not wait with what it could not undo, so there is nothing to ${action}`);
  if (step !== undefined && step !== failed.stepId && step !== failed.state) return rejected('nothing_to_undo', `The run ${state.runId} waits since it could not undo ${failed.state} (${failed.stepId}), and not ${step}`);
  const run = new Unfolding(state, facts);
  const request = { requestId, ...(reason !== undefined && { reason }), ...(by !== undefined && { by }) };
  if (action === 'retry') retryCompensation(run, failed, request);
  else skipCompensation(run, failed, request);
  return accepted(run);
}
