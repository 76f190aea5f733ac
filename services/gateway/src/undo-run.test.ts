import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CompensationResponse, OperatingError, Problem, readInboxMessage, RunView } from '@baton/contracts';
import { smallSystem, tripRecords, until, type SmallSystem } from './testing/small-system.ts';

describe('what could not be undone', () => {
  let system: SmallSystem;
  beforeAll(async () => {
    system = await smallSystem();
    await system.memory.definitions.publish(tripRecords());
    await until(async () => (await system.start('trip', {})).status === 202, 'the workflow to be known');
  });
  afterAll(() => system.stop());
  beforeEach(() => {
    system.step.broken = true;
  });

  const post = (runId: string, action: 'retry' | 'skip', body?: unknown, headers: Record<string, string> = {}) => system.call(`/v1/runs/${runId}/compensation/${action}`, body === undefined ? { method: 'POST', headers } : { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  const seen = (runId: string, is: (run: RunView) => boolean, what: string): Promise<RunView> => until(async () => {
    const { status, body } = await system.call(`/v1/runs/${runId}`);
    return status === 200 && is(body as RunView) && RunView.parse(body);
  }, what);
  const parked = async (): Promise<string> => {
    const { body } = await system.start('trip', {});
    await seen(body.runId, ({ status }) => status === 'blocked', 'the run to be parked');
    return body.runId;
  };

  it('is tried again, and the run ends as it was to end once all is undone; who has asked and why stands in the history', async () => {
    const runId = await parked();
    system.step.broken = false;
    const answer = await post(runId, 'retry', { step: 'Hotel', id: 'r1', reason: 'it is back', by: 'Ada' });
    expect(answer).toMatchObject({ status: 202, body: { runId, id: 'r1', status: 'accepted' } });
    CompensationResponse.parse(answer.body);
    const run = await seen(runId, ({ status }) => status === 'failed', 'the end');
    expect(run).toMatchObject({ error: { name: 'Broken', step: 'Pay' }, compensations: [{ state: 'Flight', status: 'undone' }, { state: 'Hotel', status: 'undone' }] });
    const { body } = await system.call(`/v1/runs/${runId}/history`);
    expect(body.entries).toContainEqual(expect.objectContaining({ cause: 'compensation', event: { type: 'compensation-retried', branch: 'undo', stepId: 'Hotel-undo.4', of: 'Hotel.2', attempts: 1, requestId: 'r1', reason: 'it is back', by: 'Ada' } }));
    expect(await post(runId, 'retry')).toMatchObject({ status: 409, body: { code: 'run_ended' } });
  });

  it('is passed over, and the next is undone; the same request, in the body or the header, counts once', async () => {
    const runId = await parked();
    expect(await post(runId, 'skip', { step: 'Hotel.2', reason: 'by phone' }, { 'Idempotency-Key': '"s1"' })).toMatchObject({ status: 202, body: { id: 's1' } });
    const run = await seen(runId, ({ status, compensations }) => status === 'blocked' && compensations![1]!.status === 'skipped', 'the next to be parked');
    expect(run.error!.message).toContain('Skipped: Hotel. Not undone: Flight');
    expect(await post(runId, 'skip', { step: 'Flight', id: 's1', reason: 'by phone' })).toMatchObject({ status: 202 });
    expect(await post(runId, 'skip', { step: 'Flight', id: 's2', reason: 'by phone' })).toMatchObject({ status: 202 });
    expect((await seen(runId, ({ status }) => status === 'failed', 'the end')).compensations).toMatchObject([{ status: 'skipped' }, { status: 'skipped' }]);
    expect((await system.memory.deadLetterIndex.list({ limit: 10 })).letters).toEqual([]);
  });

  it('is refused where there is nothing to go on with, or something else is meant, or it is not said why', async () => {
    system.step.broken = false;
    const { body } = await system.start('trip', {});
    await seen(body.runId, ({ status }) => status === 'completed', 'the end');
    expect(await post(body.runId, 'retry')).toMatchObject({ status: 409, body: { code: 'run_ended' } });
    system.step.hold();
    const { body: going } = await system.start('trip', {});
    await seen(going.runId, ({ steps }) => steps.length > 0, 'the run to be in the view');
    const refused = await post(going.runId, 'retry');
    expect(refused).toMatchObject({ status: 409, body: { code: 'nothing_to_undo', detail: expect.stringContaining('is running and undoes nothing') } });
    Problem.parse(refused.body);
    system.step.release();
    system.step.broken = true;
    const runId = await parked();
    expect(await post(runId, 'skip', { step: 'Flight', reason: 'x' })).toMatchObject({ status: 409, body: { code: 'nothing_to_undo', problems: [{ field: '/step', message: 'expected Hotel' }] } });
    expect(await post(runId, 'skip', { step: 'Hotel' })).toMatchObject({ status: 422, body: { code: 'schema', problems: [{ field: '/reason' }] } });
    expect(await post(runId, 'skip')).toMatchObject({ status: 415 });
    expect(await post('run-unknown', 'retry')).toMatchObject({ status: 404, body: { code: 'unknown_run' } });
    expect(await post(runId, 'retry', { wrong: 1 })).toMatchObject({ status: 422 });
  });
});

it('takes the wish while the view is away: the engine decides on it', async () => {
  const gone = () => Promise.reject(new OperatingError('unavailable', 'away', { retry: 'yes' }));
  const system = await smallSystem({ engine: false, ports: (ports) => ({ ...ports, views: { get: gone, list: gone, history: gone, reserveStart: gone, missing: gone, tasks: gone } }) });
  try {
    expect(await system.call('/v1/runs/run-1/compensation/retry', { method: 'POST' })).toMatchObject({ status: 202 });
    expect((await system.memory.records(system.memory.names.inbox)).map(({ value }) => readInboxMessage(value!))).toMatchObject([{ type: 'compensation', runId: 'run-1', body: { action: 'retry' } }]);
  } finally {
    await system.stop();
  }
});
