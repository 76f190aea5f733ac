import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

/** The caller's X-Request-Id where it is harmless in a log, otherwise one of ours. */
export function requestId(request: Request, response: Response, next: NextFunction): void {
  const given = request.get('x-request-id');
  const id = given !== undefined && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : randomUUID();
  response.locals['requestId'] = id;
  response.set('X-Request-Id', id);
  next();
}

export const requestIdOf = (response: Response): string => String(response.locals['requestId']);
