import { afterEach, describe, expect, it } from '@jest/globals';
import { deadLetterOf, DeadLetterList, DeadLetterView, encodeUtf8, idempotencyKeyOfEvent, LIMITS, OperatingError, readInboxMessage, readDeadLetter, ReplayResponse, runIdForKey, writeStructured, type DeadLetterReason } from '@baton/contracts';
import { smallSystem, until, type SmallSystem, type SmallSystemOptions } from './testing/small-system.ts';

const eventFor = (workflow: string) => ({ specversion: '1.0' as const, id: 'e1', source: '/s', type: 'baton.run.requested', data: { workflow, input: { text: 'x' } } });

describe('dead letters over HTTP', () => {
  let system: SmallSystem;
  const open = async (options: SmallSystemOptions = {}) => {
    system = await smallSystem({ unknownWorkflowWaitMs: 10, ...options });
  };
  afterEach(() => system.stop());

  const put = (over: Partial<Parameters<typeof deadLetterOf>[0]> & { reason?: DeadLetterReason } = {}, topic = system.memory.names.requests) =>
    system.memory.deadLetters.put([deadLetterOf({ partition: 0, offset: 7, key: 'k', value: encodeUtf8('bytes'), headers: { a: 'b' }, ...over }, { topic, reason: over.reason ?? 'schema', detail: 'why', foundBy: 'test', foundMs: 1 })]);
  const listed = async (count: number) => until(async () => {
    const { deadLetters } = DeadLetterList.parse((await system.call('/v1/dead-letters')).body);
    return deadLetters.length >= count && deadLetters;
  }, `${count} dead letters`);
  const replay = (id: string, body?: unknown) => system.call(`/v1/dead-letters/${encodeURIComponent(id)}/replay`, { method: 'POST', ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });

  it('are listed without their bytes and shown with them', async () => {
    await open({ engine: false });
    await put();
    const [summary] = await listed(1);
    expect(summary).toMatchObject({ reason: 'schema', detail: 'why', valueBytes: 5 });
    expect(summary).not.toHaveProperty('value');
    const shown = DeadLetterView.parse((await system.call(`/v1/dead-letters/${encodeURIComponent(summary!.id)}`)).body);
    expect(atob(shown.value!)).toBe('bytes');
  });

  it('replayed with a mended value succeed, and are sent once however often that is asked (F62)', async () => {
    await open();
    const bad = writeStructured(eventFor('ecko'));
    await system.memory.requestSender.publish({ key: 'k', ...bad });
    const [letter] = await listed(1);
    expect(letter).toMatchObject({ reason: 'unknown_workflow', workflow: 'ecko', failures: 1 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => replay(letter!.id, { value: eventFor('echo') })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(answers.map(({ body }) => ReplayResponse.parse(body).sent).filter(Boolean)).toHaveLength(1);
    const runId = runIdForKey('echo', idempotencyKeyOfEvent('/s', 'e1'));
    await until(async () => (await system.call(`/v1/runs/${runId}`)).body.status === 'completed', 'the run');
    expect(await replay(letter!.id)).toMatchObject({ status: 200, body: { sent: false } });
    expect((await system.memory.records(system.memory.names.requests)).length).toBe(2);
    const shown = await system.call(`/v1/dead-letters/${encodeURIComponent(letter!.id)}`);
    expect(shown.body.replayedMs).toBe(answers[0]!.body.replayedMs);
  });

  it('that fail again count their failures (F62)', async () => {
    await open();
    await system.memory.requestSender.publish({ key: 'k', ...writeStructured(eventFor('ecko')) });
    const [first] = await listed(1);
    await replay(first!.id);
    const both = await listed(2);
    expect(both.map(({ failures }) => failures).sort()).toEqual([1, 2]);
  });

  it('can be replayed again after the send failed', async () => {
    let away = true;
    await open({ engine: false, ports: (ports) => ({ ...ports, deadLetters: { put: ports.deadLetters.put, follow: ports.deadLetters.follow, resend: (target) => (away ? Promise.reject(new OperatingError('unavailable', 'away', { retry: 'unknown' })) : ports.deadLetters.resend(target)) } }) });
    await put();
    const [letter] = await listed(1);
    expect(await replay(letter!.id)).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    away = false;
    expect(await replay(letter!.id)).toMatchObject({ status: 200, body: { sent: true } });
    expect(await replay(letter!.id)).toMatchObject({ status: 200, body: { sent: false } });
  });

  it('of the inbox go out as a replay, and with another value only for the same run', async () => {
    await open({ engine: false });
    const cancel = { v: 1, id: 'c1', runId: 'run-1', ts: 1, type: 'cancel', body: { reason: 'x' } };
    const topic = system.memory.names.inbox;
    await put({ key: 'run-1', value: encodeUtf8(JSON.stringify({ ...cancel, v: 2 })), offset: 1 }, topic);
    await put({ key: 'run-1', value: encodeUtf8(JSON.stringify(cancel)), offset: 2 }, topic);
    await listed(2);
    expect(await replay(`${topic}~0~1`, { value: { ...cancel, runId: 'run-2' } })).toMatchObject({ status: 422, body: { problems: [{ field: '/value/runId' }] } });
    expect(await replay(`${topic}~0~1`, { value: { ...cancel, body: {} } })).toMatchObject({ status: 422, body: { code: 'schema' } });
    expect(await replay(`${topic}~0~1`, { value: cancel })).toMatchObject({ body: { sent: true } });
    expect(await replay(`${topic}~0~2`)).toMatchObject({ body: { sent: true } });
    const sent = (await system.memory.records(topic)).map((record) => ({ key: record.key, replayHeader: record.headers['baton-replay-of'], ...readInboxMessage(record.value!) }));
    expect(sent.map(({ id, key, replayOf, replayHeader }) => ({ id, key, replayOf, replayHeader })).sort((a, b) => (a.replayOf! < b.replayOf! ? -1 : 1))).toEqual([
      { id: 'c1', key: 'run-1', replayOf: `${topic}~0~1`, replayHeader: `${topic}~0~1` },
      { id: 'c1', key: 'run-1', replayOf: `${topic}~0~2`, replayHeader: `${topic}~0~2` },
    ]);
  });

  it('that keep a part of their bytes cannot go out as they were', async () => {
    await open({ engine: false });
    await put({ value: new Uint8Array(LIMITS.deadLetterBytes + 1) });
    const [letter] = await listed(1);
    expect(await replay(letter!.id)).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
  });

  it('that nobody knows are 404, and a value that is no JSON is refused', async () => {
    await open({ engine: false });
    await put();
    const [letter] = await listed(1);
    expect(await replay('nothing~0~1')).toMatchObject({ status: 404, body: { code: 'unknown_dead_letter' } });
    const answer = await system.call(`/v1/dead-letters/${encodeURIComponent(letter!.id)}/replay`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"value":' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_json' } });
  });

  it('that are garbage themselves are shown as letters of their own with their bytes, and those behind them too', async () => {
    await open({ engine: false });
    const { deadLetters } = system.memory.names;
    await put({ offset: 1 });
    await put({ offset: 3, reason: 'nonsense' as never });
    await put({ offset: 2 });
    expect((await listed(3)).map(({ topic, offset, reason, foundBy }) => ({ topic, offset, reason, foundBy }))).toEqual(
      expect.arrayContaining([expect.objectContaining({ offset: 2 }), { topic: deadLetters, offset: 1, reason: 'schema', foundBy: 'gateway' }]),
    );
    const garbage = DeadLetterView.parse((await system.call(`/v1/dead-letters/${encodeURIComponent(`${deadLetters}~0~1`)}`)).body);
    expect(garbage.detail).toContain('/reason');
    expect(JSON.parse(atob(garbage.value!))).toMatchObject({ offset: 3, reason: 'nonsense' });
    expect(system.logged.find(({ message }) => message.startsWith('not a dead letter'))).toMatchObject({ level: 'error', fields: { offset: 1 } });
    // It stands on the topic already: showing it writes nothing.
    expect(await system.memory.records(deadLetters)).toHaveLength(3);
  });

  it('of topics that take nothing back say so, however often they are asked to be sent again', async () => {
    await open({ engine: false });
    await put({}, system.memory.names.history);
    const [letter] = await listed(1);
    for (let i = 0; i < 2; i++) expect(await replay(letter!.id)).toMatchObject({ status: 422, body: { code: 'not_replayable' } });
  });

  it('come back after the view was wiped, also those from before (F23)', async () => {
    await open({ engine: false, projectionCheckMs: 20 });
    await put({ offset: 1 });
    await put({ offset: 2 });
    await listed(2);
    system.memory.wipeView();
    expect((await listed(2)).map(({ offset }) => offset).sort()).toEqual([1, 2]);
    await put({ offset: 3 });
    expect(await listed(3)).toHaveLength(3);
    expect((await system.memory.records(system.memory.names.deadLetters)).map(({ value }) => readDeadLetter(value!).offset)).toEqual([1, 2, 3]);
  });
});
