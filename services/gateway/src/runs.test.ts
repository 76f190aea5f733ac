import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { derivedTraceId, OperatingError, Problem, readInboxMessage, RunHistory, RunList, RunView, StartRunResponse, WorkflowList } from '@baton/contracts';
import { ended, smallSystem, until, type SmallSystem } from './testing/small-system.ts';

describe('runs over HTTP', () => {
  let system: SmallSystem;
  beforeAll(async () => {
    system = await smallSystem();
  });
  afterAll(() => system.stop());

  it('answers a start with 202 and a place to look, and the run completes', async () => {
    const answer = await system.start('echo', { text: 'hello' });
    expect(answer.status).toBe(202);
    const { runId, url } = StartRunResponse.parse(answer.body);
    expect(answer.headers.get('location')).toBe(url);
    const first = await system.call(url);
    expect(first.status).toBe(200);
    RunView.parse(first.body);
    const done = await ended(system, runId);
    expect(RunView.parse(done.body)).toMatchObject({ runId, workflow: 'echo', status: 'completed', via: 'api', output: { said: { text: 'hello' } } });
    expect(done.body.steps).toMatchObject([{ state: 'Say', status: 'completed', attempts: 1 }]);
  });

  it('takes the same key with the same input for the same run, and starts it once', async () => {
    const headers = { 'Idempotency-Key': '"order-17"' };
    const [one, two] = await Promise.all([system.start('echo', { text: 'x', count: 2 }, headers), system.start('echo', { count: 2, text: 'x' }, headers)]);
    expect([one.status, two.status]).toEqual([202, 202]);
    expect(two.body.runId).toBe(one.body.runId);
    const { body } = await ended(system, one.body.runId);
    const again = await system.call('/v1/runs', { method: 'POST', headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify({ workflow: 'echo', input: { text: 'x', count: 2 }, idempotencyKey: 'order-17' }) });
    expect(again).toMatchObject({ status: 202, body: { runId: one.body.runId } });
    const history = RunHistory.parse((await system.call(`/v1/runs/${one.body.runId}/history`)).body);
    expect(history.entries.filter(({ event }) => event.type === 'run-started')).toHaveLength(1);
    expect((await system.call(`/v1/runs/${one.body.runId}`)).body.seq).toBe(body.seq);
  });

  it('refuses the same key with another input', async () => {
    await system.start('echo', { text: 'first' }, { 'Idempotency-Key': 'k-conflict' });
    const other = await system.start('echo', { text: 'second' }, { 'Idempotency-Key': 'k-conflict' });
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } });
    Problem.parse(other.body);
  });

  it('refuses a header and a body that name different keys', async () => {
    const answer = await system.call('/v1/runs', { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': 'a' }, body: JSON.stringify({ workflow: 'echo', input: { text: 'x' }, idempotencyKey: 'b' }) });
    expect(answer).toMatchObject({ status: 422, body: { code: 'schema' } });
  });

  it('names every field of an input that does not fit the schema of the workflow', async () => {
    const answer = await system.start('echo', { count: 0, colour: 'red' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_input' } });
    expect(answer.body.problems.map(({ field }: { field: string }) => field).sort()).toEqual(['/colour', '/count', '/text']);
  });

  it('says which workflow may have been meant', async () => {
    const answer = await system.start('ecko', { text: 'x' });
    expect(answer).toMatchObject({ status: 404, body: { code: 'unknown_workflow' } });
    expect(answer.body.detail).toContain('did you mean "echo"?');
  });

  it('refuses unknown fields of a start by name', async () => {
    const answer = await system.call('/v1/runs', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"workflow":"echo","input":{"text":"x"},"namespace":"other"}' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'schema' } });
    expect(answer.body.detail).toContain('namespace');
  });

  it('refuses an input over the limit and says where large content belongs (F17)', async () => {
    const answer = await system.start('echo', { text: 'ü'.repeat(140_000) });
    expect(answer).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
    expect(answer.body.detail).toContain('/v1/artifacts');
  });

  it('is not held by a pattern that backtracks for ever', async () => {
    const answer = await system.start('echo', { text: 'x', slow: `${'a'.repeat(5_000)}!` });
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_input', problems: [{ field: '/slow' }] } });
  });

  it('hands the trace of the caller to the run', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { body } = await system.start('echo', { text: 'traced' }, { traceparent });
    const done = await ended(system, body.runId);
    expect(done.body.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
  });

  it('names the trace of a run that came without one: its own', async () => {
    const { body } = await system.start('echo', { text: 'untraced' });
    expect((await ended(system, body.runId)).body.traceId).toBe(derivedTraceId(body.runId));
  });

  it('lists runs newest first, filtered, a page at a time', async () => {
    for (const text of ['a', 'b', 'c']) await ended(system, (await system.start('echo', { text })).body.runId);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = RunList.parse((await system.call(`/v1/runs?status=completed&workflow=echo&limit=2${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)).body);
      expect(page.runs.length).toBeLessThanOrEqual(2);
      seen.push(...page.runs.map(({ runId }) => runId));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(3);
    expect((await system.call('/v1/runs?status=failed')).body.runs).toEqual([]);
  });

  it.each([
    ['a misspelt filter', '/v1/runs?stauts=failed', 'stauts'],
    ['a filter given twice', '/v1/runs?status=failed&status=completed', 'status'],
    ['an unknown status', '/v1/runs?status=done', 'status'],
    ['a limit over 1,000', '/v1/runs?limit=1001', 'limit'],
    ['a limit that is no number', '/v1/runs?limit=1e2', 'limit'],
    ['an empty limit', '/v1/runs?limit=', 'limit'],
    ['a nested filter', '/v1/runs?status[x]=1', 'status'],
    ['a cursor that no list has answered', '/v1/runs?cursor=garbage', 'cursor'],
    ['a cursor of dead letters that no list has answered', '/v1/dead-letters?cursor=garbage', 'cursor'],
    ['a name that reaches a prototype', '/v1/runs?__proto__=x', '__proto__'],
    ['a query where none is known', '/v1/workflows?x=1', 'x'],
  ])('refuses %s', async (_what, path, name) => {
    const answer = await system.call(path);
    expect(answer).toMatchObject({ status: 422, body: { code: 'schema' } });
    expect(JSON.stringify(answer.body)).toContain(name);
  });

  it('pages through the history without parting a transition', async () => {
    const { body } = await system.start('echo', { text: 'paged' });
    await ended(system, body.runId);
    const whole = RunHistory.parse((await system.call(`/v1/runs/${body.runId}/history`)).body).entries;
    expect(whole.some((entry, i) => whole[i + 1]?.seq === entry.seq)).toBe(true);
    const paged: unknown[] = [];
    let after: number | undefined = 0;
    while (after !== undefined) {
      const page: RunHistory = RunHistory.parse((await system.call(`/v1/runs/${body.runId}/history?limit=1&after=${after}`)).body);
      paged.push(...page.entries);
      after = page.nextAfter;
    }
    expect(paged).toEqual(whole);
  });

  it('cancels a run that waits for its step, and refuses to cancel it again', async () => {
    system.step.hold();
    try {
      const { body } = await system.start('echo', { text: 'cancel me' });
      const cancelled = await system.call(`/v1/runs/${body.runId}/cancel`, { method: 'POST' });
      expect(cancelled).toMatchObject({ status: 202, body: { runId: body.runId, status: 'cancelling' } });
      await until(async () => (await system.call(`/v1/runs/${body.runId}`)).body.status === 'cancelled', 'the cancel');
      const again = await system.call(`/v1/runs/${body.runId}/cancel`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"reason":"twice"}' });
      expect(again).toMatchObject({ status: 409, body: { code: 'run_ended' } });
    } finally {
      system.step.release();
    }
  });

  it.each(['/v1/runs/run-unknown', '/v1/runs/run-unknown/history', '/v1/runs/run-unknown/events', '/v1/runs/..%2F..%2Fetc%2Fpasswd', '/v1/runs/%7Bb%3Adefault%3A0%7D%3Ameta'])('answers 404 for the run of %s', async (path) => {
    expect(await system.call(path)).toMatchObject({ status: 404, body: { code: 'unknown_run' } });
  });

  it('answers 404 for cancelling an unknown run', async () => {
    expect(await system.call('/v1/runs/run-unknown/cancel', { method: 'POST' })).toMatchObject({ status: 404, body: { code: 'unknown_run' } });
  });

  it('lists the workflows with their input schemas', async () => {
    const { workflows } = WorkflowList.parse((await system.call('/v1/workflows')).body);
    expect(workflows).toMatchObject([{ def: { name: 'echo' }, publishedBy: 'test-service', inputSchema: { required: ['text'] } }]);
  });
});

describe('runs over HTTP while a part is away', () => {
  it('answers 503 with the key to try again when the log does not acknowledge in time, and the retry is the same run (F61)', async () => {
    let away = true;
    const system = await smallSystem({ sendDeadlineMs: 1_000, ports: (ports) => ({ ...ports, inbox: { send: (messages) => (away ? new Promise(() => undefined) : ports.inbox.send(messages)) } }) });
    try {
      const lost = await system.start('echo', { text: 'x' });
      expect(lost).toMatchObject({ status: 503, body: { code: 'unavailable' } });
      expect(lost.headers.get('retry-after')).toBe('2');
      away = false;
      const retried = await system.start('echo', { text: 'x' }, { 'Idempotency-Key': lost.body.idempotencyKey });
      expect(retried.status).toBe(202);
      expect((await ended(system, retried.body.runId)).body.status).toBe('completed');
    } finally {
      await system.stop();
    }
  });

  it('accepts starts and cancels without the view, and says of reads that it is away', async () => {
    const gone = () => Promise.reject(new OperatingError('unavailable', 'Redis at 10.1.2.3:6379 is away', { retry: 'yes' }));
    const system = await smallSystem({ engine: false, ports: (ports) => ({ ...ports, views: { get: gone, list: gone, tasks: gone, history: gone, reserveStart: gone, missing: gone }, deadLetterIndex: { ...ports.deadLetterIndex, list: gone } }) });
    try {
      const started = await system.start('echo', { text: 'x' });
      expect(started.status).toBe(202);
      expect((await system.call(`/v1/runs/${started.body.runId}/cancel`, { method: 'POST' })).status).toBe(202);
      const inbox = (await system.memory.records(system.memory.names.inbox)).map(({ value }) => readInboxMessage(value!));
      expect(inbox.map(({ type }) => type).sort()).toEqual(['cancel', 'start']);
      for (const path of ['/v1/runs', '/v1/runs/run-x', '/v1/runs/run-x/history', '/v1/runs/run-x/events', '/v1/dead-letters']) {
        const answer = await system.call(path);
        expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
        expect(answer.headers.get('retry-after')).toBe('2');
        expect(JSON.stringify(answer.body)).not.toContain('10.1.2.3');
      }
      expect(await system.call('/readyz')).toMatchObject({ status: 200, body: { status: 'degraded' } });
    } finally {
      await system.stop();
    }
  });

  it('says of reads that the view is being rebuilt rather than that a run is unknown (F23)', async () => {
    const system = await smallSystem({ ports: (ports) => ({ ...ports, views: { ...ports.views, missing: () => Promise.resolve([1]) } }) });
    try {
      for (const path of ['/v1/runs', '/v1/runs/run-x', '/v1/runs/run-x/history']) expect(await system.call(path)).toMatchObject({ status: 503, body: { code: 'rebuilding' } });
      expect((await system.start('echo', { text: 'x' })).status).toBe(202);
    } finally {
      await system.stop();
    }
  });

  it('does not tell of a run from memory what the view has told better before', async () => {
    let away = false;
    const system = await smallSystem({ ports: (ports) => ({ ...ports, views: { ...ports.views, get: (runId) => (away ? Promise.reject(new Error('away')) : ports.views.get(runId)) } }) });
    try {
      const { body } = await system.start('echo', { text: 'x' });
      await ended(system, body.runId);
      away = true;
      expect(await system.call(`/v1/runs/${body.runId}`)).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    } finally {
      await system.stop();
    }
  });

  it('hides what went wrong inside behind a request id that the log has too', async () => {
    const system = await smallSystem({ ports: (ports) => ({ ...ports, blobs: { ...ports.blobs, stat: () => Promise.reject(new TypeError('secret detail')) } }) });
    try {
      const answer = await system.call(`/v1/artifacts/${'0'.repeat(64)}`, { headers: { 'x-request-id': 'abc-1' } });
      expect(answer).toMatchObject({ status: 500, body: { code: 'internal', requestId: 'abc-1' } });
      expect(JSON.stringify(answer.body)).not.toMatch(/secret|at .*\.ts/);
      expect(system.logged.find(({ level }) => level === 'error')).toMatchObject({ fields: { requestId: 'abc-1' } });
    } finally {
      await system.stop();
    }
  });
});
