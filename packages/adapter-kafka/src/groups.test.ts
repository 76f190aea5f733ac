/** What is Kafka's alone about reading in a group: rebalances, back-pressure, records of any kind. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { describeWithServers } from '@baton/local';
import { topicNames, type Command } from '@baton/contracts';
import { eventually, gate } from '@baton/testkit';
import type { LogRecord } from '@baton/ports';
import { Kafka, type Admin, type Message } from 'kafkajs';
import { groupNames } from './groups.ts';
import { openNamespace, type OpenedNamespace } from './testing/open-namespace.ts';
import { addressOf, openProxy } from './testing/proxy.ts';

/** Kafka's number of the request that asks who coordinates a group. */
const FIND_COORDINATOR = 10;

const command = (runId: string) => ({ v: 1, t: 'abandon-step', key: `${runId}/s/1`, runId, stepId: 's', attempt: 1, service: 'one', step: 'x', why: 'cancelled' }) as unknown as Command;

describeWithServers(['kafka'], 'reading from Kafka in a group', () => {
  let opened: OpenedNamespace;
  let admin: Admin;
  beforeEach(async () => {
    opened = await openNamespace();
    admin = new Kafka({ brokers: [...opened.brokers], logLevel: 0 }).admin();
    await admin.connect();
  });
  afterEach(async () => {
    await admin.disconnect();
    await opened.close();
  });
  const stateOf = async (groupId: string): Promise<string> => (await admin.describeGroups([groupId])).groups[0]!.state;
  const write = async (topic: string, messages: Message[], atOnce = messages.length): Promise<void> => {
    const producer = new Kafka({ brokers: [...opened.brokers], logLevel: 0 }).producer({ createPartitioner: () => ({ message }) => message.partition ?? 0 });
    await producer.connect();
    for (let from = 0; from < messages.length; from += atOnce) await producer.send({ topic, messages: messages.slice(from, from + atOnce) });
    await producer.disconnect();
  };

  it('runs nothing twice when a process joins while commands are being handled (F4, F48)', async () => {
    const first = await opened.connect();
    const second = await opened.connect();
    const ran: string[] = [];
    const held = gate();
    const runs = Array.from({ length: 40 }, (_, i) => `run-${i}`);
    await first.commandBus.publish({ commands: runs.map(command), events: [] });
    const one = await first.commandSource.subscribe('one', {
      async command(record) {
        ran.push(record.key!);
        await held.passed;
      },
      crashed() {},
    });
    await eventually('all are handed over', () => ran.length === runs.length);
    const two = await second.commandSource.subscribe('one', { command: async (record) => void ran.push(record.key!), crashed() {} });
    const group = groupNames(opened.namespace).steps('one');
    await eventually('the group waits for the first process', async () => (await stateOf(group)) === 'PreparingRebalance');
    held.open();
    await eventually('both are members', async () => (await stateOf(group)) === 'Stable' && (await admin.describeGroups([group])).groups[0]!.members.length === 2);
    await first.commandBus.publish({ commands: [command('run-last'), ...Array.from({ length: 8 }, (_, i) => command(`after-${i}`))], events: [] });
    await eventually('what was published later has come', () => ran.filter((key) => key.startsWith('after-') || key === 'run-last').length === 9);
    await Promise.all([one.stop(), two.stop()]);
    expect([...ran].sort()).toEqual([...runs, 'run-last', ...Array.from({ length: 8 }, (_, i) => `after-${i}`)].sort());
  });

  it('runs nothing twice when a process joins while another is about to leave and finishes what it has (F4, F48)', async () => {
    const group = groupNames(opened.namespace).steps('one');
    const first = await opened.connect();
    const second = await opened.connect();
    const ran: string[] = [];
    const held = gate();
    const runs = Array.from({ length: 40 }, (_, i) => `run-${i}`);
    await first.commandBus.publish({ commands: runs.map(command), events: [] });
    const one = await first.commandSource.subscribe('one', {
      async command(record) {
        ran.push(record.key!);
        await held.passed;
      },
      crashed() {},
    });
    await eventually('all are handed over', () => ran.length === runs.length);
    const left = one.stop();
    const two = await second.commandSource.subscribe('one', { command: async (record) => void ran.push(record.key!), crashed() {} });
    await eventually('the group waits for the first process', async () => (await stateOf(group)) === 'PreparingRebalance');
    // A first process that did not wait would have joined by its next heartbeat (400 ms), and the second begun at its old positions.
    const until = Date.now() + 2_000;
    while (Date.now() < until && ran.length === runs.length) await stateOf(group);
    expect(ran).toHaveLength(runs.length);
    held.open();
    await left;
    await second.commandBus.publish({ commands: Array.from({ length: 8 }, (_, i) => command(`after-${i}`)), events: [] });
    await eventually('what was published later has come', () => ran.filter((key) => key.startsWith('after-')).length === 8);
    await two.stop();
    expect([...ran].sort()).toEqual([...runs, ...Array.from({ length: 8 }, (_, i) => `after-${i}`)].sort());
  });

  it('goes on taking commands of all partitions while one is slow', async () => {
    const process = await opened.connect();
    const held = gate();
    const ran: string[] = [];
    const subscription = await process.commandSource.subscribe('one', {
      async command(record) {
        ran.push(record.key!);
        if (record.key === 'slow') await held.passed;
      },
      crashed() {},
    });
    await process.commandBus.publish({ commands: [command('slow')], events: [] });
    await eventually('the slow one runs', () => ran.includes('slow'));
    for (let i = 0; i < 30; i++) await process.commandBus.publish({ commands: [command(`run-${i}`)], events: [] });
    await eventually('all others have run', () => ran.length === 31);
    held.open();
    await subscription.stop();
  });

  it('does not move the position past a command that is not done, however many behind it are', async () => {
    const first = await opened.connect();
    const group = groupNames(opened.namespace).steps('one');
    const topic = topicNames(opened.namespace).command('one');
    const held = gate();
    const done: number[] = [];
    await write(topic, Array.from({ length: 10 }, (_, i) => ({ partition: 0, key: 'k', value: String(i) })));
    const subscription = await first.commandSource.subscribe('one', {
      async command({ offset }) {
        if (offset === 4) await held.passed;
        done.push(offset);
      },
      crashed() {},
    });
    const position = async (): Promise<string | undefined> => (await admin.fetchOffsets({ groupId: group, topics: [topic] }))[0]!.partitions.find(({ partition }) => partition === 0)?.offset;
    await eventually('the others are done', () => done.length === 9);
    await eventually('the position is written', async () => (await position()) === '4');
    held.open();
    await eventually('it moves on', async () => (await position()) === '10');
    await subscription.stop();
  });

  it('does not forget a seek that no record has answered when the member joins again', async () => {
    const topic = topicNames(opened.namespace).inbox;
    const partitions = Array.from({ length: opened.partitions }, (_, p) => p);
    await write(topic, partitions.flatMap((partition) => Array.from({ length: 5 }, () => ({ partition, key: 'k', value: 'x' }))));
    const first = await opened.connect();
    const second = await opened.connect();
    const from = new Map<number, number[]>();
    let owned: readonly number[] = [];
    let joins = 0;
    const subscription = await first.inboxSource.subscribe({
      assigned(now) {
        owned = now;
        joins++;
      },
      async records({ partition, fetchedFrom }) {
        from.set(partition, [...(from.get(partition) ?? []), fetchedFrom]);
      },
      crashed() {},
    });
    await eventually('the records have come', () => from.size === partitions.length);
    from.clear();
    for (const partition of partitions) subscription.seek(partition, 5);
    // Without a position that was committed, the member would begin at 0 again.
    const other = await second.inboxSource.subscribe({ assigned() {}, async records() {}, crashed() {} });
    await eventually('both are members', () => joins >= 2 && owned.length < partitions.length);
    const stayed = owned[0]!;
    await write(topic, [{ partition: stayed, key: 'k', value: 'next' }]);
    await eventually('the next record has come', () => from.has(stayed));
    expect(from.get(stayed)![0]).toBe(5);
    await other.stop();
    await subscription.stop();
  });

  it('holds a partition back without fetching all of it into memory, and hands over everything in the end (F44)', async () => {
    const process = await opened.connect({ consumer: { aheadRecords: 50, partitionBytes: 20_000 } });
    const topic = topicNames(opened.namespace).inbox;
    const total = 2_000;
    await write(topic, Array.from({ length: total }, (_, i) => ({ partition: 0, key: 'k', value: `${i}:${'x'.repeat(500)}` })), 10);
    const held = gate();
    let first = true;
    const offsets: number[] = [];
    const sizes: number[] = [];
    const subscription = await process.inboxSource.subscribe({
      assigned() {},
      async records({ partition, records }) {
        if (partition !== 0) return;
        sizes.push(records.length);
        offsets.push(...records.map(({ offset }) => offset));
        if (first) {
          first = false;
          await held.passed;
        }
      },
      crashed() {},
    });
    await eventually('the first batch has come', () => offsets.length > 0);
    await write(topic, [{ partition: 1, key: 'k', value: 'other' }]);
    held.open();
    await eventually('all have come', () => offsets.length === total);
    await subscription.stop();
    expect(offsets).toEqual(Array.from({ length: total }, (_, i) => i));
    // Fetched ahead at most what the bound says, and one fetch more.
    expect(Math.max(...sizes)).toBeLessThan(50 + 200);
  });

  it('hands over records of any kind: no value, no key, bytes that are no text, strange headers (F14)', async () => {
    const topic = topicNames(opened.namespace).inbox;
    await write(topic, [
      { partition: 0, key: null, value: null },
      { partition: 0, key: Buffer.from([0xff, 0xfe]), value: Buffer.from([0, 255, 1]) },
      { partition: 0, key: '', value: '', headers: { several: ['a', 'b'], bytes: Buffer.from([0xc3, 0x28]), ['__proto__']: 'x', constructor: 'y' } },
    ]);
    const process = await opened.connect();
    const seen: LogRecord[] = [];
    const subscription = await process.inboxSource.subscribe({ assigned() {}, records: async ({ records }) => void seen.push(...records), crashed() {} });
    await eventually('all have come', () => seen.length === 3);
    await subscription.stop();
    expect(seen.map(({ key }) => key)).toEqual([null, '\ufffd\ufffd', '']);
    expect(seen.map(({ value }) => value && [...value])).toEqual([null, [0, 255, 1], []]);
    const headers = seen[2]!.headers;
    expect(headers['several']).toBe('b');
    expect(headers['bytes']).toBe('\ufffd(');
    expect(headers['constructor']).toBe('y');
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
  });

  it('joins its group, and ends not for good, where connections break as it asks who coordinates the group (F32)', async () => {
    const proxy = await openProxy(addressOf(opened.brokers[0]!));
    try {
      const process = await opened.connect({}, proxy.network);
      const ran: string[] = [];
      const crashes: Error[] = [];
      proxy.breakAtRequests(FIND_COORDINATOR, 3);
      await process.commandBus.publish({ commands: [command('run-1')], events: [] });
      const subscription = await process.commandSource.subscribe('one', { command: async (record) => void ran.push(record.key!), crashed: (error) => crashes.push(error) });
      await eventually('the command has come', () => ran.length === 1);
      expect(proxy.broken).toBe(3);
      expect(crashes).toEqual([]);
      await subscription.stop();
    } finally {
      await opened.close();
      await proxy.close();
    }
  });
});
