import { hash128, hashJson, type RunId, type StartMessage } from '@baton/contracts';
import type { Unfolding } from '../../unfolding.ts';

/** The start of a run by this one: the same run has the same message, however often it is sent. */
export function startMessage({ nowMs, state }: Unfolding, runId: RunId, body: Omit<StartMessage['body'], 'inputHash' | 'via'>): StartMessage {
  return {
    v: 1,
    id: `start-${hash128(runId)}`,
    runId,
    ts: nowMs,
    type: 'start',
    by: state.runId,
    body: { ...body, inputHash: hashJson(body.input), via: 'run' },
    ...(state.trace !== undefined && { trace: state.trace }),
  };
}
