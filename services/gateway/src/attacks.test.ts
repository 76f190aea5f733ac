/** The door attacked: what a stranger on the network, or a page in the user's browser, may try. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_JSON_LIMITS, Problem } from '@baton/contracts';
import { smallSystem, type SmallSystem } from './testing/small-system.ts';

describe('the door under attack', () => {
  let system: SmallSystem;
  beforeAll(async () => {
    system = await smallSystem({ engine: false });
  });
  afterAll(() => system.stop());

  const post = (body: NonNullable<RequestInit['body']>, headers: Record<string, string> = { 'content-type': 'application/json' }) => system.call('/v1/runs', { method: 'POST', headers, body });

  /** One raw exchange; resolves with everything that came until the server closed. */
  const raw = (text: string, { keepOpen = false, url = system.url } = {}) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
        socket.write(text);
        if (!keepOpen) socket.end();
      });
      let answer = '';
      socket.on('data', (piece) => (answer += piece.toString()));
      socket.on('close', () => resolve(answer));
      socket.on('error', (error: Error & { code?: string }) => (error.code === 'ECONNRESET' ? resolve(answer) : reject(error)));
    });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp', 'application/json, text/plain', 'application/json; charset=latin1', 'application/vnd.api+json'])(
    'refuses a body of %s',
    async (type) => {
      expect(await post('{"workflow":"echo","input":{"text":"x"}}', { 'content-type': type })).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
    },
  );

  it('refuses a body without a content type', async () => {
    expect(await post(new Blob(['{}']), {})).toMatchObject({ status: 415 });
  });

  it.each(['__proto__', 'constructor', 'prototype'])('refuses the key %s at any depth and leaves Object.prototype alone (F16)', async (key) => {
    const answer = await post(`{"workflow":"echo","input":{"text":"x","deep":[{"${key}":{"polluted":true}}]}}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'forbidden_key', problems: [{ field: `/input/deep/0/${key}` }] } });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('refuses ten megabytes, announced or not, and goes on answering (F16)', async () => {
    const big = new Uint8Array(10_485_760).fill(0x20);
    expect(await post(big)).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
    let sent = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent >= big.length) return controller.close();
        sent += 65_536;
        controller.enqueue(big.subarray(0, 65_536));
      },
    });
    const answer = await system.call('/v1/runs', { method: 'POST', headers: { 'content-type': 'application/json' }, body: stream, duplex: 'half' } as RequestInit);
    expect(answer).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
    expect((await system.call('/livez')).status).toBe(200);
  });

  it.each([
    ['nesting', `{"workflow":"echo","input":${'['.repeat(100)}${']'.repeat(100)}}`, 'invalid_json'],
    ['nesting that would exhaust a stack', `${'['.repeat(400_000)}${']'.repeat(400_000)}`, 'invalid_json'],
    ['keys', JSON.stringify({ workflow: 'echo', input: Array.from({ length: DEFAULT_JSON_LIMITS.maxKeys / 2 + 1 }, () => ({ a: 0, b: 0 })) }), 'payload_too_large'],
    ['a string', JSON.stringify({ workflow: 'echo', input: { text: 'x'.repeat(262_145) } }), 'payload_too_large'],
    ['what is no JSON', '{"workflow":', 'invalid_json'],
    ['other than UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), 'invalid_json'],
  ])('refuses too much of %s', async (_what, body, code) => {
    expect((await post(body)).body).toMatchObject({ code });
  });

  it('closes on a body that comes too slowly', async () => {
    // A door of its own: on a busy machine the bodies of the other tests may take as long.
    const hasty = await smallSystem({ engine: false, bodyDeadlineMs: 300 });
    try {
      const answer = await raw('POST /v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{', { keepOpen: true, url: hasty.url });
      expect(answer).toMatch(/^HTTP\/1\.1 408 .*request_timeout/s);
    } finally {
      await hasty.stop();
    }
  });

  it('refuses a name that was rebound to this address', async () => {
    expect(await raw('GET /v1/runs HTTP/1.1\r\nHost: attacker.example\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 .*forbidden_origin/s);
    expect(await raw('GET /livez HTTP/1.1\r\nHost: [::1]:7400\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('refuses pages of other sites, also where no preflight would ask', async () => {
    expect(await post('x', { 'content-type': 'text/plain', origin: 'https://attacker.example' })).toMatchObject({ status: 403, body: { code: 'forbidden_origin' } });
    expect(await system.call('/v1/runs/run-1/cancel', { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } })).toMatchObject({ status: 403 });
    expect((await system.call('/v1/runs', { method: 'OPTIONS', headers: { origin: system.url, 'access-control-request-method': 'POST' } })).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('cannot be made to write a header', async () => {
    const answer = await raw('GET /v1/runs/a%0d%0aSet-Cookie:%20x=1 HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: a%0d%0aSet-Cookie: x=1\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer.split('\r\n\r\n')[0]).not.toMatch(/set-cookie/i);
  });

  it('refuses headers over 16 KiB and what is no HTTP', async () => {
    expect(await raw(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await raw('\u0016\u0003\u0001 hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  it.each(['/%', '/v1/runs/%ff', '/v1/nothing', '/V1/runs', '//v1/runs', '/v1/dead-letters/%2e%2e%2fx', `/v1/dead-letters/${'x'.repeat(1_000)}`])('answers %s with a problem', async (path) => {
    const answer = await system.call(path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    Problem.parse(answer.body);
  });

  it('names the methods that a resource knows', async () => {
    const answer = await system.call('/v1/runs', { method: 'DELETE' });
    expect(answer).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
    expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
  });

  it('does not say what it is made of', async () => {
    for (const path of ['/', '/v1/nothing', '/livez']) {
      const { headers } = await system.call(path);
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});
