import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineWorkflow } from '@baton/workflow';
import { smallSystem, until, type Answer, type SmallSystem } from './testing/small-system.ts';

const asl = { StartAt: 'Say', States: { Say: { Type: 'Task', Resource: 'test-service/say', End: true } } };

describe('PUT /v1/workflows/:name', () => {
  let system: SmallSystem;
  beforeAll(async () => {
    system = await smallSystem({ takesDefinitions: true, engine: false });
  });
  afterAll(() => system.stop());
  const put = (name: string, body: unknown, to: SmallSystem = system): Promise<Answer> => to.call(`/v1/workflows/${name}`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

  it('publishes what can be started at once', async () => {
    expect(await put('one', { asl })).toMatchObject({ status: 201, body: { status: 'deployed', def: { name: 'one', ver: 1 }, warnings: [] } });
    expect((await system.start('one', {})).status).toBe(202);
    expect((await system.call('/v1/workflows')).body.workflows).toContainEqual(expect.objectContaining({ def: expect.objectContaining({ name: 'one' }), publishedBy: 'gateway' }));
  });

  it('publishes the same definition once', async () => {
    const first = await put('two', { asl });
    const again = await put('two', { asl });
    expect(again).toMatchObject({ status: 200, body: { status: 'unchanged', def: first.body.def } });
    const records: unknown[] = [];
    const following = await system.memory.definitions.follow((some) => void records.push(...some.filter(({ key }) => key?.startsWith('two') === true)));
    await following.stop();
    expect(records).toHaveLength(2);
  });

  it('gives each of many deploys at the same moment a version of its own, whichever door they come by', async () => {
    const other = await system.anotherDoor();
    try {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => put('rush', { asl: { ...asl, Comment: `number ${i}` } }, (i % 2 === 0 ? system : other) as SmallSystem)));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
      const taken = answers.map(({ body }) => body.def.ver as number);
      expect(new Set(taken).size).toBe(20);
      const { body } = await system.call('/v1/workflows/rush');
      expect(body.versions.map(({ def }: { def: unknown }) => def)).toEqual(answers.map((answer) => answer.body.def).sort((a, b) => b.ver - a.ver));
      expect(await put('rush', { asl: { ...asl, Comment: 'one more' } })).toMatchObject({ status: 201, body: { def: { ver: Math.max(...taken) + 1 } } });
    } finally {
      await other.stop();
    }
  });

  it('gives the same definition the same version, also where two doors are asked at the same moment', async () => {
    const other = await system.anotherDoor();
    try {
      const answers = await Promise.all([system, other, system, other].map((door) => put('twin', { asl }, door as SmallSystem)));
      expect(new Set(answers.map(({ body }) => JSON.stringify(body.def))).size).toBe(1);
    } finally {
      await other.stop();
    }
  });

  it('leaves a definition alone that another deploy has written and nothing points at yet, and counts on', async () => {
    await put('left', { asl });
    const written = async (comment: string): Promise<string> => {
      const { def, toRecords } = defineWorkflow({ name: 'left', version: 2, asl: { ...asl, Comment: comment } });
      await system.memory.definitions.publish(toRecords('gateway').slice(0, 1));
      return def.hash;
    };
    const hashes = [await written('first'), await written('second')];
    await until(async () => (await system.call('/v1/workflows/left')).body.versions.length === 3, 'both to be read');
    expect(await put('left', { asl: { ...asl, Comment: 'second' } })).toMatchObject({ status: 201, body: { def: { ver: 3 } } });
    expect((await system.call('/v1/workflows/left')).body.versions.map(({ def }: { def: { hash: string } }) => def.hash)).toEqual(expect.arrayContaining(hashes));
  });

  it('refuses a definition that was retired: it would be what starts take, and none would be taken', async () => {
    const change = (path: string) => system.call(`/v1/workflows/back/versions/${path}`, { method: 'POST' });
    await put('back', { asl });
    await put('back', { asl: { ...asl, Comment: 'the next' } });
    expect((await change('1/retire')).status).toBe(200);
    expect(await put('back', { asl, version: 1 })).toMatchObject({ status: 409, body: { code: 'workflow_retired', detail: expect.stringContaining('back 1') } });
    expect((await system.start('back', {})).status).toBe(202);
    expect((await change('1/bring-back')).status).toBe(200);
    expect(await put('back', { asl, version: 1 })).toMatchObject({ status: 201, body: { def: { ver: 1 } } });
  });

  it('refuses what would refuse inputs that are taken now, unless that is allowed or live says what starts take', async () => {
    const needing = (field: string) => ({ asl, inputSchema: { type: 'object', required: [field] } });
    expect(await put('narrow', { asl })).toMatchObject({ status: 201 });
    expect(await put('narrow', needing('id'))).toMatchObject({ status: 409, body: { code: 'breaking_input', problems: [{ field: '', message: 'must be of type object now' }, { field: '/id', message: 'is required now' }] } });
    expect(await put('narrow', { ...needing('id'), allowBreakingInput: true })).toMatchObject({ status: 201, body: { def: { ver: 2 } } });
    await system.call('/v1/workflows/narrow/aliases/live', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"routes":[{"version":2}]}' });
    expect(await put('narrow', needing('other'))).toMatchObject({ status: 201, body: { def: { ver: 3 } } });
    expect((await system.call('/v1/workflows/narrow')).body.live).toEqual([{ version: 2, weight: 1 }]);
  });

  it('lists every mistake by its path, and warnings of what runs all the same', async () => {
    const wrong = await put('three', { asl: { StartAt: 'A', States: { A: { Type: 'Pass', Ned: true, Next: 'B' } } } });
    expect(wrong).toMatchObject({ status: 422, body: { code: 'invalid_definition' } });
    expect(wrong.body.problems.map(({ field }: { field: string }) => field)).toEqual(expect.arrayContaining(['$.States.A.Ned', '$.States.A.Next']));
    const odd = await put('three', { asl: { StartAt: 'A', States: { A: { Type: 'Choice', Choices: [{ Variable: '$.a', IsPresent: true, Next: 'B' }] }, B: { Type: 'Succeed' } } } });
    expect(odd).toMatchObject({ status: 201, body: { warnings: [{ field: '$.States.A', message: expect.stringContaining('No Default') }] } });
  });

  it.each([
    ['the workflow of a service', 'echo', { asl }, 409, 'workflow_taken'],
    ['a body with something else', 'four', { asl, colour: 1 }, 422, 'schema'],
    ['a name that is none', 'a%20b', { asl }, 422, 'schema'],
    ['an input schema that cannot be used', 'four', { asl, inputSchema: { type: 'objct' } }, 422, 'invalid_definition'],
    ['patterns that could hold the process', 'four', { asl, inputSchema: { properties: { a: { pattern: '(?=a)' } } } }, 422, 'invalid_definition'],
    ['a version below one', 'four', { asl, version: 0 }, 422, 'schema'],
  ])('refuses %s', async (_what, name, body, status, code) => {
    expect(await put(name, body)).toMatchObject({ status, body: { code } });
  });

  it('takes nothing unless it is set up for it', async () => {
    const other = await smallSystem({ engine: false });
    const answer = await put('one', { asl }, other);
    await other.stop();
    expect(answer).toMatchObject({ status: 403, body: { code: 'deploy_not_allowed' } });
  });

  it('says that it does not know whether it was published where the log does not answer', async () => {
    const stuck = await smallSystem({ engine: false, takesDefinitions: true, sendDeadlineMs: 20, ports: (ports) => ({ ...ports, definitions: { ...ports.definitions, topic: ports.definitions.topic, follow: (take) => ports.definitions.follow(take), publish: () => new Promise(() => undefined) } }) });
    const answer = await put('one', { asl }, stuck);
    await stuck.stop();
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  });
});
