import { manualClock, openMemory, type Memory, type MemoryConnection } from '@baton/adapter-memory';
import { readDefinitionRecord, readInboxMessage, topicNames, type InboxMessage, type RunId, type RunStepCommand, type StepId } from '@baton/contracts';
import { defineWorkflow, workflow } from '@baton/workflow';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineStep, type StepContext } from '../step.ts';
import { serve, type ServiceHandle } from './serve.ts';
import type { StepTransport } from './transport.ts';

const double = defineStep({ name: 'double', input: z.object({ n: z.number() }), output: z.object({ n: z.number() }), run: ({ n }) => ({ n: 2 * n }) });

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const untilMs = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > untilMs) throw new Error(`Expected within a minute: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function command(n: number, changes: Partial<RunStepCommand> = {}): RunStepCommand {
  return { v: 1, t: 'run-step', key: `run-${n}/s1/1`, idem: `run-${n}/s1`, runId: `run-${n}` as RunId, stepId: 's1' as StepId, attempt: 1, service: 'svc', step: 'double', workflow: 'flow', deadlineMs: Date.now() + 600_000, heartbeatTimeoutMs: 30_000, input: { n }, token: 'token', ...changes };
}

describe('a service on the memory adapter', () => {
  let memory: Memory;
  let handles: ServiceHandle[];
  beforeEach(async () => {
    handles = [];
    memory = await openMemory({ namespace: 'test', partitions: 2 });
  });
  afterEach(async () => {
    for (const handle of handles) await handle.stop();
    await memory.close();
  });
  const transportOf = ({ commandSource, inboxSender, deadLetters, definitions, blobStore }: MemoryConnection): StepTransport => ({ commands: commandSource, inbox: inboxSender, deadLetters, definitions, blobs: blobStore });
  const inbox = async (): Promise<InboxMessage[]> => (await memory.records(topicNames('test').inbox)).map(({ value }) => readInboxMessage(value!));
  const results = async () => (await inbox()).flatMap((message) => (message.type === 'result' ? [message] : []));
  const serving = async (options: Partial<Parameters<typeof serve>[0]> = {}): Promise<ServiceHandle> => {
    const handle = await serve({ service: 'svc', steps: [double], transport: transportOf(memory), graceMs: 100, ...options });
    handles.push(handle);
    return handle;
  };

  it('publishes its workflows, then answers commands', async () => {
    await serving({ workflows: [workflow('flow', { service: 'svc' }).step('double').build()] });
    const records = (await memory.records(topicNames('test').definitions)).map(({ value }) => readDefinitionRecord(value!));
    expect(records).toMatchObject([{ t: 'definition', def: { name: 'flow' }, publishedBy: 'svc' }, { t: 'current', def: { name: 'flow' }, publishedBy: 'svc' }]);
    await memory.commandBus.publish({ commands: [command(1), command(2)], events: [] });
    await until('both are answered', async () => (await results()).length === 2);
    expect(Object.fromEntries((await results()).map(({ runId, body }) => [runId, body.output]))).toEqual({ 'run-1': { n: 2 }, 'run-2': { n: 4 } });
  });

  describe('with a workflow that refuses inputs which starts were taken with before', () => {
    const taking = (version: number, ...required: string[]) => defineWorkflow({ name: 'flow', version, asl: { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } }, inputSchema: { type: 'object', required } });
    const published = async () => (await memory.records(topicNames('test').definitions)).map(({ value }) => readDefinitionRecord(value!)).flatMap((record) => (record.t === 'current' ? [record.def.ver] : []));

    it('does not start, publishes nothing, and names the field and the ways out', async () => {
      await serving({ workflows: [taking(1)] });
      await expect(serving({ workflows: [taking(2, 'id')] })).rejects.toMatchObject({ code: 'breaking_input', message: expect.stringMatching(/Version 2 of flow refuses inputs that version 1 takes: \/id is required now.*allowBreakingInput/) });
      expect(await published()).toEqual([1]);
    });

    it('starts where that is allowed, by name', async () => {
      await serving({ workflows: [taking(1)] });
      await expect(serving({ workflows: [taking(2, 'id')], allowBreakingInput: ['other'] })).rejects.toMatchObject({ code: 'breaking_input' });
      await serving({ workflows: [taking(2, 'id')], allowBreakingInput: ['flow'] });
      expect(await published()).toEqual([1, 2]);
    });

    it('starts where its version is the older one, as in a rollback or while others are rolled out', async () => {
      await serving({ workflows: [taking(2)] });
      await serving({ workflows: [taking(1, 'id')] });
      expect(await published()).toEqual([2, 1]);
    });

    it('starts where the alias live says what starts take, whatever is published', async () => {
      await serving({ workflows: [taking(1)] });
      await memory.definitions.publish([{ v: 1, t: 'alias', name: 'flow', alias: 'live', routes: [{ def: taking(1).def, weight: 1 }], atMs: 1 }]);
      await serving({ workflows: [taking(2, 'id')] });
      expect(await published()).toEqual([1, 2]);
    });
  });

  it('runs all of many commands once, few at a time', async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    const step = defineStep({
      ...double,
      async run({ n }) {
        runs += 1;
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return { n };
      },
    });
    await serving({ steps: [step], concurrency: 3 });
    await memory.commandBus.publish({ commands: Array.from({ length: 200 }, (_, n) => command(n)), events: [] });
    await until('all are answered', async () => (await results()).length === 200);
    expect([runs, most]).toEqual([200, 3]);
    expect(new Set((await results()).map(({ runId }) => runId)).size).toBe(200);
  });

  it('gives a command that a killed process had not leased to the next process (F45)', async () => {
    const stuck: StepContext[] = [];
    const first = memory.connect();
    await serve({ service: 'svc', steps: [defineStep({ ...double, run: (_, ctx) => { stuck.push(ctx); return new Promise<never>(() => {}); } })], transport: transportOf(first), leaseAfterMs: 60_000 });
    await memory.commandBus.publish({ commands: [command(1)], events: [] });
    await until('the first process has begun', () => stuck.length === 1);
    first.crash();
    await serving();
    await until('the second process has answered', async () => (await results()).length === 1);
  });

  it('does not give a leased attempt to another process, also when it joins (F48)', async () => {
    let begun = 0;
    let finish!: (output: { n: number }) => void;
    const slow = defineStep({ ...double, run: () => { begun += 1; return new Promise<{ n: number }>((resolve) => { finish = resolve; }); } });
    await serving({ steps: [slow], leaseAfterMs: 10 });
    await memory.commandBus.publish({ commands: [command(1)], events: [] });
    await until('the lease is there', async () => (await inbox()).some(({ type }) => type === 'heartbeat'));
    const second = memory.connect();
    await serving({ steps: [slow], leaseAfterMs: 10, transport: transportOf(second) });
    await memory.commandBus.publish({ commands: Array.from({ length: 8 }, (_, n) => command(n + 10, { step: 'unknown' })), events: [] });
    await until('both processes have taken over', async () => (await results()).length === 8);
    finish({ n: 7 });
    await until('it is answered', async () => (await results()).length === 9);
    expect(begun).toBe(1);
  });

  it('fires the signal of a cancelled attempt', async () => {
    const contexts: StepContext[] = [];
    const step = defineStep({ ...double, run: (_, ctx) => { contexts.push(ctx); return new Promise<never>((_resolve, reject) => ctx.signal.addEventListener('abort', () => reject(new Error('stopped')))); } });
    const handle = await serving({ steps: [step] });
    const { runId, stepId, key } = command(1);
    await memory.commandBus.publish({ commands: [command(1)], events: [] });
    await until('it runs', () => contexts.length === 1);
    await memory.commandBus.publish({ commands: [{ v: 1, t: 'abandon-step', key, runId, stepId, attempt: 1, service: 'svc', step: 'double', why: 'cancelled' }], events: [] });
    await until('it has stopped', () => handle.openAttempts === 0);
    expect(contexts[0]!.signal.reason).toMatchObject({ why: 'cancelled' });
    expect(await results()).toEqual([]);
  });

  it('that is stopped hands back what is not done within its grace, and is not ready meanwhile', async () => {
    const clock = manualClock(Date.now());
    let begun = 0;
    const step = defineStep({ ...double, run: () => { begun += 1; return new Promise<never>(() => {}); } });
    const handle = await serving({ steps: [step], clock, graceMs: 25_000 });
    expect((await handle.health.answer('/readyz'))!.status).toBe(200);
    await memory.commandBus.publish({ commands: [command(1)], events: [] });
    await until('it runs', () => begun === 1);
    let stopped = false;
    const stopping = handle.stop().then(() => { stopped = true; });
    expect((await handle.health.answer('/readyz'))!.status).toBe(503);
    clock.advance(24_999);
    for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(await results()).toEqual([]);
    await until('it is stopped', () => {
      clock.advance(1_000);
      return stopped;
    });
    await stopping;
    expect(await results()).toMatchObject([{ runId: 'run-1', body: { outcome: 'released' } }]);
  });

  it('that is stopped hands back at once what waits for a place', async () => {
    const step = defineStep({ ...double, concurrency: 1, run: (_, ctx) => new Promise<never>((_resolve, reject) => ctx.signal.addEventListener('abort', () => reject(new Error('stopped')))) });
    const clock = manualClock(Date.now());
    const handle = await serving({ steps: [step], clock, graceMs: 25_000 });
    await memory.commandBus.publish({ commands: [command(1), command(2)], events: [] });
    await until('one runs and one waits', () => handle.openAttempts === 2);
    let stopped = false;
    void handle.stop().then(() => { stopped = true; });
    await until('one is handed back', async () => (await results()).length > 0);
    expect((await results()).map(({ body }) => [body.outcome, body.startedMs])).toEqual([['released', undefined]]);
    await until('the other is handed back in the end', () => {
      clock.advance(1_000);
      return stopped;
    });
    expect((await results()).map(({ body }) => body.outcome)).toEqual(['released', 'released']);
  });

  it('turns a poisoned record into a dead letter and goes on', async () => {
    const handle = await serving();
    // Written past the port, as somebody with a Kafka client would.
    await memory.commandBus.publish({ commands: [{ ...command(1), v: 7 } as never, command(2)], events: [] });
    await until('the good one is answered', async () => (await results()).length === 1);
    await until('the bad one is a dead letter', async () => (await memory.records(topicNames('test').deadLetters)).length === 1);
    expect((await handle.health.answer('/livez'))!.status).toBe(200);
  });
});

describe('serve', () => {
  const nothing = {} as StepTransport;

  it('refuses steps and workflows that do not fit together, all mistakes at once', async () => {
    const flow = workflow('flow', { service: 'svc' }).step('dobule').step('other', { resource: 'elsewhere/other' }).build();
    await expect(serve({ service: 'sv c', steps: [double, double], workflows: [flow, defineWorkflow({ name: 'asl', asl: { StartAt: 'A', States: { A: { Type: 'Task', Resource: 'svc/gone', End: true } } } })], transport: nothing })).rejects.toThrow(/service: expected[\s\S]*double is there twice/);
    const undone = workflow('undone', { service: 'svc' }).step('double').compensate('halve').build();
    await expect(serve({ service: 'svc', steps: [double], workflows: [undone], transport: nothing })).rejects.toThrow(/undone\.double wants the step halve, which is not among the steps of svc/);
    await expect(serve({ service: 'svc', steps: [double], workflows: [flow], transport: nothing })).rejects.toThrow(/flow\.dobule wants the step dobule, which is not among the steps of svc/);
  });

  it('as a process refuses an environment with mistakes, all at once, before it connects to anything', async () => {
    const env = { BATON_KAFKA_BROKRES: 'x:1', BATON_STEP_CONCURRENCY: '0' };
    await expect(serve({ service: 'svc', steps: [double], env })).rejects.toThrow(/BATON_KAFKA_BROKRES is not known[\s\S]*BATON_STEP_CONCURRENCY is "0"[\s\S]*BATON_KAFKA_BROKERS is not set[\s\S]*BATON_BLOB_DIR is not set/);
  });
});

