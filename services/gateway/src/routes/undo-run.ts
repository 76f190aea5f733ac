import { randomUUID } from 'node:crypto';
import { failedCompensation, hash128, readTraceContext, readValue, RetryCompensationRequest, RunId, SkipCompensationRequest, type CompensationMessage, type CompensationResponse } from '@baton/contracts';
import { withDeadline } from '../deadline.ts';
import type { Door } from '../door.ts';
import { idempotencyKeyOf } from '../http/idempotency-key.ts';
import { readQuery } from '../http/query.ts';
import { readJson, readOptionalJson } from '../http/request-body.ts';
import { param, type Handler } from '../http/route.ts';
import { Refusal } from '../refusal.ts';
import { unknownRun } from '../views/reads.ts';
import { openRun } from './open-run.ts';

/** POST /v1/runs/:runId/compensation/retry: what could not be undone is tried again. 202 once the log has the wish. */
export const retryCompensation = (door: Door): Handler => operate(door, 'retry');

/** POST /v1/runs/:runId/compensation/skip: it is passed over, and the rest is undone. */
export const skipCompensation = (door: Door): Handler => operate(door, 'skip');

function operate(door: Door, action: CompensationMessage['body']['action']): Handler {
  return async (request, response) => {
    readQuery(request, {});
    const { step, reason, by, id: inBody } = action === 'retry' ? readValue(RetryCompensationRequest, await readOptionalJson(request, door.jsonLimits)) : readValue(SkipCompensationRequest, await readJson(request, door.jsonLimits));
    const id = idempotencyKeyOf(request, { inBody, field: 'id' }) ?? randomUUID();
    const runId = RunId.safeParse(param(request, 'runId'));
    if (!runId.success) throw unknownRun(param(request, 'runId'));
    await requireParked(door, runId.data, { id, step });
    const trace = door.currentTrace() ?? readTraceContext({ traceparent: request.get('traceparent'), tracestate: request.get('tracestate') });
    const message: CompensationMessage = {
      v: 1,
      id: `compensation-${hash128(`${runId.data}\n${id}`)}`,
      runId: runId.data,
      ts: door.clock.nowMs(),
      type: 'compensation',
      body: { requestId: id, action, ...(step !== undefined && { step }), ...(reason !== undefined && { reason }) },
      ...(by !== undefined && { by }),
      ...(trace !== undefined && { trace }),
    };
    await withDeadline(door.clock, door.config.sendDeadlineMs, 'Kafka', door.ports.inbox.send([message]));
    door.log.info({ runId: runId.data, action, step, by }, 'compensation request accepted');
    response.status(202).location(`/v1/runs/${runId.data}`).json({ runId: runId.data, id, status: 'accepted' } satisfies CompensationResponse);
  };
}

/** As far as the view knows; the engine has the last word, and makes a dead letter of what cannot be meant. */
async function requireParked(door: Door, runId: RunId, { id, step }: { readonly id: string; readonly step: string | undefined }): Promise<void> {
  const state = await openRun(door, runId, 'there is nothing to undo any more');
  if (state === undefined || state.compensations?.some(({ asked }) => asked?.includes(hash128(id)) === true) === true) return;
  const failed = failedCompensation(state);
  if (failed === undefined) {
    const why = state.status === 'blocked' ? `is parked, but not by a compensation: ${state.error?.message ?? 'unknown reason'}` : state.ending === undefined ? `is ${state.status} and undoes nothing` : 'is undoing what it has done';
    throw new Refusal('nothing_to_undo', `The run ${runId} ${why}; only a run whose compensation has failed can be gone on with`);
  }
  if (step !== undefined && step !== failed.stepId && step !== failed.state) {
    throw new Refusal('nothing_to_undo', `The run ${runId} waits since it could not undo ${failed.state} (${failed.stepId}), and not ${step}`, { problems: [{ field: '/step', message: `expected ${failed.state}` }] });
  }
}
