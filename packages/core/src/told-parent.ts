/** What a run that has ended tells the one that waits for it. */
import { hash128, type ChildEndedMessage, type RunEvent, type RunState } from '@baton/contracts';

type UnsignedEnd = Omit<ChildEndedMessage, 'token'>;

/** @param state after the event. Undefined where nobody waits, or it has not ended. */
export function toldParent(event: RunEvent, state: RunState): UnsignedEnd | undefined {
  const { parent, runId } = state;
  if (parent?.waits !== true) return undefined;
  const body = endOf(event, state);
  if (body === undefined) return undefined;
  return {
    v: 1,
    id: `child-ended-${hash128(runId)}`,
    runId: parent.runId,
    ts: state.updatedMs,
    type: 'child-ended',
    by: runId,
    body: { childRunId: runId, stepId: parent.stepId, attempt: parent.attempt, ...body },
    ...(state.trace !== undefined && { trace: state.trace }),
  };
}

function endOf(event: RunEvent, state: RunState): Pick<ChildEndedMessage['body'], 'outcome' | 'output' | 'error' | 'reason'> | undefined {
  switch (event.type) {
    case 'run-completed':
      return { outcome: 'completed', output: state.output ?? null };
    case 'run-failed':
      return { outcome: 'failed', error: event.error };
    case 'run-cancelled':
      return { outcome: 'cancelled', reason: event.reason };
    default:
      return undefined;
  }
}
