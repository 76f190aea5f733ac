/** What is proposed to an operator of a partition that has stopped, on a real broker; that the partition then goes on is in test/e2e/divergence.test.ts. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connectKafka, groupNames, type KafkaPorts } from '@baton/adapter-kafka';
import { CLAIM_KEY, encodeHistoryRecord, topicNames, type HistoryRecord, type HistoryTxn, type RunId } from '@baton/contracts';
import { describeWithServers, testKafka, testNamespace } from '@baton/local';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { baton } from '../testing.ts';

describeWithServers(['kafka'], 'baton mend', () => {
  const namespace = testNamespace();
  const names = topicNames(namespace);
  let env: Record<string, string>;
  let kafka: KafkaPorts;
  let client: Kafka;
  let admin: Admin;
  beforeAll(async () => {
    const { kafkaBrokers } = await testKafka();
    env = { BATON_KAFKA_BROKERS: kafkaBrokers.join(','), BATON_NAMESPACE: namespace, BATON_PARTITIONS: '3', BATON_REPLICATION_FACTOR: '1', BATON_URL: 'http://127.0.0.1:9' };
    expect(await baton(['topics', 'apply'], { env })).toMatchObject({ code: 0 });
    kafka = await connectKafka({ brokers: kafkaBrokers, namespace, clientId: 'test' });
    client = new Kafka({ brokers: [...kafkaBrokers], logLevel: logLevel.NOTHING });
    admin = client.admin();
    await admin.connect();
  });
  afterAll(async () => {
    await admin?.disconnect();
    await kafka?.close();
  });

  const claim: HistoryRecord = { v: 1, t: 'claim', owner: 'o', group: 'g', partitions: 3, engine: 'test' };
  const txn = (epoch: number, off: number): HistoryTxn => ({ v: 1, t: 'txn', epoch, runId: 'run-x' as RunId, seq: 1, def: { name: 'w', ver: 1, hash: '0'.repeat(32) }, cause: { off, id: 'm', ts: 0, type: 'start' }, events: [], outbox: [], chain: 'c', disp: -1 });
  const history = async (partition: number, ...records: readonly HistoryRecord[]): Promise<void> => {
    for (const record of records) await kafka.historyLog.append(partition, [{ key: record.t === 'claim' ? CLAIM_KEY : 'run-x', value: encodeHistoryRecord(record) }]);
  };
  const inbox = async (partition: number, count: number): Promise<void> => {
    const producer = client.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    await producer.send({ topic: names.inbox, acks: -1, messages: Array.from({ length: count }, () => ({ partition, value: '{}' })) });
    await producer.disconnect();
  };
  const tellGroup = (partition: number, offset: number) => admin.setOffsets({ groupId: groupNames(namespace).orchestrators, topic: names.inbox, partitions: [{ partition, offset: String(offset) }] });
  const mend = async (...args: string[]) => {
    const { code, stdout, stderr } = await baton(['mend', ...args], { env });
    return { code, said: stdout + stderr };
  };

  it('history reads on behind what the history has consumed, whatever a former owner appended late, and says what would be read again', async () => {
    await history(0, claim, txn(0, 3), claim, txn(2, 5), txn(0, 9));
    await inbox(0, 12);
    await tellGroup(0, 8);
    await admin.fetchTopicOffsets(names.history);
    await admin.deleteTopicRecords({ topic: names.history, partitions: [{ partition: 0, offset: '1' }] });
    const { code, stdout } = await baton(['mend', 'history', '--partition', '0', '--json'], { env });
    expect({ code, document: JSON.parse(stdout) }).toMatchObject({ code: 0, document: { from: 6, told: 8, done: false } });
    expect(await mend('history', '--partition', '0')).toMatchObject({ code: 0, said: expect.stringMatching(/reads its inbox from 6\. The group was told 8: .* a repeated start among it begins its run again; --from 8 passes over it/) });
    expect((await mend('history', '--partition', '0', '--from', '8')).said).not.toContain('The group was told');
  });

  it('inbox finds that it needs mending where the group was told more than it holds, though the history was not, and not again once it was mended', async () => {
    await history(1, claim, txn(0, 4));
    await inbox(1, 6);
    await tellGroup(1, 6);
    expect(await mend('inbox', '--partition', '1')).toMatchObject({ code: 2, said: expect.stringContaining('needs no mending') });
    await tellGroup(1, 8);
    expect(await mend('inbox', '--partition', '1')).toMatchObject({ code: 0, said: expect.stringContaining('Nothing was done yet') });
    expect(await mend('inbox', '--partition', '1', '--from', '6', '--yes')).toMatchObject({ code: 0, said: expect.stringContaining('goes on from inbox offset 6') });
    expect(await mend('inbox', '--partition', '1')).toMatchObject({ code: 2, said: expect.stringContaining('needs no mending') });
  });
});
