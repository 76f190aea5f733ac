import type { ChildEndedMessage, RunState } from '@baton/contracts';
import { bytesOf } from '../data/size.ts';
import { ignored, type Decision, type Facts } from '../decision.ts';
import { resume } from '../interpreter.ts';
import { technical } from '../states/outcome.ts';
import { Unfolding } from '../unfolding.ts';
import { accepted } from './accepted.ts';

/** A run that this one waits for has ended. */
export function childEnded(state: RunState, { body }: ChildEndedMessage, facts: Facts): Decision {
  const { childRunId: runId, stepId, outcome, output = null } = body;
  const found = Object.entries(state.branches).find(([, branch]) => branch.stepId === stepId && branch.awaits?.kind === 'run' && branch.awaits.runId === runId);
  if (found === undefined) return ignored('late');
  const [branchId, { awaits }] = found;
  const error = outcome === 'completed' ? undefined : (body.error ?? technical('Baton.RunCancelled', `it was cancelled: ${body.reason ?? 'nobody said why'}`));
  const run = new Unfolding(state, facts);
  run.writtenBytes = bytesOf(output);
  run.emit({ type: 'child-ended', branch: branchId, stepId, child: runId, outcome });
  resume({ run, branchId }, { kind: 'child-ended', runId, workflow: awaits!.name, output, ...(error !== undefined && { error }) });
  return accepted(run);
}
