/** A partition that has stopped as diverged goes on where an operator says so, and never before. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { CLAIM_KEY, encodeHistoryRecord, hashJson, readHistoryRecord, runIdForKey, type HistoryRecord } from '@baton/contracts';
import type { InboxSource } from '@baton/ports';
import { shortForm } from '@baton/workflow';
import { eventually, startEngine, type Engine } from '../test/engine.ts';
import type { Conductor } from './conductor.ts';
import { acceptInbox, consumedInbox, forgetRuns } from './mending.ts';

const one = shortForm({ one: { steps: ['a'] } }, { service: 's' });
const claim = () => ({ owner: 'operator', group: engine.memory.inboxSource.group, partitions: 1, engine: 'cli' });

let engine: Engine;
afterEach(() => engine.close());

const diverged = (conductor: Conductor): Promise<string> => eventually(() => conductor.health().lanes.find(({ state }) => state === 'diverged')?.detail, 'the lane to stop');

describe('an inbox that was cut', () => {
  /** Records from `first` on are there; those before it are gone, whether consumed or not. */
  const cut = (first: number) => (inbox: InboxSource): InboxSource => ({ ...inbox, bounds: async (partition) => ({ ...(await inbox.bounds(partition)), first }) });

  it('stops the partition, which names the command; once it was given, the partition goes on from what the inbox holds (F37)', async () => {
    engine = await startEngine({ workflows: [one], worker: () => ({ output: {} }), partitions: 1 });
    const before = await engine.conduct();
    await engine.until(await engine.start(one, 'before'), ({ status }) => status === 'completed');
    await before.conductor.stop();
    const lost = await engine.start(one, 'lost');
    const { next } = await engine.memory.inboxSource.bounds(0);
    const { conductor } = await engine.conduct({ ports: (ports) => ({ ...ports, inbox: cut(next)(ports.inbox) }) });
    expect(await diverged(conductor)).toMatch(/the history has consumed the inbox up to \d+, but the inbox holds .* baton mend inbox --partition 0$/);
    await acceptInbox({ history: engine.memory.history, partition: 0, claim: claim() }, { from: next, why: 'the inbox was cut' });
    await engine.until(await engine.start(one, 'after'), ({ status }) => status === 'completed');
    expect(await engine.state(lost)).toBeUndefined();
  });

  it('that begins anew at lower offsets is read from there, and stays so after the next claim', async () => {
    engine = await startEngine({ workflows: [one], worker: () => ({ output: {} }), partitions: 1 });
    const before = await engine.conduct();
    for (const key of ['a', 'b', 'c']) await engine.until(await engine.start(one, key), ({ status }) => status === 'completed');
    await before.conductor.stop();
    // The records that are there are read a second time: each run knows that it has had them.
    await acceptInbox({ history: engine.memory.history, partition: 0, claim: claim() }, { from: 1, why: 'the inbox was made again' });
    const again = await engine.conduct();
    await engine.until(await engine.start(one, 'd'), ({ status }) => status === 'completed');
    expect(engine.executed).toHaveLength(4);
    await again.conductor.stop();
    await engine.conduct();
    await engine.until(await engine.start(one, 'e'), ({ status }) => status === 'completed');
    expect(engine.executed).toHaveLength(5);
  });
});

describe('a partition that has lost view, checkpoints and the beginning of its history', () => {
  it('begins anew, without its runs, where an operator says so', async () => {
    engine = await startEngine({ workflows: [one], worker: () => ({ output: {} }), partitions: 1 });
    const before = await engine.conduct();
    const gone = await engine.start(one, 'gone');
    await engine.until(gone, ({ status }) => status === 'completed');
    await before.conductor.stop();
    engine.memory.wipeView();
    const { next: first } = await engine.memory.history.bounds(0);
    const { conductor } = await engine.conduct({
      ports: (ports) => ({ ...ports, history: { ...ports.history, bounds: async (partition) => ({ ...(await ports.history.bounds(partition)), first }) } }),
    });
    expect(await diverged(conductor)).toContain('baton mend history --partition 0');
    const { next } = await engine.memory.inboxSource.bounds(0);
    await forgetRuns({ history: engine.memory.history, partition: 0, claim: claim() }, { inboxOff: next - 1, nowMs: engine.memory.clock.nowMs() });
    await engine.until(await engine.start(one, 'new'), ({ status }) => status === 'completed');
    expect(await engine.state(gone)).toBeUndefined();
  });
});

describe('up to where a history has consumed its inbox', () => {
  const records = async (): Promise<HistoryRecord[]> => (await engine.memory.records(engine.memory.names.history)).map(({ value }) => readHistoryRecord(value!));
  const append = (record: HistoryRecord): Promise<unknown> => engine.memory.history.append(0, [{ key: record.t === 'claim' ? CLAIM_KEY : 'x', value: encodeHistoryRecord(record) }]);
  const claims = async (): Promise<void> => void (await append({ v: 1, t: 'claim', ...claim() }));
  const upTo = async (): Promise<number | undefined> => (await consumedInbox(engine.memory.history, 0))?.upTo;

  it('is not what a former owner appended late: whoever goes on from there would pass over messages', async () => {
    engine = await startEngine({ workflows: [one], worker: () => ({ output: {} }), partitions: 1 });
    expect(await consumedInbox(engine.memory.history, 0)).toBeUndefined();
    const { conductor } = await engine.conduct();
    await engine.until(await engine.start(one, 'a'), ({ status }) => status === 'completed');
    await conductor.stop();
    const txn = (await records()).findLast((record) => record.t === 'txn')!;
    const { next } = await engine.memory.inboxSource.bounds(0);
    expect(await upTo()).toBe(next - 1);
    await claims();
    await append({ ...txn, cause: { ...txn.cause, off: next + 40 } });
    expect(await upTo()).toBe(next - 1);
    // Where the end of the history does not reach back to the claim in force, the epochs tell.
    const { next: end } = await engine.memory.history.bounds(0);
    await append({ v: 1, t: 'mark', epoch: end - 2, inboxOff: next + 2, disp: -1 });
    await append({ ...txn, cause: { ...txn.cause, off: next + 40 } });
    const { history } = engine.memory;
    expect(await consumedInbox({ ...history, bounds: async () => ({ first: end, next: end + 2 }) }, 0)).toEqual({ upTo: next + 2, saidByOperator: false });
  });

  it('is what an operator said last, until an owner has written', async () => {
    engine = await startEngine({ workflows: [one], worker: () => ({ output: {} }), partitions: 1 });
    const { conductor } = await engine.conduct();
    for (const key of ['a', 'b', 'c']) await engine.until(await engine.start(one, key), ({ status }) => status === 'completed');
    await conductor.stop();
    await acceptInbox({ history: engine.memory.history, partition: 0, claim: claim() }, { from: 1, why: 'the inbox was made again' });
    expect(await consumedInbox(engine.memory.history, 0)).toEqual({ upTo: 0, saidByOperator: true });
    await engine.conduct();
    await engine.until(await engine.start(one, 'd'), ({ status }) => status === 'completed');
    expect(await consumedInbox(engine.memory.history, 0)).toMatchObject({ saidByOperator: false });
  });

  it('comes to be all that the group was told, soon after an owner died whose last messages changed nothing (I24)', async () => {
    engine = await startEngine({ workflows: [one], worker: ({ runId }) => (runId === waiting ? 'silence' : { output: {} }), partitions: 1 });
    const waiting = runIdForKey('one', 'waiting');
    const told: number[] = [];
    const telling = (inbox: InboxSource): InboxSource => ({
      ...inbox,
      async subscribe(handler) {
        const subscription = await inbox.subscribe(handler);
        return { seek: (partition, offset) => subscription.seek(partition, offset), commit: (_partition, offset) => void told.push(offset), stop: () => subscription.stop() };
      },
    });
    const first = await engine.conduct({ lanes: { markEveryMs: 3_600_000 }, ports: (ports) => ({ ...ports, inbox: telling(ports.inbox) }) });
    await engine.until(await engine.start(one, 'a'), ({ status }) => status === 'completed');
    const { next } = await engine.memory.inboxSource.bounds(0);
    // In one batch: a start, and the same once more, which changes nothing.
    const start = { v: 1, type: 'start', runId: waiting, ts: engine.memory.clock.nowMs(), body: { def: one.def, input: {}, inputHash: hashJson({}), via: 'api' } } as const;
    await engine.memory.inboxSender.send([{ ...start, id: 'once' }, { ...start, id: 'twice' }]);
    await eventually(() => (told.at(-1)! >= next + 2 ? true : undefined), 'the group to be told of both');
    first.connection.crash();
    expect(await upTo()).toBe(next);
    await engine.conduct({ lanes: { markEveryMs: 20 } });
    await eventually(async () => ((await upTo()) === next + 1 ? true : undefined), 'the history to say what the group was told');
  });
});
