import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LIMITS, OperatingError, Problem, readInboxMessage, RunView, SignalRunResponse } from '@baton/contracts';
import { approvalRecords, ended, smallSystem, until, type SmallSystem } from './testing/small-system.ts';

describe('signals over HTTP', () => {
  let system: SmallSystem;
  beforeAll(async () => {
    system = await smallSystem();
    await system.memory.definitions.publish(approvalRecords());
    await until(async () => (await system.start('approval', {})).status === 202, 'the workflow to be known');
  });
  afterAll(() => system.stop());

  const signal = (runId: string, name: string, body?: unknown, headers: Record<string, string> = {}) =>
    system.call(`/v1/runs/${runId}/signals/${name}`, body === undefined ? { method: 'POST', headers } : { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  const seen = (runId: string, is: (run: RunView) => boolean | undefined, what: string): Promise<RunView> => until(async () => {
    const { body } = await system.call(`/v1/runs/${runId}`);
    return is(body) === true && RunView.parse(body);
  }, what);
  const started = async (): Promise<string> => {
    const { body } = await system.start('approval', { order: 7 });
    await seen(body.runId, ({ steps }) => steps[0]?.status === 'waiting', 'the wait');
    return body.runId;
  };

  it('answer 202 with their id, and the state that waits for their name goes on with their data', async () => {
    const runId = await started();
    expect((await system.call(`/v1/runs/${runId}`)).body.steps).toMatchObject([{ state: 'Wait', signal: 'approved', status: 'waiting' }]);
    const answer = await signal(runId, 'approved', { data: { by: 'Ada' }, id: 's1' });
    expect(answer).toMatchObject({ status: 202, body: { runId, name: 'approved', id: 's1', status: 'accepted' } });
    SignalRunResponse.parse(answer.body);
    expect((await ended(system, runId)).body.output).toMatchObject({ order: 7, told: { Data: { by: 'Ada' }, Id: 's1' } });
  });

  it('that come before they are waited for are kept, and shown; the same id is the same signal, in the body or the header', async () => {
    const runId = await started();
    await signal(runId, 'later', { data: 1, id: 'early' });
    await signal(runId, 'later', { data: 2 }, { 'Idempotency-Key': '"early"' });
    const { body: named } = await signal(runId, 'later');
    expect((await seen(runId, ({ signals }) => signals?.length === 2, 'both signals')).signals).toMatchObject([{ id: 'early', name: 'later' }, { id: named.id, name: 'later' }]);
    await signal(runId, 'approved');
    const { body } = await ended(system, runId);
    expect(body).toMatchObject({ output: { told: { Data: null } } });
    expect(body.signals).toBeUndefined();
  });

  it('are refused where they cannot be meant: no such run, one that has ended, a name that is none, unknown fields, two ids', async () => {
    const runId = await started();
    expect(await signal('run-unknown', 'approved')).toMatchObject({ status: 404, body: { code: 'unknown_run' } });
    expect(await signal('..%2F..%2Fetc', 'approved')).toMatchObject({ status: 404, body: { code: 'unknown_run' } });
    const misnamed = await signal(runId, 'no%20name');
    expect(misnamed).toMatchObject({ status: 422, body: { code: 'schema', problems: [{ field: 'name' }] } });
    Problem.parse(misnamed.body);
    expect(await signal(runId, 'approved', { date: 1 })).toMatchObject({ status: 422, body: { code: 'schema' } });
    expect(await signal(runId, 'approved', null)).toMatchObject({ status: 422, body: { code: 'schema' } });
    expect(await signal(runId, 'approved', { id: 'a' }, { 'Idempotency-Key': 'b' })).toMatchObject({ status: 422, body: { problems: [{ field: '/id' }] } });
    expect(await signal(runId, 'approved', { id: 'a'.repeat(256) })).toMatchObject({ status: 422 });
    expect(await system.call(`/v1/runs/${runId}/signals/approved`)).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
    await signal(runId, 'approved');
    await ended(system, runId);
    expect(await signal(runId, 'approved')).toMatchObject({ status: 409, body: { code: 'run_ended' } });
  });

  it('are held to what a door is held to: JSON alone, within limits, from no other site', async () => {
    const runId = await started();
    const post = (body: string, headers: Record<string, string>) => system.call(`/v1/runs/${runId}/signals/approved`, { method: 'POST', headers, body });
    expect(await post('data=1', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({ status: 415 });
    expect(await post('{"data":{"__proto__":1}}', { 'content-type': 'application/json' })).toMatchObject({ status: 400, body: { code: 'forbidden_key' } });
    expect(await post('{}', { 'content-type': 'application/json', origin: 'https://elsewhere.example' })).toMatchObject({ status: 403, body: { code: 'forbidden_origin' } });
    expect(await signal(runId, 'approved', { data: Array.from({ length: 3 }, () => 'x'.repeat(LIMITS.payloadBytes / 2)) })).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
  });

  it('that a run has no room for are refused, but not the one that is waited for', async () => {
    const runId = await started();
    for (let i = 0; i < LIMITS.bufferedSignals; i++) await signal(runId, 'later', { id: `s${i}` });
    await seen(runId, ({ signals }) => signals?.length === LIMITS.bufferedSignals, 'the signals');
    expect(await signal(runId, 'later')).toMatchObject({ status: 409, body: { code: 'too_many_signals' } });
    expect((await signal(runId, 'later', { id: 's0' })).status).toBe(202);
    expect((await signal(runId, 'approved')).status).toBe(202);
    await ended(system, runId);
  });

  it('that would be too much data together with those that wait are refused, unless they are known or waited for', async () => {
    const runId = await started();
    const half = 'x'.repeat(LIMITS.bufferedSignalBytes / 2);
    await signal(runId, 'later', { id: 'half', data: half });
    await seen(runId, ({ signals }) => signals?.length === 1, 'the signal');
    expect(await signal(runId, 'later', { data: half })).toMatchObject({ status: 409, body: { code: 'too_many_signals', detail: expect.stringContaining('bytes of data with this one') } });
    expect((await signal(runId, 'later', { id: 'half', data: half })).status).toBe(202);
    expect((await signal(runId, 'approved', { data: half })).status).toBe(202);
    await ended(system, runId);
  });
});

it('takes signals while the view is away: the engine decides on them', async () => {
  const gone = () => Promise.reject(new OperatingError('unavailable', 'away', { retry: 'yes' }));
  const system = await smallSystem({ engine: false, ports: (ports) => ({ ...ports, views: { get: gone, list: gone, tasks: gone, history: gone, reserveStart: gone, missing: gone } }) });
  try {
    expect(await system.call('/v1/runs/run-1/signals/approved', { method: 'POST' })).toMatchObject({ status: 202 });
    expect((await system.memory.records(system.memory.names.inbox)).map(({ value }) => readInboxMessage(value!))).toMatchObject([{ type: 'signal', runId: 'run-1', body: { name: 'approved', data: null } }]);
  } finally {
    await system.stop();
  }
});
