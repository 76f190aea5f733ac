import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { topicNames } from '@baton/contracts';
import { describeWithServers } from '@baton/local';
import type { LogRecord } from '@baton/ports';
import { eventually } from '@baton/testkit';
import { Kafka } from 'kafkajs';
import { READ_UNCOMMITTED } from '../client/kafkajs-internals.ts';
import { openNamespace, type OpenedNamespace } from '../testing/open-namespace.ts';
import { addressOf, openProxy, type Proxy } from '../testing/proxy.ts';
import { PartitionReader } from './partition-reader.ts';

const letter = (offset: number) => ({ v: 1, id: `t~0~${offset}`, topic: 't', partition: 0, offset, key: 'k', headers: {}, reason: 'schema', detail: 'x', value: null, valueBytes: 0, foundMs: 0, foundBy: 'test', failures: 1 }) as never;
const offsetsOf = (records: readonly LogRecord[]): number[] => records.map(({ value }) => (JSON.parse(Buffer.from(value!).toString()) as { offset: number }).offset);

describeWithServers(['kafka'], 'following a topic', () => {
  let opened: OpenedNamespace;
  let proxy: Proxy;
  beforeEach(async () => {
    opened = await openNamespace();
    proxy = await openProxy(addressOf(opened.brokers[0]!));
  });
  afterEach(async () => {
    proxy.mend();
    await opened.close();
    await proxy.close();
  });
  const trim = async (topic: string, before: number): Promise<void> => {
    const admin = new Kafka({ brokers: [...opened.brokers], logLevel: 0 }).admin();
    await admin.connect();
    await eventually('the topic has a leader', () => admin.fetchTopicOffsets(topic).then(() => true, () => false));
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(before) }] });
    await admin.disconnect();
  };

  it('goes on where it was when the connection broke (F32)', async () => {
    const direct = await opened.connect();
    const process = await opened.connect({}, proxy.network);
    const seen: number[] = [];
    const following = await process.deadLetters.follow(0, async (records) => void seen.push(...offsetsOf(records)));
    await direct.deadLetters.put([letter(1)]);
    await eventually('the first has come', () => seen.length === 1);
    proxy.cut();
    await direct.deadLetters.put([letter(2)]);
    proxy.mend();
    await direct.deadLetters.put([letter(3)]);
    await eventually('the others have come', () => seen.length === 3);
    await following.stop();
    expect(seen).toEqual([1, 2, 3]);
  });

  it('hands over the same chunk again where it was not taken in', async () => {
    const process = await opened.connect();
    await process.deadLetters.put([letter(1), letter(2)]);
    const chunks: number[][] = [];
    const following = await process.deadLetters.follow(0, async (records) => {
      chunks.push(offsetsOf(records));
      if (chunks.length < 3) throw new Error('the index is away');
    });
    await eventually('it was taken in', () => chunks.length === 3);
    await process.deadLetters.put([letter(3)]);
    await eventually('the next has come', () => chunks.length === 4);
    await following.stop();
    expect(chunks).toEqual([[1, 2], [1, 2], [1, 2], [3]]);
  });

  it('begins at the first record that is kept where its position is gone', async () => {
    const process = await opened.connect();
    await process.deadLetters.put([letter(1), letter(2), letter(3)]);
    await trim(topicNames(opened.namespace).deadLetters, 2);
    const seen: number[] = [];
    const following = await process.deadLetters.follow(1, async (records) => void seen.push(...offsetsOf(records)));
    await eventually('the rest has come', () => seen.length === 1);
    await following.stop();
    expect(seen).toEqual([3]);
  });

  it('stops at once while it waits for more', async () => {
    const process = await opened.connect();
    let quickestMs = Infinity;
    // One of five, since the machine may be busy with something else. The broker answers a wait after two seconds.
    for (let i = 0; i < 5 && quickestMs > 1_000; i++) {
      const following = await process.definitions.follow(() => undefined);
      const fromMs = performance.now();
      await following.stop();
      quickestMs = Math.min(quickestMs, performance.now() - fromMs);
    }
    expect(quickestMs).toBeLessThan(1_000);
  });
});

describeWithServers(['kafka'], 'reading a partition', () => {
  it('says that history and asker have parted where the offset lies beyond the end (F36)', async () => {
    const opened = await openNamespace();
    const process = await opened.connect();
    await process.historyLog.append(0, [{ key: 'k', value: 'v' }]);
    const reader = new PartitionReader(process.settings, READ_UNCOMMITTED);
    await expect(reader.fetch(topicNames(opened.namespace).history, 0, 5, 100)).rejects.toMatchObject({ code: 'diverged', retry: 'no' });
    reader.close();
    await opened.close();
  });

  it('gives up with unavailable where no broker answers for long, and works again afterwards (F33)', async () => {
    const opened = await openNamespace();
    const proxy = await openProxy(addressOf(opened.brokers[0]!));
    const process = await opened.connect({ timeouts: { readMs: 5_000 } }, proxy.network);
    await process.historyLog.append(0, [{ key: 'k', value: 'v' }]);
    proxy.cut();
    await expect(process.historyLog.bounds(0)).rejects.toMatchObject({ code: 'unavailable', retry: 'yes' });
    proxy.mend();
    expect(await process.historyLog.bounds(0)).toEqual({ first: 0, next: 1 });
    await opened.close();
    await proxy.close();
  });
});
