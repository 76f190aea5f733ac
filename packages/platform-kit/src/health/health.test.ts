import { afterEach, describe, expect, it } from '@jest/globals';
import { createHealth } from './health.ts';
import { serveHealth, type HealthServer } from './serve-health.ts';

let server: HealthServer | undefined;
afterEach(() => server?.close());
const ok = { name: 'fine', check: () => undefined };

describe('health', () => {
  it('is served on loopback with a status and the reason of each check', async () => {
    const health = createHealth({ live: [ok], ready: [ok, { name: 'kafka', check: () => 'no broker answers' }], metrics: async () => 'a_total 1\n' });
    server = await serveHealth(health, { port: 0 });
    const get = async (path: string, method = 'GET') => {
      const response = await fetch(`http://127.0.0.1:${server!.port}${path}`, { method });
      return [response.status, await response.text()];
    };
    expect(await get('/livez?verbose')).toEqual([200, '{"status":"ok","checks":{"fine":"ok"}}']);
    expect(await get('/readyz')).toEqual([503, '{"status":"failing","checks":{"fine":"ok","kafka":"no broker answers"}}']);
    expect(await get('/metrics')).toEqual([200, 'a_total 1\n']);
    expect((await get('/other'))[0]).toBe(404);
    expect((await get('/livez', 'POST'))[0]).toBe(405);
  });

  it('fails a check that throws or does not answer in time, and no other', async () => {
    const health = createHealth({ deadlineMs: 20, ready: [ok, { name: 'throws', check: () => { throw new Error('boom'); } }, { name: 'hangs', check: () => new Promise(() => {}) }] });
    expect(JSON.parse((await health.answer('/readyz'))!.body)).toEqual({ status: 'failing', checks: { fine: 'ok', throws: 'boom', hangs: 'no answer within 20 ms' } });
  });

  it('takes a draining service out of rotation but leaves it alive', async () => {
    const health = createHealth({ live: [ok], ready: [ok] });
    health.draining();
    expect((await health.answer('/readyz'))!.status).toBe(503);
    expect((await health.answer('/livez'))!.status).toBe(200);
  });

  it('answers 500 where metrics cannot be collected, and stays up', async () => {
    server = await serveHealth(createHealth({ metrics: async () => { throw new Error('x'); } }), { port: 0 });
    expect((await fetch(`http://127.0.0.1:${server.port}/metrics`)).status).toBe(500);
    expect((await fetch(`http://127.0.0.1:${server.port}/livez`)).status).toBe(200);
  });
});
