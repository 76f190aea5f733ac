import { afterEach, describe, expect, it } from '@jest/globals';
import { encodeUtf8, idempotencyKeyOfEvent, LifecycleEvent, OperatingError, readDeadLetter, readLifecycleEvent, runIdForKey, writeBinary, writeStructured, type CloudEvent, type DeadLetter } from '@baton/contracts';
import { defineWorkflow } from '@baton/workflow';
import { ended, smallSystem, until, type SmallSystem, type SmallSystemOptions } from './testing/small-system.ts';

const request = (over: Partial<CloudEvent> = {}): CloudEvent => ({
  specversion: '1.0',
  id: 'event-1',
  source: '/shop/orders',
  type: 'baton.run.requested',
  datacontenttype: 'application/json',
  data: { workflow: 'echo', input: { text: 'from an event' } },
  ...over,
});

describe('request events', () => {
  let system: SmallSystem;
  const open = async (options: SmallSystemOptions = {}) => {
    system = await smallSystem({ unknownWorkflowWaitMs: 30, ...options });
  };
  afterEach(() => system.stop());

  const publish = (record: { value: string | null; headers: Record<string, string> }) => system.memory.requestSender.publish({ key: 'k', ...record });
  const letters = async (): Promise<DeadLetter[]> => (await system.memory.records(system.memory.names.deadLetters)).map(({ value }) => readDeadLetter(value!));
  const rejected = async (): Promise<LifecycleEvent[]> => (await system.memory.records(system.memory.names.lifecycle)).map(({ value }) => readLifecycleEvent(value!)).filter(({ type }) => type === 'baton.run.rejected');
  const runIdOf = (event: CloudEvent) => runIdForKey('echo', idempotencyKeyOfEvent(event.source, event.id));

  it.each(['structured', 'binary'])('start a run in the %s mode', async (mode) => {
    await open();
    await publish(mode === 'structured' ? writeStructured(request()) : writeBinary(request()));
    const done = await until(async () => {
      const answer = await system.call(`/v1/runs/${runIdOf(request())}`);
      return answer.body.status === 'completed' && answer;
    }, 'the run');
    expect(done.body).toMatchObject({ via: 'event', output: { said: { text: 'from an event' } } });
    expect(await letters()).toEqual([]);
  });

  it('start one run however often the same event comes', async () => {
    await open();
    for (const record of [writeStructured(request()), writeBinary(request()), writeStructured(request())]) await publish(record);
    await publish(writeStructured(request({ id: 'event-2' })));
    await until(async () => (await system.call(`/v1/runs/${runIdOf(request({ id: 'event-2' }))}`)).body.status === 'completed', 'the second run');
    await ended(system, runIdOf(request()));
    expect((await system.call('/v1/runs')).body.runs).toHaveLength(2);
  });

  it('hand on the trace of the record, or of the event where the record has none', async () => {
    await open();
    const ofRecord = '00-11111111111111111111111111111111-1111111111111111-01';
    const ofEvent = '00-22222222222222222222222222222222-2222222222222222-01';
    const both = writeStructured(request({ traceparent: ofEvent }));
    await publish({ ...both, headers: { ...both.headers, traceparent: ofRecord } });
    await publish(writeStructured(request({ id: 'event-2', traceparent: ofEvent })));
    const traceOf = async (id: string) => (await ended(system, runIdOf(request({ id })))).body.traceId;
    await until(async () => (await system.call(`/v1/runs/${runIdOf(request({ id: 'event-2' }))}`)).status === 200, 'the runs');
    expect([await traceOf('event-1'), await traceOf('event-2')]).toEqual(['1'.repeat(32), '2'.repeat(32)]);
  });

  it.each([
    ['of an unknown workflow', writeStructured(request({ data: { workflow: 'ecko', input: {} } })), 'unknown_workflow', 'did you mean "echo"'],
    ['whose input does not fit', writeStructured(request({ data: { workflow: 'echo', input: { text: 7 } } })), 'invalid_input', '/text'],
    ['with an unknown field', writeStructured(request({ data: { workflow: 'echo', input: { text: 'x' }, priority: 1 } })), 'schema', 'priority'],
    ['without a workflow', writeStructured(request({ data: { input: {} } })), 'schema', '/data/workflow'],
    ['of an unknown specversion', writeStructured({ ...request(), specversion: '0.3' } as never), 'schema', '/specversion'],
    ['with a key that reaches a prototype', { value: JSON.stringify(request()).replace('"text"', '"__proto__"'), headers: {} }, 'forbidden_key', '/data/input/__proto__'],
    ['that is no JSON', { value: '{"specversion":', headers: { 'content-type': 'application/cloudevents+json' } }, 'invalid_json', 'JSON'],
    ['that is no CloudEvent', { value: '{"workflow":"echo"}', headers: {} }, 'schema', 'Expected a CloudEvent'],
    ['without a value', { value: null, headers: {} }, 'schema', 'Expected a CloudEvent'],
  ])('%s become a rejected event and a dead letter that say why', async (_what, record, code, detail) => {
    await open();
    await publish(record);
    const [letter] = await until(async () => (await letters()).length > 0 && letters(), 'the dead letter');
    expect(letter).toMatchObject({ topic: system.memory.names.requests, reason: code, foundBy: 'gateway' });
    expect(letter!.detail).toContain(detail);
    expect(letter!.value === null ? null : atob(letter!.value)).toBe(record.value);
    const [event] = await rejected();
    expect(LifecycleEvent.parse(event).data.reason).toContain(code);
    // The partition goes on.
    await publish(writeStructured(request({ id: 'after' })));
    await until(async () => (await system.call(`/v1/runs/${runIdOf(request({ id: 'after' }))}`)).status === 200, 'the next request');
  });

  it('name source, id and every field of what was rejected', async () => {
    await open();
    await publish(writeStructured(request({ data: { workflow: 'echo', input: { count: 0 } } })));
    const [event] = await until(async () => (await rejected()).length > 0 && rejected(), 'the rejected event');
    expect(event).toMatchObject({ subject: 'event-1', data: { workflow: 'echo', request: { source: '/shop/orders', id: 'event-1' } } });
    expect(event!.data.problems?.map(({ field }) => field).sort()).toEqual(['/count', '/text']);
  });

  it('of another type are dead letters and nobody is told of a rejected run', async () => {
    await open();
    await publish(writeStructured(request({ type: 'com.example.other' })));
    const [letter] = await until(async () => (await letters()).length > 0 && letters(), 'the dead letter');
    expect(letter!.detail).toContain('com.example.other');
    expect(await rejected()).toEqual([]);
  });

  it('wait for a definition that is on its way', async () => {
    await open({ unknownWorkflowWaitMs: 10_000 });
    await publish(writeStructured(request({ data: { workflow: 'late', input: {} } })));
    await until(() => system.logged.length > 0, 'the gateway');
    await system.memory.definitions.publish(defineWorkflow({ name: 'late', asl: { StartAt: 'End', States: { End: { Type: 'Succeed' } } } }).toRecords('test-service'));
    await until(async () => (await system.call('/v1/runs?workflow=late&status=completed')).body.runs?.length === 1, 'the late run');
    expect(await letters()).toEqual([]);
  });

  it('of one unknown name are waited for once, not each', async () => {
    await open({ unknownWorkflowWaitMs: 2_000 });
    const beganMs = Date.now();
    for (let i = 0; i < 50; i++) await publish(writeStructured(request({ id: `flood-${i}`, data: { workflow: 'nobody', input: {} } })));
    await until(async () => (await letters()).length === 50, 'fifty dead letters');
    // Fifty waits would be a hundred seconds; the bound leaves room for a slow machine.
    expect(Date.now() - beganMs).toBeLessThan(50_000);
  });

  it('come again where the log or the dead letters are away, and then become one run and one letter (F62)', async () => {
    let failures = 3;
    const flaky = <A extends unknown[], R>(work: (...args: A) => Promise<R>) => (...args: A): Promise<R> => (failures-- > 0 ? Promise.reject(new OperatingError('unavailable', 'away', { retry: 'unknown' })) : work(...args));
    await open({ ports: (ports) => ({ ...ports, inbox: { send: flaky((messages) => ports.inbox.send(messages)) }, deadLetters: { ...ports.deadLetters, put: flaky((put) => ports.deadLetters.put(put)) } }) });
    await publish(writeStructured(request()));
    await until(async () => (await system.call(`/v1/runs/${runIdOf(request())}`)).body.status === 'completed', 'the run');
    failures = 3;
    await publish({ value: 'garbage', headers: {} });
    await until(async () => (await letters()).length > 0, 'the dead letter');
    expect(new Set((await letters()).map(({ id }) => id)).size).toBe(1);
    expect(new Set((await rejected()).map(({ id }) => id)).size).toBe(1);
    expect(encodeUtf8('garbage').length).toBe((await letters())[0]!.valueBytes);
  });
});
