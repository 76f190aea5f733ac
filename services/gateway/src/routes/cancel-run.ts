import { randomUUID } from 'node:crypto';
import { CancelRunRequest, isTerminal, readTraceContext, readValue, RunId, type CancelMessage, type CancelRunResponse } from '@baton/contracts';
import { withDeadline } from '../deadline.ts';
import type { Door } from '../door.ts';
import { readQuery } from '../http/query.ts';
import { readOptionalJson } from '../http/request-body.ts';
import { param, type Handler } from '../http/route.ts';
import { Refusal } from '../refusal.ts';
import { unknownRun } from '../views/reads.ts';

/** POST /v1/runs/:runId/cancel: 202 once the wish is acknowledged. It needs the log alone: stopping a run matters most when things are broken. */
export function cancelRun(door: Door): Handler {
  return async (request, response) => {
    readQuery(request, {});
    const { reason } = readValue(CancelRunRequest, (await readOptionalJson(request, door.jsonLimits)) ?? {});
    const runId = RunId.safeParse(param(request, 'runId'));
    if (!runId.success) throw unknownRun(param(request, 'runId'));
    await requireOpen(door, runId.data);
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

/** Refuses only what is known to be wrong: without the view the engine decides. */
async function requireOpen(door: Door, runId: RunId): Promise<void> {
  try {
    const state = await door.reads.state(runId);
    if (state === undefined && door.recentStarts.view(runId) === undefined) throw unknownRun(runId);
    if (state !== undefined && isTerminal(state.status)) throw new Refusal('run_ended', `The run has ended already (${state.status}); there is nothing to cancel`);
  } catch (error) {
    if (error instanceof Refusal && (error.code === 'unavailable' || error.code === 'rebuilding')) return;
    throw error;
  }
}
