import { randomUUID } from 'node:crypto';
import { OperatingError, readTraceContext, type StartRunResponse } from '@baton/contracts';
import type { Request } from 'express';
import type { Door } from '../door.ts';
import type { Handler } from '../http/route.ts';
import { readJson, readStart } from '../http/request-body.ts';
import { readQuery } from '../http/query.ts';
import { Refusal } from '../refusal.ts';

/** POST /v1/runs: 202 once the log has acknowledged; 503 with the key to try again where it has not. */
export function startRun(door: Door): Handler {
  return async (request, response) => {
    readQuery(request, {});
    const body = readStart(await readJson(request, door.jsonLimits));
    const idempotencyKey = keyOf(request, body.idempotencyKey) ?? randomUUID();
    const workflow = door.definitions.require(body.workflow);
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

/** The header or the body's field; the header may be quoted, as the IETF draft for Idempotency-Key has it. */
function keyOf(request: Request, inBody: string | undefined): string | undefined {
  const header = request.get('idempotency-key')?.replace(/^"(.*)"$/, '$1');
  if (header === undefined) return inBody;
  if (header.length < 1 || header.length > 255) {
    throw new Refusal('schema', `Expected an Idempotency-Key of 1 to 255 characters, but found ${header.length}`, { problems: [{ field: 'Idempotency-Key', message: 'must have 1 to 255 characters' }] });
  }
  if (inBody !== undefined && inBody !== header) {
    throw new Refusal('schema', 'The header Idempotency-Key and the field idempotencyKey differ; send one of them', { problems: [{ field: '/idempotencyKey', message: 'differs from the header Idempotency-Key' }] });
  }
  return header;
}
