/** What is asked twice is done once: starts with the same key, request events, replays of dead letters. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { idempotencyKeyOfEvent, partitionOf, runIdForKey, type DeadLetter, type Json } from '@baton/contracts';
import { describeWithServers, testServers } from '@baton/local';
import { answersOf, type Answers } from './answers.ts';
import { eventually } from './eventually.ts';
import { PARTITIONS, startSystem, type System } from './system.ts';

describeWithServers(['kafka', 'redis'], 'what is asked twice', () => {
  let system: System;
  let answers: Answers;
  beforeAll(async () => {
    system = await startSystem(await testServers());
    answers = answersOf(system);
    await Promise.all([system.orchestrator(), system.worker()]);
  });
  afterAll(() => system?.close());

  const executed = (runId: string): readonly string[] => system.ledger().filter((entry) => entry.runId === runId).map(({ what }) => what);
  const messages = (runId: string, type: string): number => system.wire.records(system.names.inbox).filter(({ key, value }) => key === runId && (JSON.parse(String(value)) as { type: string }).type === type).length;
  /** Nothing of what stands in the inbox by now changes the run any more. */
  const expectUnmoved = async (runId: string): Promise<void> => {
    const before = (await system.truth()).transitions.get(runId)!.length;
    const done = executed(runId);
    await answers.decidedOn(runId);
    expect((await system.truth()).transitions.get(runId)).toHaveLength(before);
    expect(executed(runId)).toEqual(done);
  };
  const eventOf = (id: string, data: Json) => ({ specversion: '1.0', id, source: '/repetitions', type: 'baton.run.requested', data });
  const request = (partition: number, event: object): Promise<number> => system.wire.write(system.names.requests, { partition, value: JSON.stringify(event) });
  const shown = (letter: DeadLetter) => eventually(() => system.client.deadLetter(letter.id).catch(() => undefined), `the door to show ${letter.id}`);
  const together = <T>(times: number, call: () => Promise<T>): Promise<readonly T[]> => Promise.all(Array.from({ length: times }, call));

  it('by a start with the same key is one run, also where all come at once; with another input it is refused (F8, F60)', async () => {
    const started = await together(10, () => system.client.start('three', { n: 1 }, { idempotencyKey: 'order 17' }));
    const runId = started[0]!.runId;
    expect(new Set(started.map((one) => one.runId))).toEqual(new Set([runId]));
    await system.ended([runId]);
    expect(await system.client.start('three', { n: 1 }, { idempotencyKey: 'order 17' })).toMatchObject({ runId });
    await eventually(() => messages(runId, 'start') >= 11, 'all starts to be in the inbox');
    await expectUnmoved(runId);
    expect(executed(runId)).toEqual(['a', 'b', 'c']);
    const sent = messages(runId, 'start');
    await expect(system.client.start('three', { n: 2 }, { idempotencyKey: 'order 17' })).rejects.toMatchObject({ status: 409, code: 'idempotency_conflict' });
    await answers.decidedOn(runId);
    expect(messages(runId, 'start')).toBe(sent);
    // The key belongs to the workflow: another one may use it.
    const other = await system.client.start('short_ones', { ms: 0 }, { idempotencyKey: 'order 17' });
    expect(other.runId).not.toBe(runId);
    expect(await system.ended([other.runId])).toMatchObject([{ status: 'completed' }]);
  });

  it('of an unknown workflow is refused each time, saying what may have been meant (F18)', async () => {
    for (let i = 0; i < 2; i++) await expect(system.client.start('thre', {}, { idempotencyKey: 'unknown' })).rejects.toMatchObject({ status: 404, code: 'unknown_workflow', message: expect.stringContaining('"three"') });
    // The refusal did not use up the key.
    const { runId } = await system.client.start('three', {}, { idempotencyKey: 'unknown' });
    expect(await system.ended([runId])).toMatchObject([{ status: 'completed' }]);
  });

  it('by the same request event is one run; the same event with another input is a dead letter (F60)', async () => {
    const event = eventOf('e1', { workflow: 'three', input: { n: 1 } });
    for (const partition of [0, 1, 0]) await request(partition, event);
    const runId = runIdForKey('three', idempotencyKeyOfEvent('/repetitions', 'e1'));
    await system.ended([runId]);
    await eventually(() => messages(runId, 'start') >= 3, 'all of the starts');
    await expectUnmoved(runId);
    expect(executed(runId)).toEqual(['a', 'b', 'c']);
    const offset = await request(2, eventOf('e1', { workflow: 'three', input: { n: 2 } }));
    expect(await system.wire.deadLetterOf(system.names.requests, 2, offset)).toMatchObject({ reason: 'idempotency_conflict' });
    expect((await system.client.get(runId)).data).toMatchObject({ n: 1 });
  });

  it('by a replay of a mended request succeeds once, however often and whenever it is asked again (F62)', async () => {
    const event = eventOf('e2', { workflow: 'thre', input: { n: 1 } });
    const letter = await system.wire.deadLetterOf(system.names.requests, 3, await request(3, event));
    expect(letter).toMatchObject({ reason: 'unknown_workflow', failures: 1 });
    await shown(letter);
    // As it was it comes back, and says so.
    expect(await system.client.replay(letter.id)).toMatchObject({ sent: true });
    const again = await eventually(() => [...system.wire.deadLetters().values()].find((one) => one.failures === 2 && one.topic === system.names.requests), 'the letter of the second failure');
    expect(again).toMatchObject({ reason: 'unknown_workflow', value: letter.value });
    await shown(again);
    const mended = eventOf('e2', { workflow: 'three', input: { n: 1 } });
    expect((await together(6, () => system.client.replay(again.id, mended))).filter(({ sent }) => sent)).toHaveLength(1);
    const runId = runIdForKey('three', idempotencyKeyOfEvent('/repetitions', 'e2'));
    expect(await system.ended([runId])).toMatchObject([{ status: 'completed' }]);
    expect(await system.client.replay(again.id, mended)).toMatchObject({ sent: false });
    expect(messages(runId, 'start')).toBe(1);
    // Who has replayed is known to the view, which may be wiped: then it goes out again, and still does nothing more.
    await system.redis.deadLetterIndex.unmarkReplayed(again.id);
    expect(await system.client.replay(again.id, mended)).toMatchObject({ sent: true });
    await eventually(() => messages(runId, 'start') >= 2, 'the second start');
    await expectUnmoved(runId);
    expect(executed(runId)).toEqual(['a', 'b', 'c']);
  });

  it('by a replay of a mended answer of a step lets the run go on, once (F62)', async () => {
    const { runId } = await system.client.start('long_one', { ms: 300_000 });
    const command = await answers.commandOf(runId, 'long');
    await eventually(() => executed(runId).includes('long'), 'the step to run');
    const mended = answers.answer(command, { long: 'by hand' });
    const partition = partitionOf(runId, PARTITIONS);
    const offset = await system.wire.write(system.names.inbox, { partition, key: runId, value: JSON.stringify({ ...mended, v: 99 }) });
    const letter = await system.wire.deadLetterOf(system.names.inbox, partition, offset);
    expect(letter).toMatchObject({ reason: 'unknown_version' });
    await shown(letter);
    expect(await system.client.get(runId)).toMatchObject({ status: 'running' });
    expect((await together(6, () => system.client.replay(letter.id, mended as Json))).filter(({ sent }) => sent)).toHaveLength(1);
    expect(await system.ended([runId])).toMatchObject([{ status: 'completed', output: { long: 'by hand', c: 1 } }]);
    expect(await system.client.replay(letter.id, mended as Json)).toMatchObject({ sent: false });
    await system.redis.deadLetterIndex.unmarkReplayed(letter.id);
    expect(await system.client.replay(letter.id, mended as Json)).toMatchObject({ sent: true });
    await eventually(() => system.wire.records(system.names.inbox).filter(({ key, value }) => key === runId && String(value).includes('"by hand"')).length === 3, 'the second replay');
    await expectUnmoved(runId);
    expect(executed(runId).filter((what) => what === 'c')).toHaveLength(1);
  });

  it('by a replay of a mended command is not executed where the step has been executed (F62)', async () => {
    const { runId } = await system.client.start('three', {});
    await system.ended([runId]);
    const command = await answers.commandOf(runId, 'b');
    const offset = await system.wire.write(system.names.command('e2e'), { partition: 0, key: runId, value: JSON.stringify({ ...command, v: 99 }) });
    const letter = await system.wire.deadLetterOf(system.names.command('e2e'), 0, offset);
    expect(letter).toMatchObject({ reason: 'unknown_version', foundBy: 'e2e' });
    await shown(letter);
    const answered = messages(runId, 'result');
    expect(await system.client.replay(letter.id, command as unknown as Json)).toMatchObject({ sent: true });
    // The service answers from memory.
    await eventually(() => messages(runId, 'result') > answered, 'the answer from memory');
    await expectUnmoved(runId);
    expect(executed(runId)).toEqual(['a', 'b', 'c']);
  });

  it('leaves everything sound', async () => {
    for (const runId of (await system.truth()).runs.keys()) await system.client.cancel(runId).catch((error: unknown) => expect(error).toMatchObject({ code: 'run_ended' }));
    await system.expectSound({ executions: 1 });
  });
});
