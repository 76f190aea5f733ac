import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { approvalRecords, asksRecords, chainRecords, smallSystem, until, type SmallSystem } from '@baton/gateway/testing';
import { BatonError, createClient, type BatonClient, type RunUpdate } from './index.ts';

const refusal = (work: Promise<unknown>): Promise<BatonError> =>
  work.then(
    () => Promise.reject(new Error('Expected a refusal')),
    (error: unknown) => (error instanceof BatonError ? error : Promise.reject(error)),
  );

describe('the client with a gateway', () => {
  let system: SmallSystem;
  let client: BatonClient;
  let folder: string;
  beforeAll(async () => {
    system = await smallSystem({ unknownWorkflowWaitMs: 10 });
    client = createClient({ baseUrl: `${system.url}/` });
    folder = await mkdtemp(join(tmpdir(), 'baton-client-'));
  });
  afterAll(async () => {
    await system.stop();
    await rm(folder, { recursive: true });
  });

  it('starts a run and waits for its output', async () => {
    const { runId } = await client.start('echo', { text: 'hello' });
    expect(await client.wait(runId)).toMatchObject({ runId, status: 'completed', output: { said: { text: 'hello' } } });
    expect((await client.history(runId)).entries[0]).toMatchObject({ seq: 1, event: { type: 'run-started' } });
    expect((await client.list({ status: 'completed' })).runs.map((run) => run.runId)).toContain(runId);
    expect((await client.workflows()).workflows.map(({ def }) => def.name)).toEqual(['echo']);
  });

  it('follows a run to its end', async () => {
    const { runId } = await client.start('echo', { text: 'watched' });
    const updates: RunUpdate[] = [];
    for await (const update of client.watch(runId)) updates.push(update);
    expect(updates.at(-1)).toEqual({ type: 'end', status: 'completed' });
    expect(updates.filter(({ type }) => type === 'entry')).toHaveLength((await client.history(runId)).entries.length);
  });

  it('signals a run that waits, and the same id is the same signal', async () => {
    await system.memory.definitions.publish(approvalRecords());
    const { runId } = await until(() => client.start('approval', { order: 7 }).catch(() => undefined), 'the workflow to be known');
    expect(await client.signal(runId, 'approved', { by: 'Ada' }, { id: 's1' })).toEqual({ runId, name: 'approved', id: 's1', status: 'accepted' });
    expect((await client.wait(runId)).output).toMatchObject({ told: { Data: { by: 'Ada' }, Id: 's1' } });
    expect((await refusal(client.signal(runId, 'approved'))).code).toBe('run_ended');
  });

  it('lists what people are asked, shows it, and answers it once', async () => {
    await system.memory.definitions.publish(asksRecords());
    const { runId } = await until(() => client.start('asks', { order: 7 }).catch(() => undefined), 'the workflow to be known');
    const { taskId } = await until(async () => (await client.tasks({ assignee: 'ada', workflow: 'asks' })).tasks[0], 'the question');
    expect(await client.task(taskId)).toMatchObject({ runId, title: 'Pay order 7?', status: 'open' });
    expect(await refusal(client.answer(taskId, { approved: 'yes' }))).toMatchObject({ code: 'invalid_answer', problems: [{ field: '/approved' }] });
    expect(await client.answer(taskId, { approved: true }, { by: 'ada' })).toMatchObject({ taskId, status: 'answered', by: 'ada' });
    expect((await refusal(client.answer(taskId, { approved: false }))).code).toBe('task_answered');
    expect((await client.wait(runId)).output).toMatchObject({ told: { Answer: { approved: true }, By: 'ada' } });
  });

  it('waits for the last of a chain, and is told where a run has gone on', async () => {
    await system.memory.definitions.publish(chainRecords());
    const { runId } = await until(() => client.start('chain', { n: 0 }).catch(() => undefined), 'the workflow to be known');
    const last = await client.wait(runId);
    expect(last).toMatchObject({ status: 'completed', output: { n: 2 }, continues: { first: runId, number: 3 } });
    const first = await client.get(runId);
    expect(first.continuedAs).toBe((await client.get(last.continues!.runId)).runId);
    expect(await refusal(client.signal(runId, 'any'))).toMatchObject({ code: 'run_ended', message: expect.stringContaining(first.continuedAs!) });
  });

  it('gives up waiting and leaves the run alone', async () => {
    system.step.hold();
    const { runId } = await client.start('echo', { text: 'slow' });
    expect((await refusal(client.wait(runId, { timeoutMs: 50 }))).code).toBe('timeout');
    const abort = new AbortController();
    const waiting = client.wait(runId, { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    expect((await client.cancel(runId, 'no longer needed')).status).toBe('cancelling');
    system.step.release();
    expect((await client.wait(runId)).status).toBe('cancelled');
    expect((await refusal(client.cancel(runId))).code).toBe('run_ended');
  });

  it('throws what the gateway refused, with every field', async () => {
    const error = await refusal(client.start('echo', { count: 0 }));
    expect(error).toMatchObject({ code: 'invalid_input', status: 422 });
    expect(error.problems.map(({ field }) => field).sort()).toEqual(['/count', '/text']);
    expect(error.requestId).toMatch(/^[0-9a-f-]+$/);
    expect((await refusal(client.get('run-unknown'))).code).toBe('unknown_run');
    expect((await refusal(client.get('../../livez'))).code).toBe('unknown_run');
  });

  it('carries files there and back, checked by their hash', async () => {
    const bytes = new Uint8Array(300_000).map((_, i) => i % 253);
    const path = join(folder, 'sheet.pdf');
    await writeFile(path, bytes);
    const ref = await client.uploadArtifact(path);
    expect(ref).toEqual({ hash: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length, mediaType: 'application/pdf', name: 'sheet.pdf' });
    expect(await client.uploadArtifact(bytes, { name: 'sheet.pdf' })).toEqual(ref);
    expect(Buffer.from(await client.downloadArtifact(ref)).equals(Buffer.from(bytes))).toBe(true);
    const copy = join(folder, 'copy.pdf');
    await client.downloadArtifactTo(ref.hash, copy);
    expect((await readFile(copy)).equals(Buffer.from(bytes))).toBe(true);
    expect((await refusal(client.downloadArtifactTo('0'.repeat(64), join(folder, 'none')))).code).toBe('unknown_artifact');
    expect((await readdir(folder)).sort()).toEqual(['copy.pdf', 'sheet.pdf']);
    await expect(client.uploadArtifact(folder)).rejects.toThrow('Expected a file');
  });

  it('lists, shows and replays dead letters', async () => {
    await system.memory.requestSender.publish({ key: 'k', value: '{"specversion":"1.0","id":"1","source":"/s","type":"baton.run.requested","data":{"workflow":"ecko","input":{}}}', headers: {} });
    const { deadLetters } = await until(async () => {
      const page = await client.deadLetters();
      return page.deadLetters.length > 0 && page;
    }, 'the dead letter');
    const { id } = deadLetters[0]!;
    expect((await client.deadLetter(id)).reason).toBe('unknown_workflow');
    expect((await client.replay(id)).sent).toBe(true);
    expect((await client.replay(id)).sent).toBe(false);
  });

  it('tells how ready the gateway is', async () => {
    expect((await client.readiness()).checks['definitions']).toMatchObject({ ok: true });
  });
});

describe('the client with a gateway in trouble', () => {
  let server: Server | undefined;
  const serve = async (listener: RequestListener): Promise<string> => {
    server = createServer(listener);
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });
  const problem = (code: string, status: number) => JSON.stringify({ type: 'x', title: 'x', status, code, detail: 'said so', later: 'unknown to this client' });
  const quick = { baseMs: 1, capMs: 5 };

  it('repeats a start with the same key until it is taken (F61)', async () => {
    const keys: string[] = [];
    const baseUrl = await serve((request, response) => {
      let body = '';
      request.on('data', (piece) => (body += piece));
      request.on('end', () => {
        keys.push((JSON.parse(body) as { idempotencyKey: string }).idempotencyKey);
        if (keys.length === 1) return void request.socket.destroy();
        if (keys.length === 2) return void response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '0' }).end(problem('unavailable', 503));
        response.writeHead(202, { 'content-type': 'application/json' }).end('{"runId":"run-1","workflow":"w","status":"accepted","url":"/v1/runs/run-1"}');
      });
    });
    expect((await createClient({ baseUrl, retry: quick }).start('w', {})).runId).toBe('run-1');
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });

  it('does not repeat what was refused for good', async () => {
    let calls = 0;
    const baseUrl = await serve((_request, response) => {
      calls++;
      response.writeHead(409, { 'content-type': 'application/problem+json' }).end(problem('idempotency_conflict', 409));
    });
    expect(await refusal(createClient({ baseUrl, retry: quick }).start('w', {}))).toMatchObject({ code: 'idempotency_conflict', message: 'said so' });
    expect(calls).toBe(1);
  });

  it('says who does not answer, after as many attempts as it was told', async () => {
    let calls = 0;
    const error = await refusal(createClient({ baseUrl: 'http://127.0.0.1:1', retry: { ...quick, attempts: 3 }, fetch: (...args) => (calls++, fetch(...args)) }).get('run-1'));
    expect(error).toMatchObject({ code: 'unreachable', status: 0 });
    expect(error.message).toContain('http://127.0.0.1:1');
    expect(calls).toBe(3);
  });

  it('does not wait for ever for one that accepts and says nothing', async () => {
    const baseUrl = await serve(() => undefined);
    expect((await refusal(createClient({ baseUrl, retry: { attempts: 1 }, timeoutMs: 30 }).get('run-1'))).code).toBe('timeout');
  });

  it('tells a proxy from a gateway', async () => {
    const baseUrl = await serve((_request, response) => void response.writeHead(404, { 'content-type': 'text/html', server: 'nginx' }).end('<html>Not found</html>'));
    expect(await refusal(createClient({ baseUrl }).get('run-1'))).toMatchObject({ code: 'not_baton', status: 404 });
  });

  it('refuses content that is not what its name says', async () => {
    const baseUrl = await serve((_request, response) => void response.end('forged'));
    expect((await refusal(createClient({ baseUrl }).downloadArtifact('0'.repeat(64)))).code).toBe('hash_mismatch');
  });

  it('goes on with a run where a stream broke, from the last id, and tells nothing twice', async () => {
    const asked: (string | undefined)[] = [];
    const entry = (seq: number) => `event: entry\nid: ${seq}\ndata: {"seq":${seq},"tsMs":0,"cause":"x","event":{"type":"x"}}\n\n`;
    const baseUrl = await serve((request, response) => {
      asked.push(request.headers['last-event-id'] as string | undefined);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (asked.length === 1) {
        response.write(`: hello\n\n${entry(1)}event: unknown\ndata: {}\n\n`);
        // In the middle of an event: half of it must not be told.
        response.write(entry(2).slice(0, 30), () => request.socket.destroy());
      } else if (asked.length === 2) response.end(entry(2));
      else response.end(`${entry(3).replaceAll('\n', '\r\n')}event: end\ndata: {"runId":"run-1","status":"failed"}\n\n`);
    });
    const updates: RunUpdate[] = [];
    for await (const update of createClient({ baseUrl, retry: quick }).watch('run-1')) updates.push(update);
    expect(updates.map((update) => (update.type === 'entry' ? update.entry.seq : update.type))).toEqual([1, 2, 3, 'end']);
    expect(asked).toEqual(['0', '1', '2']);
  });

  it('opens a stream again that has gone silent', async () => {
    let calls = 0;
    const baseUrl = await serve((_request, response) => {
      calls++;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (calls === 1) response.write(': hello\n\n');
      else response.end('event: end\ndata: {"runId":"run-1","status":"completed"}\n\n');
    });
    const updates: RunUpdate[] = [];
    for await (const update of createClient({ baseUrl, retry: quick, watchIdleMs: 30 }).watch('run-1')) updates.push(update);
    expect(updates).toEqual([{ type: 'end', status: 'completed' }]);
  });

  it('gives a run that it started itself a moment to be known everywhere', async () => {
    let reads = 0;
    const baseUrl = await serve((request, response) => {
      request.resume();
      if (request.method === 'POST') return void response.writeHead(202, { 'content-type': 'application/json' }).end('{"runId":"run-1","workflow":"w","status":"accepted","url":"/v1/runs/run-1"}');
      reads++;
      if (reads < 3) response.writeHead(404, { 'content-type': 'application/problem+json' }).end(problem('unknown_run', 404));
      else response.end('{"runId":"run-1","steps":[]}');
    });
    const client = createClient({ baseUrl, retry: quick });
    await client.start('w', {});
    expect(await client.get('run-1')).toMatchObject({ runId: 'run-1' });
    reads = 0;
    expect((await refusal(client.get('run-2'))).code).toBe('unknown_run');
  });

  it.each(['get', 'watch'] as const)('gives the runs that a run has gone on as or has started, as %s has shown it, a moment to be known', async (how) => {
    const reads = new Map<string, number>();
    const shown = { runId: 'run-1', status: 'completed', continuedAs: 'run-2', steps: [{ child: { runId: 'run-3', workflow: 'w' } }] };
    const baseUrl = await serve((request, response) => {
      const runId = /run-\d/.exec(request.url!)![0];
      reads.set(runId, (reads.get(runId) ?? 0) + 1);
      if (request.url!.includes('/events')) return void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`event: run\ndata: ${JSON.stringify(shown)}\n\nevent: end\ndata: {"runId":"run-1","status":"completed"}\n\n`);
      if (runId === 'run-1') return void response.end(JSON.stringify(shown));
      if (reads.get(runId)! < 3) return void response.writeHead(404, { 'content-type': 'application/problem+json' }).end(problem('unknown_run', 404));
      response.end(JSON.stringify({ runId, steps: [] }));
    });
    const client = createClient({ baseUrl, retry: quick });
    if (how === 'get') await client.get('run-1');
    else for await (const update of client.watch('run-1')) expect(update).toBeDefined();
    for (const next of ['run-2', 'run-3']) expect(await client.get(next)).toMatchObject({ runId: next });
    expect((await refusal(client.get('run-4'))).code).toBe('unknown_run');
  });

  it('refuses an address that is none', () => {
    expect(() => createClient({ baseUrl: 'localhost:7400' })).toThrow('Expected baseUrl');
  });
});
