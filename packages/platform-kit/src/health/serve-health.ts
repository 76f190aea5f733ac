/** A small server for /livez, /readyz and /metrics, for services that have no HTTP server of their own. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health, HealthAnswer } from './health.ts';

export interface HealthServer {
  /** The port it listens on, also where 0 was asked for. */
  readonly port: number;
  close(): Promise<void>;
}

/** @param at `host` default 127.0.0.1; `port` 0: any free one. @throws where the port is taken. */
export async function serveHealth(health: Health, at: { readonly host?: string; readonly port: number }): Promise<HealthServer> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: 16_384 }, (request, response) => {
    request.resume();
    const reading = request.method === 'GET' || request.method === 'HEAD';
    void (reading ? answerTo(health, request.url) : Promise.resolve(METHOD_NOT_ALLOWED)).then(({ status, contentType, body }) => {
      response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store', ...(status === 405 && { allow: 'GET, HEAD' }) });
      response.end(request.method === 'HEAD' ? undefined : body);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: at.host ?? '127.0.0.1', port: at.port }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const text = (status: number, body: string): HealthAnswer => ({ status, contentType: 'text/plain; charset=utf-8', body });
const NOT_FOUND = text(404, 'There is /livez, /readyz and /metrics\n');
const METHOD_NOT_ALLOWED = text(405, 'Only GET and HEAD\n');

async function answerTo(health: Health, url: string | undefined): Promise<HealthAnswer> {
  try {
    return (await health.answer((url ?? '').split('?')[0] ?? '')) ?? NOT_FOUND;
  } catch {
    return text(500, 'The answer could not be put together\n');
  }
}
