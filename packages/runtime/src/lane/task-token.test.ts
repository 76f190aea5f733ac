import { afterEach, describe, expect, it } from '@jest/globals';
import { readTaskToken, type InboxMessage } from '@baton/contracts';
import { defineWorkflow } from '@baton/workflow';
import { startEngine, type Engine } from '../../test/engine.ts';

const workflow = defineWorkflow({ name: 'asks', asl: { StartAt: 'Ask', States: { Ask: { Type: 'Task', Resource: 's/ask.waitForTaskToken', Parameters: { 'token.$': '$$.Task.Token' }, End: true } } } });

let engine: Engine | undefined;
afterEach(async () => engine?.close());

describe('a task token', () => {
  it('answers for its attempt, and the worker’s own token does not in its place', async () => {
    engine = await startEngine({ workflows: [workflow], worker: () => ({ output: 'passed on' }) });
    await engine.conduct();
    const runId = await engine.start(workflow, 'k');
    await engine.until(runId, ({ branches }) => branches['0']?.open?.awaitsToken === true);
    const [command] = engine.executed;
    const { proof, stepId, attempt } = readTaskToken((command!.input as { readonly token: string }).token)!;
    const said = (id: string, token: string, output: string): InboxMessage => ({ v: 1, id, type: 'result', runId, ts: 0, token, body: { stepId, attempt, callback: true, outcome: 'succeeded', output, worker: 'someone' } });
    await engine.send(said('forged', command!.token, 'forged'));
    await engine.send(said('true', proof, 'approved'));
    expect(await engine.until(runId, ({ status }) => status === 'completed')).toMatchObject({ output: 'approved' });
  });
});
