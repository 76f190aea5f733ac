/** Refusals and faults as RFC 9457 problem documents: a stable code, no stack, the id under which the log has the rest. */
import { ERRORS, type Problem } from '@baton/contracts';
import type { NextFunction, Request, Response } from 'express';
import type { Log } from '../ports.ts';
import { Refusal, refusalOf } from '../refusal.ts';
import { drained } from './request-body.ts';
import { requestIdOf } from './request-id.ts';

export function problemOf(refusal: Refusal, about: { readonly path: string; readonly requestId: string }): Problem {
  const { problems, idempotencyKey } = refusal.options;
  return {
    type: `urn:baton:error:${refusal.code}`,
    title: ERRORS[refusal.code].title,
    status: refusal.status,
    code: refusal.code,
    detail: refusal.message.slice(0, 4_096),
    instance: about.path,
    ...(problems !== undefined && problems.length > 0 && { problems: problems.slice(0, 50).map(({ field, message }) => ({ field: field.slice(0, 512), message: message.slice(0, 1_024) })) }),
    requestId: about.requestId,
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  };
}

/** The last middleware. */
export function problems(log: Log) {
  return async (error: unknown, request: Request, response: Response, _next: NextFunction): Promise<void> => {
    const id = requestIdOf(response);
    const refusal = refusalOf(error) ?? refusalOfFramework(error);
    if (refusal === undefined) log.error({ requestId: id, method: request.method, path: request.path, err: error }, 'request failed');
    else if (refusal.status >= 500) log.warn({ requestId: id, method: request.method, path: request.path, code: refusal.code, reason: causes(refusal) }, 'request refused');
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    const said = refusal ?? new Refusal('internal', `Something went wrong on our side; the log has it under ${id}`);
    if (!request.complete) {
      await drained(request);
      response.set('Connection', 'close');
    }
    // A download may have announced its own.
    for (const name of ['Content-Length', 'Content-Disposition', 'Content-Range', 'ETag', 'Cache-Control']) response.removeHeader(name);
    response.status(said.status).set({ 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...said.options.headers });
    if (said.options.retryAfterSeconds !== undefined) response.set('Retry-After', String(said.options.retryAfterSeconds));
    response.end(request.method === 'HEAD' ? undefined : JSON.stringify(problemOf(said, { path: request.path.slice(0, 512), requestId: id })));
  };
}

/** Express reports a path that is not percent-encoded UTF-8 as an error with a status. */
function refusalOfFramework(error: unknown): Refusal | undefined {
  const status = (error as { status?: unknown } | undefined)?.status;
  return status === 400 ? new Refusal('not_found', 'The path is not valid percent-encoded UTF-8') : undefined;
}

function causes(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${causes(error.cause)}` : error.message;
}
