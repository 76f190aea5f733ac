import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { smallSystem, type SmallSystem } from '@baton/gateway/testing';
import { baton, type Called } from './testing.ts';

const SAY = 'arn:aws:lambda:eu-west-1:123456789012:function:say-hello';
const DEFINITION = `{
  "StartAt": "Say",
  "States": { "Say": { "Type": "Task", "Resource": "${SAY}", "End": true } }
}`;

describe('baton deploy', () => {
  let system: SmallSystem;
  let folder: string;
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const call = (...args: string[]): Promise<Called> => baton(args, { env: { BATON_URL: system.url } });
  const json = async (...args: string[]): Promise<{ code: number; said: any }> => {
    const { code, stdout } = await call(...args, '--json');
    return { code, said: JSON.parse(stdout) };
  };
  beforeAll(async () => {
    system = await smallSystem({ takesDefinitions: true });
    folder = await mkdtemp(join(tmpdir(), 'baton-deploy-'));
  });
  afterAll(async () => {
    await system.stop();
    await rm(folder, { recursive: true });
  });

  it('makes a definition for AWS run, once its function is bound to a step', async () => {
    const path = await file('hello.asl.json', DEFINITION);
    const unbound = await call('deploy', path);
    expect(unbound).toMatchObject({ code: 5, stdout: expect.stringMatching(/hello\.asl\.json:3:\d+ error Expected "<service>/) });
    expect(unbound.stdout).toContain("--bind 'say-hello=<service>/<step>'");
    expect(unbound.stdout).toContain('Nothing was deployed.');
    expect(await json('deploy', path, '--bind', 'say-hello=test-service/say')).toMatchObject({ code: 0, said: { deployed: true, status: 'deployed', def: { name: 'hello', ver: 1 }, warnings: [] } });
    expect(await json('start', 'hello', '--watch', '--input', '{"a":1}')).toMatchObject({ code: 0, said: { status: 'completed', output: { said: { a: 1 } } } });
  });

  it('changes nothing where it is there already, and counts the version up where it means something else', async () => {
    const path = await file('again.json', DEFINITION);
    const bindings = await file('bindings.json', JSON.stringify({ [SAY]: 'test-service/say' }));
    expect((await call('deploy', path, '-b', `@${bindings}`)).stdout).toContain('again version 1 deployed');
    expect((await call('deploy', path, '-b', `@${bindings}`)).stdout).toContain('again version 1 is there already');
    const other = await file('other.yaml', `Comment: in YAML\nStartAt: Say\nStates:\n  Say: { Type: Task, Resource: test-service/say, End: true }\n`);
    expect(await json('deploy', other, '--name', 'again', '--input-schema', '{"type":"object","required":["text"]}', '--allow-breaking-input')).toMatchObject({ code: 0, said: { def: { ver: 2 } } });
    expect(await json('start', 'again', '--input', '{}')).toMatchObject({ code: 2, said: { error: { code: 'invalid_input' } } });
    expect(await json('deploy', other, '--name', 'again', '--as-version', '7')).toMatchObject({ said: { def: { ver: 7 } } });
  });

  it('sends nothing that has a mistake, and lists all of them', async () => {
    const path = await file('wrong.json', '{"StartAt":"A","States":{"A":{"Type":"Pass","Ned":true,"Next":"B"}}}');
    const { code, said } = await json('deploy', path);
    expect({ code, said }).toMatchObject({ code: 5, said: { deployed: false, problems: [{ path: '$.States', line: 1 }, { path: '$.States.A.Ned' }, { path: '$.States.A.Next' }] } });
    expect((await json('workflows')).said.workflows.map(({ def }: { def: { name: string } }) => def.name)).not.toContain('wrong');
  });

  it.each([
    ['a workflow that a service publishes', ['--name', 'echo', '-b', 'say-hello=test-service/say'], 2, 'workflow_taken', 'The service test-service publishes the workflow echo'],
    ['a name that is none', ['--name', 'a b', '-b', 'say-hello=test-service/say'], 2, 'schema', 'The name "a b" is none of a workflow'],
    ['a binding that is none', ['-b', 'say-hello=say'], 2, 'usage', '--bind expects <name>=<service>/<step>'],
    ['a binding of a function that no Task has', ['-b', 'say-helo=a/b'], 2, 'usage', 'No Task has the Resource "say-helo"; did you mean "say-hello"?'],
    ['a schema that cannot be used', ['-b', 'say-hello=test-service/say', '--input-schema', '{"type":"objct"}'], 2, 'invalid_definition', 'The input schema of hello cannot be used'],
  ])('refuses %s', async (_what, args, exit, errorCode, text) => {
    const { code, said } = await json('deploy', await file('hello.json', DEFINITION), ...args);
    expect({ code, said }).toMatchObject({ code: exit, said: { error: { code: errorCode, message: expect.stringContaining(text) } } });
  });

  it('says how a gateway is made to take definitions where it does not', async () => {
    const other = await smallSystem({ engine: false });
    const called = await baton(['deploy', await file('hello.json', DEFINITION), '-b', 'say-hello=a/b'], { env: { BATON_URL: other.url } });
    await other.stop();
    expect(called).toMatchObject({ code: 2, stderr: expect.stringContaining('BATON_TAKE_DEFINITIONS=true') });
  });
});
