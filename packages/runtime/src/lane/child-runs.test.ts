import { afterEach, describe, expect, it } from '@jest/globals';
import { childEndKey, childRunId, OperatingError, partitionOf, runIdForKey, type InboxMessage, type RunId, type StepId } from '@baton/contracts';
import { defineWorkflow, workflow } from '@baton/workflow';
import { startEngine, testTokens, type Engine } from '../../test/engine.ts';
import type { ConductorPorts } from '../conductor.ts';

const child = workflow('ship', { service: 's', defaults: { max_retries: 0 } }).step('pack').build();
const parent = defineWorkflow({ name: 'order', asl: { StartAt: 'Go', States: { Go: { Type: 'Task', Resource: 'baton:startRun.sync', Parameters: { Workflow: 'ship', 'Input.$': '$' }, ResultSelector: { 'packed.$': '$.Output.packed' }, End: true } } } });

const PARTITIONS = 2;
const childOf = (runId: RunId): RunId => childRunId({ runId, stepId: 'Go.1' as StepId, attempt: 1 });
/** A key under which parent and child live on different partitions. */
const APART = Array.from({ length: 100 }, (_, i) => `k${i}`).find((key) => {
  const runId = runIdForKey('order', key);
  return partitionOf(runId, PARTITIONS) !== partitionOf(childOf(runId), PARTITIONS);
})!;

let engine: Engine | undefined;
afterEach(async () => engine?.close());
const startedEngine = async (answer: 'output' | 'error' | 'silence' = 'output'): Promise<Engine> =>
  (engine = await startEngine({ workflows: [child, parent], partitions: PARTITIONS, worker: () => (answer === 'silence' ? 'silence' : answer === 'error' ? { error: { name: 'Broken', message: 'it fell', kind: 'business' } } : { output: { packed: true } }) }));

/** The inbox takes nothing of this kind; everything else is as it is. */
const deafTo = (type: InboxMessage['type']) => (ports: ConductorPorts): ConductorPorts => ({
  ...ports,
  sender: { send: (messages) => (messages.some((message) => message.type === type) ? Promise.reject(new OperatingError('unavailable', 'away', { retry: 'unknown' })) : ports.sender.send(messages)) },
});

describe('a run that starts another on another partition', () => {
  it('is told its output', async () => {
    const { conduct, start, until } = await startedEngine();
    await conduct();
    const runId = await start(parent, APART, { id: 7 });
    expect(await until(runId, ({ status }) => status === 'completed')).toMatchObject({ output: { packed: true }, steps: [{ child: { runId: childOf(runId) } }] });
    expect(await until(childOf(runId), ({ status }) => status === 'completed')).toMatchObject({ via: 'run', parent: { runId, stepId: 'Go.1', depth: 1 } });
  });

  it('fails with its error, and stops it where it is cancelled itself', async () => {
    const { conduct, start, until, close } = await startedEngine('error');
    await conduct();
    const runId = await start(parent, APART);
    expect(await until(runId, ({ status }) => status === 'failed')).toMatchObject({ error: { name: 'Broken', kind: 'business', step: 'Go' } });
    await close();
    const other = await startedEngine('silence');
    await other.conduct();
    const stopped = await other.start(parent, APART);
    await other.until(childOf(stopped), ({ status }) => status === 'running');
    await other.send({ v: 1, id: 'c', runId: stopped, ts: 0, type: 'cancel', body: { reason: 'enough' } });
    expect(await other.until(childOf(stopped), ({ status }) => status === 'cancelled')).toMatchObject({ status: 'cancelled' });
  });

  it.each(['start', 'child-ended'] as const)('loses nothing where the orchestrator dies between the commit and the %s: the next one sends it again', async (type) => {
    const { conduct, start, until, state } = await startedEngine();
    const first = await conduct({ ports: deafTo(type), lanes: { publishDeadlineMs: 300, restartMs: [20, 20] } });
    const runId = await start(parent, APART);
    const last = type === 'start' ? runId : childOf(runId);
    // Committed, and nobody told.
    await until(last, ({ status, branches }) => (type === 'start' ? branches['0']?.awaits !== undefined : status === 'completed'));
    expect((await state(type === 'start' ? childOf(runId) : runId))?.status).not.toBe('completed');
    first.connection.crash();
    await first.conductor.stop();
    await conduct();
    expect(await until(runId, ({ status }) => status === 'completed')).toMatchObject({ output: { packed: true } });
    expect(engine!.executed).toHaveLength(1);
  });

  it('believes its end from nobody but an orchestrator', async () => {
    const { conduct, start, until, send, memory } = await startedEngine('silence');
    await conduct();
    const runId = await start(parent, APART);
    await until(runId, ({ branches }) => branches['0']?.awaits !== undefined);
    const said = (id: string, token?: string): InboxMessage => ({ v: 1, id, runId, ts: 0, type: 'child-ended', ...(token !== undefined && { token }), body: { childRunId: childOf(runId), stepId: 'Go.1' as StepId, attempt: 1, outcome: 'completed', output: { packed: id } } });
    await send(said('forged'));
    await send(said('forged', 'x'));
    await send(said('true', testTokens.mint(childEndKey({ runId, stepId: 'Go.1' as StepId, attempt: 1 }))));
    expect(await until(runId, ({ status }) => status === 'completed')).toMatchObject({ output: { packed: 'true' } });
    expect((await memory.records(memory.names.deadLetters)).map(({ value }) => (JSON.parse(Buffer.from(value!).toString()) as { reason: string }).reason)).toEqual(['bad_token', 'bad_token']);
  });
});
