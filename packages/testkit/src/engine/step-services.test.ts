import { manualClock, openMemory, type ManualClock, type Memory } from '@baton/adapter-memory';
import { readInboxMessage, type InboxMessage, type RunId, type RunStepCommand, type StepId } from '@baton/contracts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stepBlobs } from './step-blobs.ts';
import { StepServices } from './step-services.ts';
import { implementationsOf, type StepFunction } from './steps.ts';

const command: RunStepCommand = { v: 1, t: 'run-step', key: 'run-1/s1/1', idem: 'run-1/s1', runId: 'run-1' as RunId, stepId: 's1' as StepId, attempt: 1, service: 'shop', step: 'work', workflow: 'order', deadlineMs: Date.UTC(2027, 0, 1), heartbeatTimeoutMs: 30_000, input: {}, token: 'token' };
const { key, runId, stepId, attempt, service, step } = command;

describe('step services', () => {
  let memory: Memory;
  let clock: ManualClock;
  let services: StepServices;
  beforeEach(async () => {
    clock = manualClock();
    memory = await openMemory({ namespace: 'test', partitions: 1, clock });
  });
  afterEach(() => memory.close());

  const serving = async (work: StepFunction): Promise<void> => {
    const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
    services = new StepServices(implementationsOf({ 'shop/work': work }, []), { inbox: memory.inboxSender, clock, blobs: stepBlobs(memory.blobStore), log: quiet });
    await services.subscribe(memory.commandSource, (error) => {
      throw error;
    });
  };
  const tell = async (...commands: Parameters<Memory['commandBus']['publish']>[0]['commands']): Promise<void> => {
    await memory.commandBus.publish({ commands, events: [] });
    do await new Promise((resolve) => setImmediate(resolve));
    while (memory.undelivered() > 0 || services.busy.length > 0);
  };
  const answers = async (): Promise<InboxMessage[]> => (await memory.records(memory.names.inbox)).map(({ value }) => readInboxMessage(value!));

  it('answer a repeated command with the same message, without running the step again (A1)', async () => {
    let runs = 0;
    await serving(() => ({ runs: ++runs }));
    await tell(command);
    await tell(command);
    const [first, second, ...more] = await answers();
    expect(first).toMatchObject({ type: 'result', token: 'token', body: { stepId, attempt, outcome: 'succeeded', output: { runs: 1 } } });
    expect(second).toEqual(first);
    expect(more).toEqual([]);
    expect(runs).toBe(1);
  });

  it('leave a repeated command alone while its step still runs (A1)', async () => {
    let runs = 0;
    await serving(async (_, ctx) => {
      await ctx.sleep({ ms: 500 });
      return { runs: ++runs };
    });
    await tell(command, command);
    expect(await answers()).toEqual([]);
    clock.advance(500);
    await tell();
    expect(await answers()).toMatchObject([{ body: { output: { runs: 1 } } }]);
  });

  it('drop what a step returns after its signal fired (A2)', async () => {
    let why: unknown;
    await serving(async (_, ctx) => {
      await ctx.sleep({ ms: 500 }).catch((reason: { why: unknown }) => (why = reason.why));
      return { late: true };
    });
    await tell(command);
    await tell({ v: 1, t: 'abandon-step', key, runId, stepId, attempt, service, step, why: 'cancelled' });
    expect(why).toBe('cancelled');
    expect(services.busy).toEqual([]);
    expect(await answers()).toEqual([]);
    clock.advance(60_000);
    expect(await answers()).toEqual([]);
  });

  it('send heartbeats for as long as a step runs, with the latest progress (A3)', async () => {
    await serving(async (_, ctx) => {
      ctx.heartbeat({ percent: 1 });
      ctx.heartbeat({ percent: 2 });
      await ctx.sleep({ seconds: 25 });
      return {};
    });
    await tell(command);
    clock.advance(25_000);
    await tell();
    clock.advance(60_000);
    const sent = (await answers()).map(({ type, ts }) => [type, (ts - Date.UTC(2026, 0, 1)) / 1_000]);
    expect(sent).toEqual([['heartbeat', 1], ['heartbeat', 11], ['heartbeat', 21], ['result', 25]]);
    expect((await answers())[0]).toMatchObject({ body: { progress: { percent: 2 } } });
  });

  it('take nothing more once they are closed', async () => {
    let runs = 0;
    await serving(() => ({ runs: ++runs }));
    services.close();
    await tell(command);
    expect(runs).toBe(0);
  });
});
