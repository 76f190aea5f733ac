import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SYSTEM_CLOCK as systemClock } from './ports.ts';
import { runIdForKey, writeStructured, type JsonObject } from '@baton/contracts';
import { defineWorkflow, type Workflow } from '@baton/workflow';
import { smallSystem, until, type SmallSystem } from './testing/small-system.ts';
import { DELETED_AFTER_MS } from './workflows/versions.ts';

const open: JsonObject = { type: 'object', properties: { id: { type: 'string' } } };
const strict: JsonObject = { ...open, required: ['id'] };
const version = (ver: number, inputSchema: JsonObject = open, resource = 'test-service/say'): Workflow => defineWorkflow({ name: 'order', version: ver, asl: { StartAt: 'Say', States: { Say: { Type: 'Task', Resource: resource, End: true } } }, inputSchema });
const [one, two] = [version(1), version(2)];

describe('versions of a workflow', () => {
  let system: SmallSystem;
  beforeEach(async () => {
    system = await smallSystem({ takesDefinitions: true });
    await publish(one);
    await publish(two);
  });
  afterEach(() => system.stop());

  const seen = async (path: string, holds: (body: any) => boolean): Promise<void> => {
    await until(async () => holds((await system.call(path)).body), `${path} to show it`);
  };
  const publish = async (workflow: Workflow): Promise<void> => {
    await system.memory.definitions.publish(workflow.toRecords('test-service'));
    await seen('/v1/workflows/order', ({ versions }) => versions?.some((each: any) => each.def.hash === workflow.def.hash));
  };
  const post = (path: string, body: object = {}) => system.call(`/v1/workflows/order/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const start = async (key: string, ask: object = {}) => system.call('/v1/runs', { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': key }, body: JSON.stringify({ workflow: 'order', input: {}, ...ask }) });
  const versionOf = async (key: string, ask: object = {}): Promise<number> => {
    expect(await start(key, ask)).toMatchObject({ status: 202 });
    await seen(`/v1/runs/${runIdForKey('order', key)}`, ({ status }) => status === 'completed');
    return (await system.call(`/v1/runs/${runIdForKey('order', key)}`)).body.def.ver;
  };

  it('are all shown, with what starts take', async () => {
    expect(await system.call('/v1/workflows/order')).toMatchObject({ status: 200, body: { name: 'order', live: [{ version: 2, weight: 1 }], aliases: [], versions: [{ def: two.def, publishedBy: 'test-service', inputSchema: open }, { def: one.def }] } });
    expect(await system.call('/v1/workflows/odrer')).toMatchObject({ status: 404, body: { code: 'unknown_workflow' } });
  });

  it('are taken by number and by alias, otherwise the one published last', async () => {
    expect(await post('aliases/stable', { routes: [{ version: 1 }], by: 'ada' })).toMatchObject({ status: 200, body: { aliases: [{ alias: 'stable', routes: [{ version: 1, weight: 1 }], by: 'ada' }] } });
    expect([await versionOf('a'), await versionOf('b', { version: 1 }), await versionOf('c', { version: 'stable' }), await versionOf('d', { version: 'live' })]).toEqual([2, 1, 1, 2]);
  });

  it('are taken as a request event asks for them', async () => {
    const event = (id: string, data: object) => writeStructured({ specversion: '1.0', id, source: '/test', type: 'baton.run.requested', data: { workflow: 'order', input: {}, ...data } });
    await system.memory.requestSender.publish({ key: 'k', ...event('of one', { version: 1 }) });
    await system.memory.requestSender.publish({ key: 'k', ...event('of none', { version: 'canary' }) });
    const runId = runIdForKey('order', '/test\nof one');
    await seen(`/v1/runs/${runId}`, ({ status }) => status === 'completed');
    expect((await system.call(`/v1/runs/${runId}`)).body.def.ver).toBe(1);
    await seen('/v1/dead-letters', ({ deadLetters }) => deadLetters?.length === 1);
    expect((await system.call('/v1/dead-letters')).body.deadLetters).toMatchObject([{ reason: 'unknown_workflow', detail: 'The workflow order has no version "canary"; it has 2, 1' }]);
  });

  it('share starts by weight, and a start that is sent again takes the same one', async () => {
    expect(await post('aliases/live', { routes: [{ version: 1, weight: 1 }, { version: 2, weight: 1 }] })).toMatchObject({ status: 200, body: { live: [{ version: 1, weight: 1 }, { version: 2, weight: 1 }] } });
    const keys = Array.from({ length: 40 }, (_, i) => `key-${i}`);
    const taken = await Promise.all(keys.map((key) => versionOf(key)));
    expect(new Set(taken)).toEqual(new Set([1, 2]));
    expect(await Promise.all(keys.map((key) => versionOf(key)))).toEqual(taken);
  });

  it('stay with live when a newer one is published, until it is removed', async () => {
    await post('aliases/live', { routes: [{ version: 1 }] });
    await publish(version(3));
    expect(await versionOf('a')).toBe(1);
    expect(await post('aliases/live/remove')).toMatchObject({ status: 200, body: { live: [{ version: 3 }] } });
    expect(await versionOf('b')).toBe(3);
    expect(await post('aliases/live/remove')).toMatchObject({ status: 404, body: { code: 'unknown_workflow_version' } });
  });

  it('do not become live where they refuse what was taken, unless it is asked for', async () => {
    await post('aliases/live', { routes: [{ version: 2 }] });
    await publish(version(3, strict));
    const refused = await post('aliases/live', { routes: [{ version: 2, weight: 9 }, { version: 3, weight: 1 }] });
    expect(refused).toMatchObject({ status: 409, body: { code: 'breaking_input', problems: [{ field: '/id', message: 'is required now' }] } });
    expect(await post('aliases/canary', { routes: [{ version: 3 }] })).toMatchObject({ status: 200 });
    expect(await post('aliases/live', { routes: [{ version: 3 }], allowBreakingInput: true })).toMatchObject({ status: 200, body: { live: [{ version: 3 }] } });
    expect(await start('a')).toMatchObject({ status: 422, body: { code: 'invalid_input' } });
  });

  it('that are retired take no starts, keep what runs, and come back', async () => {
    system.step.hold();
    await start('runs on', { version: 2 });
    expect(await post('versions/2/retire', { by: 'ada' })).toMatchObject({ status: 200, body: { versions: [{ def: two.def, retiredMs: expect.any(Number) }, {}] } });
    for (const ask of [{}, { version: 2 }, { version: 'live' }]) expect(await start('new', ask)).toMatchObject({ status: 409, body: { code: 'workflow_retired' } });
    expect((await system.call('/v1/workflows')).body.workflows.map(({ def }: any) => def.name)).toEqual(['echo']);
    system.step.release();
    await seen(`/v1/runs/${runIdForKey('order', 'runs on')}`, ({ status }) => status === 'completed');
    expect(await post('versions/2/bring-back')).toMatchObject({ status: 200 });
    expect(await versionOf('new')).toBe(2);
  });

  it('that an alias stands for are neither retired nor deleted, and none is set to a retired one', async () => {
    await post('aliases/stable', { routes: [{ version: 1 }] });
    for (const path of ['versions/1/retire', 'versions/1/delete']) expect(await post(path)).toMatchObject({ status: 409, body: { code: 'workflow_in_use', detail: expect.stringContaining('stable') } });
    await post('versions/2/retire');
    expect(await post('aliases/next', { routes: [{ version: 2 }] })).toMatchObject({ status: 409, body: { code: 'workflow_retired' } });
  });

  it.each<[string, string, object, number, string, string]>([
    ['a version that is none', 'versions/x/retire', {}, 422, 'schema', 'whole number from 1'],
    ['a version that nobody knows', 'versions/7/retire', {}, 404, 'unknown_workflow_version', 'it has 2, 1'],
    ['an alias that is none', 'aliases/Live', { routes: [{ version: 1 }] }, 422, 'schema', 'beginning with a letter'],
    ['no route', 'aliases/live', { routes: [] }, 422, 'schema', '/routes'],
    ['three routes', 'aliases/live', { routes: [{ version: 1 }, { version: 2 }, { version: 1 }] }, 422, 'schema', '/routes'],
    ['one version twice', 'aliases/live', { routes: [{ version: 1 }, { version: 1 }] }, 422, 'schema', 'one twice'],
    ['a weight of nothing', 'aliases/live', { routes: [{ version: 1, weight: 0 }] }, 422, 'schema', '/routes/0/weight'],
    ['a field that is not known', 'aliases/live', { routes: [{ version: 1 }], force: true }, 422, 'schema', 'force'],
  ])('refuse %s', async (_what, path, body, status, code, text) => {
    const answer = await post(path, body);
    expect(answer).toMatchObject({ status, body: { code } });
    expect(JSON.stringify(answer.body)).toContain(text);
  });
});

it('versions are shown, but not changed, at a gateway that takes no definitions', async () => {
  const system = await smallSystem();
  try {
    for (const path of ['aliases/live', 'aliases/live/remove', 'versions/1/retire', 'versions/1/bring-back', 'versions/1/delete']) {
      const answer = await system.call(`/v1/workflows/echo/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"routes":[{"version":1}]}' });
      expect({ path, ...answer }).toMatchObject({ path, status: 403, body: { code: 'deploy_not_allowed' } });
    }
    expect(await system.call('/v1/workflows/echo')).toMatchObject({ status: 200, body: { versions: [{ def: { ver: 1 } }] } });
  } finally {
    await system.stop();
  }
});

describe('a version that is to be deleted', () => {
  let system: SmallSystem;
  /** How far the gateway's clock is ahead: it goes on as it does, and jumps. */
  let aheadMs: number;
  beforeEach(async () => {
    aheadMs = 0;
    system = await smallSystem({ takesDefinitions: true, ports: (ports) => ({ ...ports, clock: { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs } }) });
    for (const each of [one, two]) await system.memory.definitions.publish(each.toRecords('test-service'));
  });
  afterEach(() => system.stop());
  const post = (path: string, body?: object) => system.call(`/v1/workflows/order/${path}`, { method: 'POST', ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });

  it('must have been retired an hour ago, and no run may need it', async () => {
    expect(await post('versions/1/delete')).toMatchObject({ status: 409, body: { code: 'workflow_in_use', detail: expect.stringContaining('retire it first') } });
    system.step.hold();
    const run = await system.call('/v1/runs', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ workflow: 'order', version: 1, input: {} }) });
    await post('versions/1/retire');
    aheadMs = DELETED_AFTER_MS - 60_000;
    expect(await post('versions/1/delete')).toMatchObject({ status: 409, body: { code: 'workflow_in_use', detail: expect.stringContaining('an hour after') } });
    aheadMs = DELETED_AFTER_MS;
    const shownAs = (status: string): Promise<unknown> =>
      until(async () => {
        const { body } = await system.call(`/v1/runs/${run.body.runId}`);
        return body.seq !== 0 && body.status === status;
      }, `the run to be ${status}`);
    await shownAs('running');
    expect(await post('versions/1/delete')).toMatchObject({ status: 409, body: { code: 'workflow_in_use', detail: expect.stringContaining(run.body.runId) } });
    system.step.release();
    await shownAs('completed');
    expect(await post('versions/1/delete')).toMatchObject({ status: 200, body: { versions: [{ def: two.def }] } });
    expect(await post('versions/1/delete')).toMatchObject({ status: 404, body: { code: 'unknown_workflow_version' } });
  });

  it('takes the pointer to it along, also where live sends starts elsewhere, so that removing live leads to none that is gone', async () => {
    await post('aliases/live', { routes: [{ version: 1 }] });
    await post('versions/2/retire');
    aheadMs = DELETED_AFTER_MS;
    expect(await post('versions/2/delete')).toMatchObject({ status: 200, body: { live: [{ version: 1 }] } });
    expect(await post('aliases/live/remove')).toMatchObject({ status: 200, body: { live: [], versions: [{ def: one.def }] } });
    expect(await system.start('order', {})).toMatchObject({ status: 404, body: { code: 'unknown_workflow', detail: expect.stringContaining('live has to be set') } });
    expect(await post('aliases/live', { routes: [{ version: 1 }] })).toMatchObject({ status: 200 });
    expect((await system.start('order', {})).status).toBe(202);
  });

  it('and that another gateway has set an alias to at the same moment, is named by who asks for the alias', async () => {
    await post('versions/1/retire');
    aheadMs = DELETED_AFTER_MS;
    expect((await post('versions/1/delete')).status).toBe(200);
    for (const alias of ['live', 'canary']) await system.memory.definitions.publish([{ v: 1, t: 'alias', name: 'order', alias, routes: [{ def: one.def, weight: 1 }], atMs: 1 }]);
    const start = async (ask: object) => (await system.call('/v1/runs', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ workflow: 'order', input: {}, ...ask }) })).body.detail;
    for (const alias of ['live', 'canary']) await expect(start({ version: alias })).resolves.toBe(`The alias ${alias} of order sends starts to version 1, which was deleted; set it to another one, or remove it`);
    expect(await post('aliases/live/remove')).toMatchObject({ status: 200, body: { live: [{ version: 2 }] } });
    expect((await system.start('order', {})).status).toBe(202);
  });

  it('takes the pointer to it along, and nothing is left of a workflow that had no other', async () => {
    for (const each of [1, 2]) await post(`versions/${each}/retire`);
    aheadMs = DELETED_AFTER_MS;
    expect(await post('versions/1/delete')).toMatchObject({ status: 200 });
    expect(await post('versions/2/delete')).toMatchObject({ status: 200, body: { name: 'order', live: [], aliases: [], versions: [] } });
    expect(await system.call('/v1/workflows/order')).toMatchObject({ status: 404, body: { code: 'unknown_workflow' } });
  });
});
