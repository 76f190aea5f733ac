/** What is too large for a record, on a log that refuses it: one run fails, or a dead letter says so, and its partition goes on. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { deadLetterId, LIMITS, partitionOf, runIdForKey, type InboxMessage, type JsonObject } from '@baton/contracts';
import { describeWithServers, testServers } from '@baton/local';
import { defineWorkflow } from '@baton/workflow';
import { answersOf } from './answers.ts';
import { eventually } from './eventually.ts';
import { PARTITIONS, startSystem, type System } from './system.ts';

const DEADLINE_MS = 60_000;
/** A bound of time is held once in so many times, since the machine may be busy with something else. */
const TRIES = 5;
const KIB = 1_024;
const PARTITION = 2;


/** Passes that each write so much, then a step. */
const writing = (name: string, passes: number, kib: number) => {
  const states: Record<string, JsonObject> = { step: { Type: 'Task', Resource: 'e2e/a', ResultPath: '$.a', Next: 'small' }, small: { Type: 'Pass', Result: 'done', End: true } };
  for (let i = 0; i < passes; i++) states[`p${i}`] = { Type: 'Pass', Result: 'x'.repeat(kib * KIB), ResultPath: '$.text', Next: i + 1 < passes ? `p${i + 1}` : 'step' };
  return defineWorkflow({ name, asl: { StartAt: passes === 0 ? 'step' : 'p0', States: states } });
};
/** Its first transition has some 850 KiB: three times the data in events, and once in the command. */
const heavy = writing('heavy', 3, 200);
const excessive = writing('excessive', 8, 100);
const waiting = defineWorkflow({ name: 'waiting', asl: { StartAt: 'a', States: { a: { Type: 'Task', Resource: 'e2e/hang', End: true } } } });

describeWithServers(['kafka', 'redis'], 'what is too large', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem(await testServers());
    await system.kafka.definitions.publish([heavy, excessive, waiting].flatMap((workflow) => workflow.toRecords('e2e')));
    await Promise.all([system.worker(), system.orchestrator()]);
    await eventually(async () => (await system.client.workflows()).workflows.some(({ def }) => def.name === 'waiting'), 'the workflows at the door');
  });
  afterAll(() => system?.close());

  let keys = 0;
  const keyOn = (workflow: string): string => {
    for (;;) {
      const key = `key-${keys++}`;
      if (partitionOf(runIdForKey(workflow, key), PARTITIONS) === PARTITION) return key;
    }
  };
  const start = async (workflow: string, input: JsonObject = {}): Promise<string> => (await system.client.start(workflow, input, { idempotencyKey: keyOn(workflow) })).runId;
  const ended = async (runIds: readonly string[]) => system.ended(runIds, DEADLINE_MS);
  /** How long a message on the partition that comes right behind takes to be decided, by the records' own times. */
  const delayBehind = async (poison: () => Promise<unknown>): Promise<number> => {
    const written = poison();
    const canary = await start('three');
    const sentMs = Date.now();
    await eventually(() => system.wire.lifecycle().some(({ type, subject }) => type === 'baton.run.started' && subject === canary), 'the run behind it to start', DEADLINE_MS, system.said);
    const delayMs = Date.now() - sentMs;
    await written;
    await ended([canary]);
    return delayMs;
  };
  /** What a machine that is busy with something else takes anyway. */
  const usualDelay = (): Promise<number> => delayBehind(() => Promise.resolve());

  it('as transitions of runs that begin together: each batch fits, and every run ends (F17)', async () => {
    const before = await system.truth();
    const runIds = await Promise.all(Array.from({ length: 8 }, () => start('heavy')));
    for (const run of await ended(runIds)) expect(run).toMatchObject({ status: 'completed', output: 'done' });
    // Nobody had to claim again.
    expect((await system.truth()).claims).toEqual(before.claims);
  });

  it.each([
    ['more than a message may hold', 'x'.repeat(900 * KIB)],
    ['more than an output may have', Array.from({ length: 5 }, () => 'x'.repeat(150 * KIB))],
  ])('as the result of a step, %s, whose worker does not mind: the step fails, and the next message is decided within a second (F17)', async (_what, output) => {
    const answers = answersOf(system);
    const doomed: string[] = [];
    let best = Infinity;
    for (let i = 0; i < TRIES && best > 1_000; i++) {
      const usualMs = await usualDelay();
      const runId = await start('waiting');
      doomed.push(runId);
      const command = await eventually(async () => [...(await system.truth()).commands.values()].find((found) => found.runId === runId), 'the command');
      if (command.t !== 'run-step') throw new Error('Expected a command to run a step');
      const answer = answers.answer(command, {});
      best = Math.min(best, (await delayBehind(() => answers.send({ ...answer, body: { ...answer.body, output } } as InboxMessage))) - usualMs);
    }
    for (const run of await ended(doomed)) expect(run).toMatchObject({ status: 'failed', error: { name: 'States.DataLimitExceeded', details: { code: 'payload_too_large', limitBytes: LIMITS.payloadBytes } } });
    expect(best).toBeLessThan(1_000);
  });

  it('as what the states of a run write in a row: that run fails and says which state (F17)', async () => {
    const [run] = await ended([await start('excessive')]);
    expect(run).toMatchObject({ status: 'failed', error: { name: 'States.DataLimitExceeded', step: 'p6' } });
  });

  it('as a start: the door says 413, a request event and a message to the inbox become dead letters (F17)', async () => {
    const large = { text: 'x'.repeat(LIMITS.payloadBytes) };
    await expect(system.client.start('three', large)).rejects.toMatchObject({ status: 413, code: 'payload_too_large' });
    const event = { specversion: '1.0', id: 'large', source: '/tests', type: 'baton.run.requested', data: { workflow: 'three', input: large } };
    const requested = await system.wire.write(system.names.requests, { partition: 0, value: JSON.stringify(event) });
    expect(await system.wire.deadLetterOf(system.names.requests, 0, requested)).toMatchObject({ reason: 'payload_too_large', foundBy: 'gateway' });
    const { workflows } = await system.client.workflows();
    const { def } = workflows.find((workflow) => workflow.def.name === 'three')!;
    const message = { v: 1, id: 'large', runId: runIdForKey('three', keyOn('three')), ts: 0, type: 'start', body: { def, input: large, inputHash: 'h', via: 'api' } };
    const offset = await system.wire.write(system.names.inbox, { partition: PARTITION, value: JSON.stringify(message) });
    expect(await system.wire.deadLetterOf(system.names.inbox, PARTITION, offset)).toMatchObject({ reason: 'payload_too_large', foundBy: 'orchestrator' });
  });

  it('as the key of a record that nobody can read: its dead letter fits all the same (F17)', async () => {
    const delays: number[] = [];
    for (let i = 0; i < TRIES && !delays.some((ms) => ms < 1_000); i++) {
      let offset = 0;
      const usualMs = await usualDelay();
      const delayMs = await delayBehind(async () => {
        offset = await system.wire.write(system.names.inbox, { partition: PARTITION, key: '\u0001'.repeat(900 * KIB), value: 'no message', headers: { h: '\u0001'.repeat(50 * KIB) } });
      });
      delays.push(delayMs - usualMs);
      expect(await eventually(() => system.wire.deadLetters().get(deadLetterId(system.names.inbox, PARTITION, offset)), 'the dead letter', DEADLINE_MS, system.said)).toMatchObject({ reason: 'invalid_json' });
    }
    expect(Math.min(...delays)).toBeLessThan(1_000);
    await system.expectSound({ executions: 1 });
  });
});
