/**
 * What is decided where a transition would fit no record of the history. The limits of single things (input, output, data,
 * what one decision writes) leave room for it; this is for what they do not foresee, since a record that cannot be
 * written must never stop a partition.
 */
import { ROOT_BRANCH, UNDO_BRANCH, type InboxMessage, type RunState } from '@baton/contracts';
import { endRun, parkCompensation } from './compensating.ts';
import { accepted } from './decide/accepted.ts';
import { findOpenAttempt } from './decide/open-attempt.ts';
import { begin } from './decide/start.ts';
import type { Decision, Facts } from './decision.ts';
import { payloadTooLarge } from './states/outcome.ts';
import { abandonAttempt } from './states/task.ts';
import { Unfolding } from './unfolding.ts';

export interface Oversize {
  /** Of the transition that did not fit. */
  readonly bytes: number;
  readonly limitBytes: number;
}

/** The result as an error of its step: the definition's own rules of retrying and catching come first. Undefined for what is no result that could fail. */
export function resultTooLarge(message: InboxMessage, { bytes, limitBytes }: Oversize): InboxMessage | undefined {
  if (message.type !== 'result' || message.body.outcome !== 'succeeded') return undefined;
  const { output: _output, ...body } = message.body;
  return { ...message, body: { ...body, outcome: 'failed', error: payloadTooLarge('what follows from the result has', bytes, limitBytes) } };
}

/** Ends the run, so that its own data is at fault and nobody else's run waits. The start's input is kept: it has a limit of its own. */
export function failOversized(state: RunState | undefined, message: InboxMessage, oversize: Oversize, facts: Facts): Decision | undefined {
  if (state === undefined && message.type !== 'start') return undefined;
  const run = state === undefined && message.type === 'start' ? begin(message, facts) : new Unfolding(state, facts);
  const error = payloadTooLarge('the next transition of this run has', oversize.bytes, oversize.limitBytes);
  const answered = message.type === 'result' ? findOpenAttempt(run.state, message.body.stepId, message.body.attempt) : undefined;
  for (const [branchId, branch] of Object.entries(run.state.branches)) {
    if (branchId === answered?.branchId) run.emit({ type: 'attempt-closed', branch: branchId, stepId: branch.stepId, attempt: answered.open.attempt, outcome: 'failed', error });
    else abandonAttempt({ run, branchId }, branch.stepId, 'cancelled');
  }
  if (run.state.branches[UNDO_BRANCH] !== undefined) parkCompensation({ run, branchId: UNDO_BRANCH }, error);
  else endRun(run, { as: 'failed', error: { ...error, step: run.branch(answered?.branchId ?? ROOT_BRANCH).state } });
  return accepted(run);
}
