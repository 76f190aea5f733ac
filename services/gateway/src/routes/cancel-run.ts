import { randomUUID } from 'node:crypto';
import { CancelRunRequest, readTraceContext, readValue, RunId, type CancelMessage, type CancelRunResponse } from '@baton/contracts';
import { withDeadline } from '../deadline.ts';
import type { Door } from '../door.ts';
import { readQuery } from '../http/query.ts';
import { readOptionalJson } from '../http/request-body.ts';
import { param, type Handler } from '../http/route.ts';
import { unknownRun } from '../views/reads.ts';
import { openRun } from './open-run.ts';

/** POST /v1/runs/:runId/cancel: 202 once the wish is acknowledged. It needs the log alone: stopping a run matters most when things are broken. */
export function cancelRun(door: Door): Handler {
  return async (request, response) => {
    readQuery(request, {});
    const { reason } = readValue(CancelRunRequest, await readOptionalJson(request, door.jsonLimits));
    const runId = RunId.safeParse(param(request, 'runId'));
    if (!runId.success) throw unknownRun(param(request, 'runId'));
    await openRun(door, runId.data, 'there is nothing to cancel');
    const trace = door.currentTrace() ?? readTraceContext({ traceparent: request.get('traceparent'), tracestate: request.get('tracestate') });
    const message: CancelMessage = {
      v: 1,
      id: `cancel-${randomUUID()}`,
      runId: runId.data,
      ts: door.clock.nowMs(),
      type: 'cancel',
      body: { reason },
      ...(trace !== undefined && { trace }),
    };
    await withDeadline(door.clock, door.config.sendDeadlineMs, 'Kafka', door.ports.inbox.send([message]));
    door.log.info({ runId: runId.data }, 'cancel accepted');
    response.status(202).location(`/v1/runs/${runId.data}`).json({ runId: runId.data, status: 'cancelling' } satisfies CancelRunResponse);
  };
}
