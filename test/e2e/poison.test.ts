/** Poisoned records on every topic: a dead letter says where, why and what; the partition goes on. */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { deadLetterId, fromBase64, hashJson, partitionOf, runIdForKey, type DeadLetterReason, type Json } from '@baton/contracts';
import { describeWithServers, testServers } from '@baton/local';
import { definitionHash } from '@baton/workflow';
import kafkajs, { CompressionTypes } from 'kafkajs';
import { eventually } from './eventually.ts';
import { PARTITIONS, startSystem, type System } from './system.ts';

interface Poison {
  readonly what: string;
  readonly value: Buffer | string;
  readonly reason: DeadLetterReason;
  /** Default: none. */
  readonly compression?: CompressionTypes;
}

const RAW: Poison = { what: 'raw bytes', value: Buffer.from([0x00, 0xff, 0xfe, 0x80, 0x7b]), reason: 'invalid_json' };
/** Of one wait; everything here takes moments where it works. */
const DEADLINE_MS = 60_000;
const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;


describeWithServers(['kafka', 'redis'], 'a poisoned record', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem(await testServers());
    await Promise.all([system.worker(), system.orchestrator()]);
  });
  afterAll(() => system?.close());

  let keys = 0;
  const keyOn = (partition: number): string => {
    for (;;) {
      const key = `key-${keys++}`;
      if (partitionOf(runIdForKey('three', key), PARTITIONS) === partition) return key;
    }
  };
  /** A run that lives on the partition, so that it comes after the poison there. */
  const runOn = async (partition: number): Promise<void> => {
    const { runId } = await system.client.start('three', {}, { idempotencyKey: keyOn(partition) });
    const [run] = await system.ended([runId], DEADLINE_MS);
    expect(run).toMatchObject({ status: 'completed' });
  };
  const context = (): string => `Dead letters:\n${[...system.wire.deadLetters().values()].map(({ id, reason, detail }) => `${id} ${reason} ${detail.slice(0, 200)}`).join('\n')}\n${system.said()}`;
  const shownAtTheDoor = (id: string) => eventually(() => system.client.deadLetter(id).catch(() => undefined), `the door to show ${id}`, DEADLINE_MS, context);
  /** Writes every poison, and looks for its letter: on the topic of dead letters, and at the door. */
  const expectLetters = async (topic: string, partition: number, poisons: readonly Poison[], foundBy: string, after: () => Promise<void> = async () => undefined): Promise<void> => {
    const offsets: number[] = [];
    for (const { value, compression } of poisons) offsets.push(await system.wire.write(topic, { partition, key: 'poison', value, ...(compression !== undefined && { compression }) }));
    await after();
    for (const [i, { what, value, reason }] of poisons.entries()) {
      const id = deadLetterId(topic, partition, offsets[i]!);
      const letter = await eventually(() => system.wire.deadLetters().get(id), `the dead letter of ${what}, ${id}`, DEADLINE_MS, context);
      expect({ what, ...letter }).toMatchObject({ what, topic, partition, offset: offsets[i], reason, foundBy, key: 'poison', valueBytes: Buffer.byteLength(value) });
      expect(letter.detail).not.toBe('');
      expect(Buffer.from(fromBase64(letter.value!)).equals(Buffer.from(value))).toBe(true);
      expect(await shownAtTheDoor(id)).toEqual(letter);
    }
  };

  it('in the inbox (F12, F14, F15, F16)', async () => {
    const message = { id: 'x', runId: 'run-x', ts: 0, type: 'cancel', body: { reason: 'x' } };
    const poisons: Poison[] = [
      RAW,
      { what: 'no JSON', value: '{"v":1,', reason: 'invalid_json' },
      { what: 'wrong schema', value: JSON.stringify({ v: 1, ...message, type: 'dance' }), reason: 'schema' },
      { what: 'no version', value: JSON.stringify(message), reason: 'schema' },
      { what: 'unknown version', value: JSON.stringify({ v: 99, ...message }), reason: 'unknown_version' },
      { what: 'forbidden key', value: `{"v":1,"id":"x","runId":"run-x","ts":0,"type":"cancel","body":{"reason":"x","__proto__":{"admin":true}}}`, reason: 'forbidden_key' },
      { what: 'depth', value: deep, reason: 'invalid_json' },
      { what: 'unknown run', value: JSON.stringify({ v: 1, ...message }), reason: 'unknown_run' },
    ];
    await expectLetters(system.names.inbox, 1, poisons, 'orchestrator', () => runOn(1));
  });

  it('in the history, also one that claims to be of a newer version (F14, F15)', async () => {
    const poisons: Poison[] = [
      RAW,
      { what: 'wrong schema', value: JSON.stringify({ v: 1, t: 'txn', epoch: 0, runId: '../etc' }), reason: 'schema' },
      { what: 'unknown kind', value: JSON.stringify({ v: 1, t: 'dance' }), reason: 'schema' },
      { what: 'no version', value: '{}', reason: 'schema' },
      { what: 'unknown version', value: JSON.stringify({ v: 99 }), reason: 'unknown_version' },
      { what: 'unknown version, with an epoch that cannot be', value: JSON.stringify({ v: 99, t: 'txn', epoch: -7 }), reason: 'unknown_version' },
      { what: 'unknown version, with an epoch that nobody claimed', value: JSON.stringify({ v: 99, t: 'txn', epoch: 1_000_000 }), reason: 'unknown_version' },
      { what: 'a claim of an unknown version', value: JSON.stringify({ v: 99, t: 'claim', owner: 'forger', group: 'g', partitions: PARTITIONS, engine: '99' }), reason: 'unknown_version' },
    ];
    await runOn(2);
    // The lane meets them with its next append: it finds another offset than it expected, claims again and steps over them.
    await expectLetters(system.names.history, 2, poisons, 'orchestrator', () => runOn(2));
    await runOn(2);
  });

  it('among the commands (F14, F15)', async () => {
    const command = { t: 'abandon-step', key: 'a/b/1', runId: 'a', stepId: 'b', attempt: 1, service: 'e2e', step: 'a', why: 'cancelled' };
    const poisons: Poison[] = [
      RAW,
      { what: 'wrong schema', value: JSON.stringify({ v: 1, ...command, attempt: 0 }), reason: 'schema' },
      { what: 'another service', value: JSON.stringify({ v: 1, ...command, service: 'other' }), reason: 'schema' },
      { what: 'unknown version', value: JSON.stringify({ v: 2, ...command }), reason: 'unknown_version' },
    ];
    await expectLetters(system.names.command('e2e'), 3, poisons, 'e2e', () => runOn(3));
  });

  it('among the requests, where it is also told to the public where it is an event (F14, F15)', async () => {
    const event = { specversion: '1.0', id: 'poison', source: '/tests', type: 'baton.run.requested', data: { workflow: 'three', input: {} } };
    const poisons: Poison[] = [
      RAW,
      { what: 'no event', value: JSON.stringify({ hello: 'world' }), reason: 'schema' },
      { what: 'wrong schema', value: JSON.stringify({ ...event, data: { workflow: 5 } }), reason: 'schema' },
      { what: 'unknown version', value: JSON.stringify({ ...event, specversion: '7.0' }), reason: 'schema' },
      { what: 'another type', value: JSON.stringify({ ...event, type: 'com.example.other' }), reason: 'schema' },
    ];
    const good = JSON.stringify({ ...event, id: `after-${Date.now()}` });
    await expectLetters(system.names.requests, 4, poisons, 'gateway', async () => {
      await system.wire.write(system.names.requests, { partition: 4, value: good });
    });
    const started = await eventually(() => system.wire.lifecycle().find(({ type, subject }) => type === 'baton.run.started' && subject === runIdForKey('three', `/tests\n${(JSON.parse(good) as { id: string }).id}`)), 'the request behind the poison to become a run', DEADLINE_MS, context);
    await system.ended([started.subject], DEADLINE_MS);
    // What is no request at all is nobody's rejected run.
    expect(new Set(system.wire.lifecycle().filter(({ type }) => type === 'baton.run.rejected').map(({ id }) => id)).size).toBe(4);
  });

  it('among the definitions: a definition with mistakes is refused with all of them and their JSON paths, others go on (F14, F15)', async () => {
    const asl = { StartAt: 'one', States: { one: { Type: 'Task', Resource: 'e2e/a', Next: 'tow' }, two: { Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true }, three: { Type: 'Dance' } } };
    const broken = { v: 1, t: 'definition', def: { name: 'broken', ver: 1, hash: definitionHash({ name: 'broken', asl }) }, asl, publishedBy: 'tests' };
    const sound = { StartAt: 'one', States: { one: { Type: 'Task', Resource: 'e2e/a', End: true } } };
    const forged = { ...broken, def: { name: 'forged', ver: 1, hash: hashJson('other' as Json) }, asl: sound };
    const poisons: Poison[] = [
      RAW,
      { what: 'wrong schema', value: JSON.stringify({ v: 1, t: 'definition', def: {} }), reason: 'schema' },
      { what: 'unknown version', value: JSON.stringify({ v: 3, t: 'current' }), reason: 'unknown_version' },
      { what: 'mistakes', value: JSON.stringify(broken), reason: 'schema' },
      { what: 'another content than its hash', value: JSON.stringify(forged), reason: 'schema' },
    ];
    await expectLetters(system.names.definitions, 0, poisons, 'orchestrator');
    const letter = [...system.wire.deadLetters().values()].find(({ detail }) => detail.includes('The workflow broken'))!;
    expect(letter.detail.split('\n').slice(1).map((line) => line.trim().split(': ')[0]).sort()).toEqual(['$.States.one.Next', '$.States.three', '$.States.three.Type', '$.States.two']);
    expect(letter.detail).toContain('did you mean "two"?');
    await expect(system.client.start('broken', {})).rejects.toMatchObject({ code: 'unknown_workflow', status: 404 });
    // What comes after the poison is learnt all the same.
    const def = { name: 'after_poison', ver: 1, hash: definitionHash({ name: 'after_poison', asl: sound }) };
    await system.wire.write(system.names.definitions, { key: `after_poison/${def.hash}`, value: JSON.stringify({ v: 1, t: 'definition', def, asl: sound, publishedBy: 'tests' }) });
    await system.wire.write(system.names.definitions, { key: 'after_poison', value: JSON.stringify({ v: 1, t: 'current', def, publishedBy: 'tests' }) });
    await eventually(async () => (await system.client.workflows()).workflows.some(({ def: { name } }) => name === 'after_poison'), 'the workflow behind the poison', DEADLINE_MS, context);
    const { runId } = await system.client.start('after_poison', {});
    expect(await system.ended([runId], DEADLINE_MS)).toMatchObject([{ status: 'completed' }]);
  });

  it('among the dead letters themselves (F14, F15)', async () => {
    const poisons: Poison[] = [
      RAW,
      { what: 'wrong schema', value: JSON.stringify({ v: 1, id: 'x' }), reason: 'schema' },
      { what: 'unknown version', value: JSON.stringify({ v: 2, id: 'x' }), reason: 'unknown_version' },
    ];
    const topic = system.names.deadLetters;
    const offsets: number[] = [];
    for (const { value } of poisons) offsets.push(await system.wire.write(topic, { key: 'poison', value }));
    for (const [i, { what, value, reason }] of poisons.entries()) {
      const letter = await shownAtTheDoor(deadLetterId(topic, 0, offsets[i]!));
      expect({ what, ...letter }).toMatchObject({ what, topic, partition: 0, offset: offsets[i], reason, foundBy: 'gateway', valueBytes: Buffer.byteLength(value) });
      expect(Buffer.from(fromBase64(letter.value!)).equals(Buffer.from(value))).toBe(true);
      await expect(system.client.replay(letter.id)).rejects.toMatchObject({ status: 422, code: 'not_replayable' });
    }
    // Letters behind it are shown.
    await expectLetters(system.names.inbox, 0, [RAW], 'orchestrator');
  });

  it('that its writer has compressed, whatever by, is read; one that grows beyond all limits is refused before it is anywhere (F16)', async () => {
    // Kafka's own clients can do all of these; the one that reads here knows gzip alone.
    const zstd = (): { compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>; decompress(buffer: Buffer): Promise<Buffer> } => ({ compress: async ({ buffer }) => zstdCompressSync(buffer), decompress: async (buffer) => zstdDecompressSync(buffer) });
    Object.assign(kafkajs.CompressionCodecs, { [CompressionTypes.ZSTD]: zstd });
    const id = 'compressed';
    const request = { specversion: '1.0', id, source: '/tests', type: 'baton.run.requested', data: { workflow: 'three', input: { text: 'x'.repeat(10_000) } } };
    await system.wire.write(system.names.requests, { partition: 4, value: JSON.stringify(request), compression: CompressionTypes.ZSTD });
    const packed: Poison = { ...RAW, what: 'compressed raw bytes', compression: CompressionTypes.ZSTD };
    await expectLetters(system.names.inbox, 4, [packed], 'orchestrator', () => runOn(4));
    await expectLetters(system.names.command('e2e'), 4, [packed], 'e2e', () => runOn(4));
    await system.ended([runIdForKey('three', `/tests\n${id}`)], DEADLINE_MS);
    const bomb = { partition: 4, value: Buffer.alloc(20_000_000), compression: CompressionTypes.GZIP };
    for (const topic of [system.names.requests, system.names.inbox]) await expect(system.wire.write(topic, bomb)).rejects.toMatchObject({ type: 'MESSAGE_TOO_LARGE' });
    await runOn(4);
  });

  it('among the public events stops nobody who writes or reads them', async () => {
    for (const value of [RAW.value, '{"specversion":"9"}', '{}']) await system.wire.write(system.names.lifecycle, { value });
    await Promise.all(Array.from({ length: PARTITIONS }, (_, partition) => runOn(partition)));
    await system.expectSound({ executions: 1 });
  });
});
