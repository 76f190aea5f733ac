/** What is Kafka's alone about writing: lost acknowledgements, brokers that go away, foreign records. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { describeWithServers, startKafka } from '@baton/local';
import { partitionOf, topicNames, type InboxMessage } from '@baton/contracts';
import { eventually } from '@baton/testkit';
import { Kafka } from 'kafkajs';
import { openNamespace, type OpenedNamespace, type Process } from './testing/open-namespace.ts';
import { addressOf, openProxy, type Proxy } from './testing/proxy.ts';

async function values(process: Process, partition: number): Promise<string[]> {
  const { next } = await process.historyLog.bounds(partition);
  const found: string[] = [];
  for await (const chunk of process.historyLog.read(partition, { from: 0, to: next - 1 })) found.push(...chunk.map(({ value }) => Buffer.from(value!).toString()));
  return found;
}
const record = (value: string) => [{ key: 'run', value }];
const message = (runId: string, id: string): InboxMessage => ({ v: 1, id, runId, ts: 0, type: 'cancel', body: { reason: 'test' } }) as InboxMessage;

describeWithServers(['kafka'], 'writing to Kafka', () => {
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

  it('writes an append once where its acknowledgement was lost, and answers the offset it has (F35)', async () => {
    const process = await opened.connect({}, proxy.network);
    await process.historyLog.append(0, record('a'));
    proxy.loseAnswers(1);
    expect(await process.historyLog.append(0, record('b'))).toEqual({ baseOffset: 1 });
    expect(proxy.lost).toBe(1);
    expect(await process.historyLog.append(0, record('c'))).toEqual({ baseOffset: 2 });
    expect(await values(await opened.connect(), 0)).toEqual(['a', 'b', 'c']);
  });

  it('keeps order and number of what came while an acknowledgement was lost (F35)', async () => {
    const process = await opened.connect({}, proxy.network);
    const direct = await opened.connect();
    const runId = 'run-1';
    await process.inboxSender.send([message(runId, 'm0')]);
    proxy.loseAnswers(1);
    const ids = Array.from({ length: 20 }, (_, i) => `m${i + 1}`);
    const sends: Promise<void>[] = [];
    for (const id of ids) {
      sends.push(process.inboxSender.send([message(runId, id)]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(sends);
    expect(proxy.lost).toBe(1);
    const seen: string[] = [];
    const subscription = await direct.inboxSource.subscribe({ assigned() {}, records: async ({ records }) => void seen.push(...records.map(({ value }) => (JSON.parse(Buffer.from(value!).toString()) as { id: string }).id)), crashed() {} });
    await eventually('all have come', () => seen.length >= ids.length + 1);
    await subscription.stop();
    expect(seen).toEqual(['m0', ...ids]);
  });

  it('says unknown where no acknowledgement comes at all, never sends that one later, and goes on with a fresh producer (F35)', async () => {
    const process = await opened.connect({ timeouts: { sendMs: 6_000, requestMs: 4_000 } }, proxy.network);
    await process.historyLog.append(0, record('a'));
    proxy.cut();
    const first = process.historyLog.append(0, record('lost'));
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const behind = process.historyLog.append(1, record('behind'));
    behind.catch(() => undefined);
    await expect(first).rejects.toMatchObject({ name: 'OperatingError', code: 'unavailable', retry: 'unknown' });
    await expect(behind).rejects.toMatchObject({ retry: 'yes' });
    proxy.mend();
    expect(await process.historyLog.append(0, record('c'))).toEqual({ baseOffset: 1 });
    // A producer that was not stopped tries again within a second; nothing but time shows that none does.
    for (const untilMs = Date.now() + 2_500; Date.now() < untilMs; ) await process.historyLog.append(1, record('other'));
    const direct = await opened.connect();
    expect(await values(direct, 0)).toEqual(['a', 'c']);
    expect(await values(direct, 1)).not.toContain('behind');
  });

  it('shows a record of somebody else as a gap between the offsets of two appends (F2)', async () => {
    const process = await opened.connect();
    expect(await process.historyLog.append(0, record('a'))).toEqual({ baseOffset: 0 });
    const foreign = new Kafka({ brokers: [...opened.brokers], logLevel: 0 }).producer({ createPartitioner: () => () => 0 });
    await foreign.connect();
    await foreign.send({ topic: topicNames(opened.namespace).history, messages: [{ value: 'foreign' }] });
    await foreign.disconnect();
    expect(await process.historyLog.append(0, [...record('b'), ...record('c')])).toEqual({ baseOffset: 2 });
  });

  it('answers each of many appends at once with its own offset', async () => {
    const process = await opened.connect();
    const partitions = Array.from({ length: opened.partitions }, (_, p) => p);
    for (let round = 0; round < 10; round++) {
      const answers = await Promise.all(partitions.map((p) => process.historyLog.append(p, Array.from({ length: p + 1 }, (_, i) => ({ key: 'k', value: `${round}:${i}` })))));
      expect(answers).toEqual(partitions.map((p) => ({ baseOffset: round * (p + 1) })));
    }
  });

  it('refuses a record over the limit before anything is sent (F17)', async () => {
    const process = await opened.connect();
    const large = 'x'.repeat(1_048_576);
    await expect(process.historyLog.append(0, record(large))).rejects.toMatchObject({ code: 'payload_too_large', retry: 'no' });
    await expect(process.requestSender.publish({ key: 'k', value: large, headers: {} })).rejects.toMatchObject({ code: 'payload_too_large', retry: 'no' });
    expect(await process.historyLog.bounds(0)).toEqual({ first: 0, next: 0 });
  });

  it('takes an append that fills the limit', async () => {
    const process = await opened.connect();
    expect(await process.historyLog.append(0, record('x'.repeat(1_048_576 - 256)))).toEqual({ baseOffset: 0 });
  });

  it('splits what is sent in one call where the broker would refuse it whole, keeping the order (F17)', async () => {
    const process = await opened.connect();
    const runId = 'run-1';
    const partition = partitionOf(runId, opened.partitions);
    const long = 'x'.repeat(400);
    await process.inboxSender.send(Array.from({ length: 5_000 }, (_, i) => ({ ...message(runId, `m${i}`), body: { reason: long } }) as InboxMessage));
    expect(await process.inboxSource.bounds(partition)).toEqual({ first: 0, next: 5_000 });
  });

  it('publishes what has a topic where a service has none, and says which (F18)', async () => {
    const process = await opened.connect();
    const command = (service: string) => ({ v: 1, t: 'abandon-step', key: 'run-1/s/1', runId: 'run-1', stepId: 's', attempt: 1, service, step: 'x', why: 'cancelled' }) as never;
    const publishing = process.commandBus.publish({ commands: [command('nobody'), command('one')], events: [] });
    await expect(publishing).rejects.toMatchObject({ code: 'topics_mismatch', retry: 'no', message: expect.stringMatching(`baton.${opened.namespace}.cmd.nobody.v1 does not exist.*topics apply --services nobody$`) });
    const seen: string[] = [];
    const subscription = await process.commandSource.subscribe('one', { command: async ({ topic }) => void seen.push(topic), crashed() {} });
    await eventually('the other command has come', () => seen.length === 1);
    await subscription.stop();
  });
});

describeWithServers(['kafka'], 'a broker that is killed and comes back', () => {
  it('loses nothing that was acknowledged, repeats nothing, keeps the order, and reading goes on (F32)', async () => {
    await using kafka = await startKafka();
    const opened = await openNamespace({ brokers: kafka.brokers, partitions: 2 });
    const process = await opened.connect({ timeouts: { sessionMs: 30_000, heartbeatMs: 3_000 } });
    try {
      const seen: string[] = [];
      const crashes: Error[] = [];
      const subscription = await process.inboxSource.subscribe({ assigned() {}, records: async ({ records }) => void seen.push(...records.map(({ value }) => (JSON.parse(Buffer.from(value!).toString()) as { id: string }).id)), crashed: (error) => crashes.push(error) });
      const acknowledged: string[] = [];
      const sent: string[] = [];
      let writing = true;
      const writer = (async () => {
        for (let i = 0; writing; i++) {
          sent.push(`m${i}`);
          // A send that fails is not repeated: what was acknowledged must be there once, what was not at most once.
          await process.inboxSender.send([message('run-1', `m${i}`)]).then(
            () => acknowledged.push(`m${i}`),
            () => new Promise((resolve) => setTimeout(resolve, 100)),
          );
        }
      })();
      await eventually('traffic flows', () => seen.length > 100);
      await kafka.kill();
      await kafka.restart();
      const after = acknowledged.length;
      await eventually('writing goes on', () => acknowledged.length > after + 100);
      writing = false;
      await writer;
      await eventually('everything acknowledged has come', () => new Set(seen).size >= acknowledged.length && acknowledged.every((id) => seen.includes(id)));
      await subscription.stop();
      expect(crashes).toEqual([]);
      const numbers = [...new Set(seen)].map((id) => Number(id.slice(1)));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      const { next } = await process.inboxSource.bounds(partitionOf('run-1', 2));
      expect(next).toBe(new Set(seen).size);
    } finally {
      await opened.close();
    }
  });
});
