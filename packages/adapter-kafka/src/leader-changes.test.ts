/** A partition whose leader moves between two attempts to write to it, on a cluster of three. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithServers, startKafkaCluster, type KafkaCluster } from '@baton/local';
import { topicNames } from '@baton/contracts';
import { eventually } from '@baton/testkit';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { openNamespace, type OpenedNamespace } from './testing/open-namespace.ts';
import { addressOf, openProxy, type Proxy } from './testing/proxy.ts';

const COPIES = 3;
const record = (value: string) => [{ key: 'run', value }];

describeWithServers(['kafka'], 'a leader that moves while a write waits for another broker', () => {
  let cluster: KafkaCluster;
  let admin: Admin;
  let opened: OpenedNamespace;
  let proxy: Proxy;
  let history: string;
  beforeAll(async () => {
    // What is first in the order of its copies becomes the leader within a second, so a new order moves it.
    cluster = await startKafkaCluster({ nodes: COPIES, settings: { 'leader.imbalance.check.interval.seconds': '1' }, env: { ...process.env, BATON_KAFKA_BROKERS: undefined } });
    admin = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING, retry: { retries: 50, maxRetryTime: 500 } }).admin();
    await admin.connect();
    opened = await openNamespace({ brokers: cluster.brokers, partitions: 2, copies: COPIES });
    history = topicNames(opened.namespace).history;
  }, 180_000);
  afterAll(async () => {
    await opened?.close();
    await proxy?.close();
    await admin?.disconnect();
    await cluster?.close();
  }, 60_000);

  const leaders = async (): Promise<readonly number[]> => {
    const { partitions } = (await admin.fetchTopicMetadata({ topics: [history] })).topics[0]!;
    return [0, 1].map((partition) => partitions.find(({ partitionId }) => partitionId === partition)!.leader);
  };
  const lead = async (order: readonly (readonly number[])[]): Promise<void> => {
    const partitionAssignment = order.map((replicas, partition) => ({ partition, replicas: [...replicas] }));
    await admin.alterPartitionReassignments({ topics: [{ topic: history, partitionAssignment }] });
    await eventually('the leaders to have moved', async () => (await leaders()).every((leader, partition) => leader === order[partition]![0]), 60_000);
  };

  it('does not make it write again what is written: the send says that nobody knows, and the log has it once (F34)', async () => {
    await lead([
      [1, 2, 3],
      [2, 3, 1],
    ]);
    const slow = addressOf(cluster.nodes.get(2)!.address);
    proxy = await openProxy(slow);
    const process = await opened.connect({}, { route: (address) => (address.port === slow.port ? proxy.network.route!(address) : address) });
    const direct = await opened.connect();
    await Promise.all([0, 1].map((partition) => process.historyLog.append(partition, record('before'))));

    const lose = proxy.holdAnswers();
    const appends = [0, 1].map((partition) => process.historyLog.append(partition, record('once')).then(() => 'written', ({ retry }: { retry?: string }) => retry));
    await eventually('the one broker to have answered, the other not to be heard', async () => proxy.held > 0 && (await direct.historyLog.bounds(0)).next === 2);
    await lead([
      [3, 1, 2],
      [2, 3, 1],
    ]);
    lose();

    expect(await Promise.all(appends)).toEqual(['unknown', 'unknown']);
    expect(await Promise.all([0, 1].map(async (partition) => (await direct.historyLog.bounds(partition)).next))).toEqual([2, 2]);
    expect(await process.historyLog.append(0, record('after'))).toEqual({ baseOffset: 2 });
  }, 120_000);
});
