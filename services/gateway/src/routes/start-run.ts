import { randomUUID } from 'node:crypto';
import { OperatingError, readTraceContext, runIdForKey, type StartRunResponse } from '@baton/contracts';
import type { Door } from '../door.ts';
import type { Handler } from '../http/route.ts';
import { readJson, readStart } from '../http/request-body.ts';
import { readQuery } from '../http/query.ts';
import { idempotencyKeyOf } from '../http/idempotency-key.ts';
import { Refusal } from '../refusal.ts';

/** POST /v1/runs: 202 once the log has acknowledged; 503 with the key to try again where it has not. */
export function startRun(door: Door): Handler {
  return async (request, response) => {
    readQuery(request, {});
    const body = readStart(await readJson(request, door.jsonLimits));
    const idempotencyKey = idempotencyKeyOf(request, { inBody: body.idempotencyKey, field: 'idempotencyKey' }) ?? randomUUID();
    const workflow = door.definitions.require({ ...body, runId: runIdForKey(body.workflow, idempotencyKey) });
    const trace = door.currentTrace() ?? readTraceContext({ traceparent: request.get('traceparent'), tracestate: request.get('tracestate') });
    try {
      const accepted = await door.starts.accept({ workflow, input: body.input, idempotencyKey, via: 'api', trace });
      door.recentStarts.add(accepted, 'api');
      const url = `/v1/runs/${accepted.runId}`;
      door.log.info({ runId: accepted.runId, workflow: workflow.def.name }, 'start accepted');
      response.status(202).location(url).json({ runId: accepted.runId, workflow: workflow.def.name, status: 'accepted', url } satisfies StartRunResponse);
    } catch (cause) {
      if (!(cause instanceof OperatingError) || cause.code === 'payload_too_large') throw cause;
      const detail = 'The start was not acknowledged, so it may or may not have happened; send it again with the same idempotency key (field idempotencyKey of this answer), which is safe either way';
      throw new Refusal('unavailable', detail, { retryAfterSeconds: 2, idempotencyKey, cause });
    }
  };
}
