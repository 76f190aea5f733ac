/**
 * The door has no authentication of its own and listens on loopback, where every page in the user's browser can reach it.
 * Two things keep pages out: a foreign Host (a name that was rebound to 127.0.0.1), and a foreign Origin or a cross-site
 * request that changes something. Programs send neither.
 */
import { isIP } from 'node:net';
import type { NextFunction, Request, Response } from 'express';
import { Refusal } from '../refusal.ts';

export function sameSite(options: { readonly allowedHosts: readonly string[] }) {
  const allowed = new Set(['localhost', ...options.allowedHosts.map((host) => host.toLowerCase())]);
  const known = (host: string): boolean => allowed.has(host) || isIP(host) !== 0 || host.endsWith('.localhost');
  return (request: Request, _response: Response, next: NextFunction): void => {
    const host = hostName(request.headers.host ?? '');
    if (host !== undefined && !known(host)) {
      throw new Refusal('forbidden_origin', `The host name ${JSON.stringify(host.slice(0, 100))} is not one of ours; use an address or localhost, or allow the name with BATON_ALLOWED_HOSTS`);
    }
    const origin = request.headers.origin;
    if (origin !== undefined && origin !== `http://${request.headers.host}` && origin !== `https://${request.headers.host}`) {
      throw new Refusal('forbidden_origin', `Requests from pages of ${JSON.stringify(origin.slice(0, 100))} are not accepted`);
    }
    if (request.headers['sec-fetch-site'] === 'cross-site' && request.method !== 'GET' && request.method !== 'HEAD') {
      throw new Refusal('forbidden_origin', 'Requests from pages of other sites are not accepted');
    }
    next();
  };
}

/** Without port and brackets; undefined where there is none. */
function hostName(header: string): string | undefined {
  const match = /^\[([^\]]+)\](?::\d+)?$|^([^:]+)(?::\d+)?$/.exec(header);
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}
