import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { encodeHistoryRecord, isTerminal, readDeadLetter, readHistoryRecord, readLifecycleEvent, type Command, type HistoryTxn, type RunState, type StepId } from '@baton/contracts';
import { applyTxn } from '@baton/core';
import { shortForm } from '@baton/workflow';
import { eventually, startEngine, testTokens, type Engine, type Worker } from '../test/engine.ts';

const three = shortForm({ three: { steps: ['a', 'b', 'c'], retry_backoff: { type: 'fixed', base_seconds: 0.1, jitter: 'none' } } }, { service: 's' });
const echo: Worker = ({ step, attempt }) => ({ output: { [step]: attempt } });

let engine: Engine;
afterEach(() => engine.close());

const partitionLog = async (partition: number) => {
  const records = (await engine.memory.records(engine.memory.names.history)).filter((record) => record.partition === partition);
  return records.map((record) => ({ offset: record.offset, record: readHistoryRecord(record.value!) }));
};

/** Every run, folded from the history by the rule that makes a record count. */
async function foldedRuns(partitions: number): Promise<Map<string, RunState>> {
  const runs = new Map<string, RunState>();
  for (let partition = 0; partition < partitions; partition++) {
    let epoch = -1;
    for (const { offset, record } of await partitionLog(partition)) {
      if (record.t === 'claim') epoch = offset;
      else if (record.t === 'txn' && record.epoch === epoch) {
        expect(record.seq).toBe((runs.get(record.runId)?.seq ?? 0) + 1);
        runs.set(record.runId, applyTxn(runs.get(record.runId), record));
      }
    }
  }
  return runs;
}

describe('a conductor', () => {
  it('runs a workflow from start to end, and the view equals the fold of the history (I3, I5)', async () => {
    engine = await startEngine({ workflows: [three], worker: echo });
    await engine.conduct();
    const ids = await Promise.all(Array.from({ length: 50 }, (_, i) => engine.start(three, `k${i}`, { i })));
    for (const [i, id] of ids.entries()) expect((await engine.until(id, (s) => isTerminal(s.status))).output).toEqual({ i, a: 1, b: 1, c: 1 });
    const folded = await foldedRuns(2);
    for (const id of ids) expect(await engine.state(id)).toEqual(folded.get(id));
    expect(engine.executed).toHaveLength(150);
  });

  it('starts one run for one key, however often the start comes (F8, F60)', async () => {
    engine = await startEngine({ workflows: [three], worker: echo });
    await engine.conduct();
    const ids = await Promise.all(Array.from({ length: 20 }, () => engine.start(three, 'same', { n: 1 })));
    await engine.until(ids[0]!, (s) => s.status === 'completed');
    expect(engine.executed).toHaveLength(3);
  });

  it('retries after a backoff, waking by itself for delays under a second', async () => {
    engine = await startEngine({ workflows: [three], worker: ({ step, attempt }) => (step === 'b' && attempt < 3 ? { error: { name: 'Busy', message: 'later' } } : { output: { [step]: attempt } }) });
    await engine.conduct({ lanes: { sweepEveryMs: 60_000 } });
    const id = await engine.start(three, 'k');
    expect((await engine.until(id, (s) => isTerminal(s.status))).output).toEqual({ a: 1, b: 3, c: 1 });
  });

  it('finds due timers by the sweeper when every wake-up was lost (F57, C21)', async () => {
    const slow = shortForm({ slow: { steps: ['a'], retry_backoff: { type: 'fixed', base_seconds: 1, jitter: 'none' } } }, { service: 's' });
    engine = await startEngine({ workflows: [slow], worker: ({ attempt }) => (attempt < 2 ? { error: { name: 'Busy', message: 'later' } } : { output: {} }) });
    const { connection } = await engine.conduct();
    await connection.wakeUps.stop();
    const id = await engine.start(slow, 'k');
    expect((await engine.until(id, (s) => isTerminal(s.status))).status).toBe('completed');
    expect(engine.facts.some((fact) => fact.what === 'swept')).toBe(true);
  });

  it('cancels a run in the middle of a step and tells the worker', async () => {
    engine = await startEngine({ workflows: [three], worker: () => 'silence' });
    await engine.conduct();
    const id = await engine.start(three, 'k');
    await eventually(() => engine.executed[0], 'the command');
    await engine.send({ v: 1, id: 'c', type: 'cancel', runId: id, ts: Date.now(), body: { reason: 'enough' } });
    await engine.until(id, (s) => s.status === 'cancelled');
    await eventually(() => engine.abandoned[0], 'the abandon command');
  });
});

describe('what cannot be processed', () => {
  it('becomes a dead letter with reason and bytes, and the partition goes on (F12, F13, F14, F15, I13, I14)', async () => {
    engine = await startEngine({ workflows: [three], worker: echo, partitions: 1 });
    await engine.conduct();
    const id = await engine.start(three, 'before');
    const { inboxSender, names } = engine.memory;
    await engine.memory.deadLetters.resend({ topic: names.inbox, partition: 0, key: id, value: new Uint8Array([0xff, 0x00]), headers: {} });
    await engine.memory.deadLetters.resend({ topic: names.inbox, partition: 0, key: id, value: new TextEncoder().encode('{"v":2}'), headers: {} });
    await engine.memory.deadLetters.resend({ topic: names.inbox, partition: 0, key: id, value: new TextEncoder().encode('{"v":1,"__proto__":{}}'), headers: {} });
    await engine.memory.deadLetters.resend({ topic: names.inbox, partition: 0, key: id, value: null, headers: {} });
    const result = { stepId: 'a.2' as StepId, attempt: 1, outcome: 'succeeded' as const, output: {}, worker: 'forger' };
    await inboxSender.send([{ v: 1, id: 'forged', type: 'result', runId: id, ts: 0, token: 'forged', body: result }]);
    const nobody = 'run-nobody' as typeof id;
    await inboxSender.send([{ v: 1, id: 'lost', type: 'result', runId: nobody, ts: 0, token: testTokens.mint('run-nobody/a.2/1'), body: result }]);
    const after = await engine.start(three, 'after');
    await engine.until(after, (s) => s.status === 'completed');
    const letters = (await engine.memory.records(names.deadLetters)).map((record) => readDeadLetter(record.value!));
    expect(letters.map((letter) => letter.reason)).toEqual(['invalid_json', 'unknown_version', 'forbidden_key', 'invalid_json', 'bad_token', 'unknown_run']);
    expect(letters[0]).toMatchObject({ topic: names.inbox, partition: 0, value: '/wA=', foundBy: 'orchestrator' });
  });

  it('a start whose definition nobody has published waits for it, then becomes a dead letter (F18)', async () => {
    const unpublished = shortForm({ ghost: { steps: ['a'] } }, { service: 's' });
    engine = await startEngine({ workflows: [three], worker: echo, partitions: 1 });
    await engine.conduct({ lanes: { definitionWaitMs: 60 } });
    await engine.start(unpublished, 'k');
    await engine.until(await engine.start(three, 'after'), (s) => s.status === 'completed');
    const letters = (await engine.memory.records(engine.memory.names.deadLetters)).map((record) => readDeadLetter(record.value!));
    expect(letters).toEqual([expect.objectContaining({ reason: 'unknown_workflow' })]);
  });
});

describe('survival', () => {
  it('a conductor that dies in the middle loses nothing: another takes over, no transition twice (F1, I1, I3, I4)', async () => {
    engine = await startEngine({ workflows: [three], worker: echo });
    const first = await engine.conduct();
    const ids = await Promise.all(Array.from({ length: 100 }, (_, i) => engine.start(three, `k${i}`)));
    await eventually(() => (engine.executed.length > 60 ? true : undefined), 'some steps');
    first.connection.crash();
    await engine.conduct();
    for (const id of ids) expect((await engine.until(id, (s) => isTerminal(s.status))).output).toEqual({ a: 1, b: 1, c: 1 });
    const folded = await foldedRuns(2);
    expect(folded.size).toBe(100);
    for (const id of ids) expect(await engine.state(id)).toEqual(folded.get(id));
  });

  it('publishes what a dead owner had committed and shown but not published, however many owners die before it (C10, I7)', async () => {
    engine = await startEngine({ workflows: [three], worker: echo, partitions: 1 });
    const held = Promise.withResolvers<void>();
    const hanging = { publish: () => held.promise };
    const publishing: string[][] = [];
    const noting = { publish: ({ commands }: { commands: readonly Command[] }) => (publishing.push(commands.map(({ key }) => key)), held.promise) };
    const first = await engine.conduct({ bus: hanging });
    const ids = await Promise.all(Array.from({ length: 5 }, (_, i) => engine.start(three, `k${i}`)));
    for (const id of ids) await engine.until(id, (s) => s.status === 'running', 'the run in the view');
    first.connection.crash();
    // The second has moved the view to its own epoch when it dies, so the third reads across two claims.
    const second = await engine.conduct({ bus: noting });
    await eventually(() => (publishing.length > 0 ? true : undefined), 'the second owner to publish');
    expect(publishing[0]!.toSorted()).toEqual(ids.map((id) => `${id}/a.1/1`).toSorted());
    expect((await engine.memory.stateIndex.meta(0))!.epoch).toBeGreaterThan((await engine.memory.stateIndex.meta(0))!.disp);
    second.connection.crash();
    held.resolve();
    await engine.conduct();
    for (const id of ids) expect((await engine.until(id, (s) => isTerminal(s.status))).output).toEqual({ a: 1, b: 1, c: 1 });
    const started = (await engine.memory.records(engine.memory.names.lifecycle)).map(({ value }) => readLifecycleEvent(value!)).filter(({ type }) => type === 'baton.run.started');
    expect(new Set(started.map(({ subject }) => subject))).toEqual(new Set(ids));
  });

  it('two conductors share the partitions, and one leaving hands its own over (F4)', async () => {
    engine = await startEngine({ workflows: [three], worker: echo, partitions: 4 });
    const first = await engine.conduct();
    await engine.conduct();
    const ids = await Promise.all(Array.from({ length: 60 }, (_, i) => engine.start(three, `k${i}`)));
    await eventually(() => (engine.executed.length > 30 ? true : undefined), 'some steps');
    await first.conductor.stop();
    for (const id of ids) await engine.until(id, (s) => s.status === 'completed');
    expect((await foldedRuns(4)).size).toBe(60);
  });

  it('builds a wiped view again and loses no run (F23, C18)', async () => {
    engine = await startEngine({ workflows: [three], worker: echo });
    await engine.conduct({ lanes: { viewCheckEveryMs: 30 } });
    const before = await Promise.all(Array.from({ length: 20 }, (_, i) => engine.start(three, `a${i}`)));
    for (const id of before) await engine.until(id, (s) => s.status === 'completed');
    engine.memory.wipeView();
    const after = await Promise.all(Array.from({ length: 20 }, (_, i) => engine.start(three, `b${i}`)));
    for (const id of [...before, ...after]) await engine.until(id, (s) => s.status === 'completed', 'the run in the new view');
    const folded = await foldedRuns(2);
    for (const id of [...before, ...after]) expect(await engine.state(id)).toEqual(folded.get(id));
  });

  it('what a former owner appends late counts for nobody, and the owner claims again (F2, F35, C5, C17, I15)', async () => {
    engine = await startEngine({ workflows: [three], worker: echo, partitions: 1 });
    await engine.conduct();
    const id = await engine.start(three, 'k');
    const done = await engine.until(id, (s) => s.status === 'completed');
    const txn = (await partitionLog(0)).map(({ record }) => record).find((record): record is HistoryTxn => record.t === 'txn')!;
    const zombie: HistoryTxn = { ...txn, epoch: 9_999, seq: done.seq + 1, outbox: txn.outbox.map((command) => ({ ...command, key: 'phantom' })) };
    await engine.memory.history.append(0, [{ key: id, value: encodeHistoryRecord(zombie) }]);
    const next = await engine.start(three, 'next');
    await engine.until(next, (s) => s.status === 'completed');
    expect(engine.facts.some((fact) => fact.what === 'gap')).toBe(true);
    expect((await engine.state(id))?.seq).toBe(done.seq);
    expect(engine.executed.every((command) => command.key !== 'phantom')).toBe(true);
  });

  it('steps over a foreign record in the history and files it as a dead letter (F15)', async () => {
    engine = await startEngine({ workflows: [three], worker: echo, partitions: 1 });
    const first = await engine.conduct();
    await engine.until(await engine.start(three, 'k'), (s) => s.status === 'completed');
    await engine.memory.history.append(0, [{ key: 'x', value: 'not ours' }]);
    first.connection.crash();
    await engine.conduct();
    await engine.until(await engine.start(three, 'after'), (s) => s.status === 'completed');
    const letters = (await engine.memory.records(engine.memory.names.deadLetters)).map((record) => readDeadLetter(record.value!));
    expect(letters).toEqual([expect.objectContaining({ reason: 'invalid_json', topic: engine.memory.names.history })]);
  });

  it('steps over what calls itself newer without an epoch in force, while it runs and when the view is built again (F52)', async () => {
    engine = await startEngine({ workflows: [three], worker: echo, partitions: 1 });
    await engine.conduct({ lanes: { viewCheckEveryMs: 30 } });
    const before = await engine.start(three, 'before');
    await engine.until(before, (s) => s.status === 'completed');
    const forged = [{ v: 99 }, { v: 99, t: 'txn', epoch: -7 }, { v: 99, t: 'txn', epoch: 9_999 }, { v: 99, t: 'txn', epoch: '0' }, { v: 0, t: 'txn', epoch: 0 }, { v: 1.5, t: 'mark', epoch: 0 }, { v: 99, t: 'claim', owner: 'x', epoch: 0 }, { v: 99, epoch: 0 }];
    const { baseOffset } = await engine.memory.history.append(0, forged.map((record) => ({ key: 'x', value: JSON.stringify(record) })));
    const after = await engine.start(three, 'after');
    await engine.until(after, (s) => s.status === 'completed');
    expect(engine.facts.filter(({ what }) => what === 'gap')).toHaveLength(1);
    engine.memory.wipeView();
    for (const id of [before, after]) await engine.until(id, (s) => s.status === 'completed', 'the run in the new view');
    const letters = new Map((await engine.memory.records(engine.memory.names.deadLetters)).map((record) => readDeadLetter(record.value!)).map((letter) => [letter.offset, letter]));
    expect([...letters.values()].map(({ offset, reason, topic }) => ({ offset, reason, topic }))).toEqual(forged.map((_, i) => ({ offset: baseOffset + i, reason: 'unknown_version', topic: engine.memory.names.history })));
  });

  it('leaves the partition where a newer engine has written under the claim in force, and guesses nothing (F52)', async () => {
    engine = await startEngine({ workflows: [three], worker: echo, partitions: 1 });
    const first = await engine.conduct();
    await engine.until(await engine.start(three, 'before'), (s) => s.status === 'completed');
    const claims = (await partitionLog(0)).filter(({ record }) => record.t === 'claim');
    first.connection.crash();
    await engine.memory.history.append(0, [{ key: 'run-x', value: JSON.stringify({ v: 7, t: 'txn', epoch: claims.at(-1)!.offset, of: 'a newer engine' }) }]);
    const { conductor } = await engine.conduct();
    await eventually(() => conductor.health().lanes.find(({ detail }) => detail.includes('newer version')), 'the lane to leave');
    const executed = engine.executed.length;
    await engine.start(three, 'after');
    await eventually(() => (engine.facts.filter(({ detail }) => detail?.includes('newer version')).length > 2 ? true : undefined), 'the lane to look again');
    expect(conductor.health().ready).toBe(false);
    expect(engine.executed).toHaveLength(executed);
    expect((await engine.memory.records(engine.memory.names.deadLetters)).length).toBe(0);
  });

  it('after a drain nothing is published again', async () => {
    engine = await startEngine({ workflows: [three], worker: echo });
    const first = await engine.conduct();
    const id = await engine.start(three, `k-${randomUUID()}`);
    await engine.until(id, (s) => s.status === 'completed');
    await first.conductor.stop();
    const commands = (await engine.memory.records(engine.memory.names.command('s'))).length;
    await engine.conduct();
    await engine.until(await engine.start(three, 'other'), (s) => s.status === 'completed');
    expect((await engine.memory.records(engine.memory.names.command('s'))).length).toBe(commands + 3);
  });
});
