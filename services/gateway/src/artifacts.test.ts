import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { byteRange, contentDisposition } from './routes/artifacts.ts';
import { ArtifactRef } from '@baton/contracts';
import { smallSystem, type SmallSystem } from './testing/small-system.ts';

describe('artifacts over HTTP', () => {
  let system: SmallSystem;
  const content = new Uint8Array(100_000).map((_, i) => i % 251);
  const hash = createHash('sha256').update(content).digest('hex');
  beforeAll(async () => {
    system = await smallSystem({ engine: false, maxArtifactBytes: 200_000 });
  });
  afterAll(() => system.stop());

  const upload = (body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}, query = '', at = system) => at.call(`/v1/artifacts${query}`, { method: 'POST', body, headers, duplex: 'half' } as RequestInit);

  it('stores content under its hash and gives it back whole', async () => {
    const answer = await upload(content, { 'content-type': 'application/pdf' }, '?name=Bericht%20M%C3%A4rz.pdf');
    expect(answer.status).toBe(201);
    expect(ArtifactRef.parse(answer.body)).toEqual({ hash, bytes: content.length, mediaType: 'application/pdf', name: 'Bericht März.pdf' });
    expect(answer.headers.get('location')).toBe(`/v1/artifacts/${hash}`);
    const response = await fetch(`${system.url}/v1/artifacts/${hash}`);
    expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.from(content))).toBe(true);
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="Bericht M_rz.pdf"; filename*=UTF-8''Bericht%20M%C3%A4rz.pdf`);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it.each([
    ['bytes=0-9', 206, 0, 9],
    ['bytes=99990-', 206, 99_990, 99_999],
    ['bytes=-5', 206, 99_995, 99_999],
    ['bytes=65530-70000', 206, 65_530, 70_000],
    ['bytes=0-999999', 206, 0, 99_999],
  ])('gives the range %s', async (range, status, first, last) => {
    await upload(content, { 'content-type': 'application/pdf' });
    const response = await fetch(`${system.url}/v1/artifacts/${hash}`, { headers: { range } });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-range')).toBe(`bytes ${first}-${last}/${content.length}`);
    expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.from(content.subarray(first, last + 1)))).toBe(true);
  });

  it('answers 416 for a range beyond the end and the whole for what it does not know', async () => {
    await upload(content);
    const beyond = await system.call(`/v1/artifacts/${hash}`, { headers: { range: 'bytes=100000-' } });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */100000']);
    expect(byteRange('bytes=0-1,5-6', 10)).toBeUndefined();
    expect(byteRange('lines=0-1', 10)).toBeUndefined();
    expect(byteRange('bytes=5-2', 10)).toBeUndefined();
    expect(byteRange('bytes=-0', 10)).toBe('unsatisfiable');
    expect(byteRange('bytes=0-', 0)).toBe('unsatisfiable');
  });

  it('answers HEAD without content, and 304 to one who has it', async () => {
    await upload(content);
    const head = await fetch(`${system.url}/v1/artifacts/${hash}`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), (await head.arrayBuffer()).byteLength]).toEqual([200, '100000', 0]);
    expect((await system.call(`/v1/artifacts/${hash}`, { headers: { 'if-none-match': `"${hash}"` } })).status).toBe(304);
  });

  it('refuses content that is not what was announced', async () => {
    const digest = createHash('sha256').update('other').digest('base64');
    expect(await upload('content', { 'content-digest': `sha-256=:${digest}:` })).toMatchObject({ status: 422, body: { code: 'hash_mismatch' } });
    expect(await upload('other', { digest: `sha-256=${digest}` })).toMatchObject({ status: 201 });
    expect(await upload('other', { 'content-digest': 'md5=:abc=:' })).toMatchObject({ status: 422, body: { code: 'schema' } });
  });

  it('refuses announced content over the cap, and streamed content once it is over', async () => {
    expect(await upload(new Uint8Array(200_001))).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)), type: undefined }, { highWaterMark: 1 });
    const answer = await upload(endless).catch((error: unknown) => error);
    // A caller who is still sending may see the closed connection instead of the answer.
    if (!(answer instanceof Error)) expect(answer).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
    expect((await upload(content)).status).toBe(201);
  });

  it('gives up on an upload that stops arriving', async () => {
    const stalled = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new Uint8Array(10)) });
    // A door of its own: on a busy machine the uploads of the other tests may take as long.
    const hasty = await smallSystem({ engine: false, bodyDeadlineMs: 200 });
    try {
      const answer = await upload(stalled, {}, '', hasty).catch((error: unknown) => error);
      if (!(answer instanceof Error)) expect(answer).toMatchObject({ status: 408, body: { code: 'request_timeout' } });
    } finally {
      await hasty.stop();
    }
  });

  it.each(['../../etc/passwd', '..%2F..%2Fetc%2Fpasswd', 'ABCDEF', '0'.repeat(64), `${'0'.repeat(63)}/`, '%00'])('has nothing under %s', async (path) => {
    const answer = await system.call(`/v1/artifacts/${path}`);
    expect(answer.status).toBe(404);
  });

  it('keeps a name from being a path, a header or a control sequence', async () => {
    const answer = await upload('x', {}, `?name=${encodeURIComponent('../../a\r\nSet-Cookie: x=1\u001b[2J"\\.pdf')}`);
    expect(answer.body.name).toBe('.._.._aSet-Cookie: x=1[2J"_.pdf');
    expect(contentDisposition('attachment', answer.body.name)).toBe(`attachment; filename=".._.._aSet-Cookie: x=1[2J__.pdf"; filename*=UTF-8''.._.._aSet-Cookie%3A%20x%3D1%5B2J%22_.pdf`);
    const response = await system.call(`/v1/artifacts/${answer.body.hash}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it('shows inline only what cannot run a script', async () => {
    const page = await upload('<script>alert(1)</script>', { 'content-type': 'text/html' });
    expect((await system.call(`/v1/artifacts/${page.body.hash}?disposition=inline`)).headers.get('content-disposition')).toMatch(/^attachment/);
    const film = await upload('not really', { 'content-type': 'video/mp4' });
    expect((await system.call(`/v1/artifacts/${film.body.hash}?disposition=inline`)).headers.get('content-disposition')).toMatch(/^inline/);
  });

  it('refuses a content type that is none', async () => {
    expect(await upload('x', { 'content-type': 'pdf' })).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
  });
});
