/** The view on a Redis Cluster of two nodes: what keeps keys together, and what happens when a slot moves away. Servers of its own. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithServers, freePort, startRedis, testNamespace, type RedisServer } from '@baton/local';
import { eventually, runIdOn, sampleEntry, sampleState } from '@baton/testkit';
import { Redis } from 'ioredis';
import { connectRedis, type RedisPorts } from './connect-redis.ts';

const PARTITIONS = 2;
const META = { epoch: 10, histOff: 9, inboxOff: -1, disp: -1 };

interface Node {
  readonly server: RedisServer;
  readonly client: Redis;
  readonly id: string;
}

describeWithServers(['redis'], 'the view on a Redis Cluster', () => {
  const namespace = testNamespace();
  let nodes: readonly Node[];
  let ports: RedisPorts;
  const startNode = async (): Promise<Node> => {
    const busPort = await freePort();
    // The node that gives its only slot back must not become a replica of the other by that.
    const settings = { 'cluster-enabled': 'yes', 'cluster-port': String(busPort), 'cluster-node-timeout': '15000', 'cluster-allow-replica-migration': 'no' };
    const server = await startRedis({ env: { ...process.env, BATON_REDIS_URL: undefined }, settings });
    const client = new Redis(server.url);
    return { server, client, id: String(await client.cluster('MYID')) };
  };
  const cluster = (node: Node, ...args: readonly (string | number)[]): Promise<unknown> => node.client.call('CLUSTER', ...args);
  beforeAll(async () => {
    const [first, second] = await Promise.all([startNode(), startNode()]);
    nodes = [first, second];
    await cluster(first, 'ADDSLOTSRANGE', 0, 16_383);
    const busPort = /(\d+)@(\d+)/.exec(String(await cluster(second, 'NODES')))![2]!;
    await cluster(first, 'MEET', '127.0.0.1', second.server.port, busPort);
    await eventually('both nodes to know each other', async () => (await Promise.all(nodes.map(async (node) => String(await cluster(node, 'INFO'))))).every((info) => info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:2')));
    ports = await connectRedis({ url: first.server.url, namespace, partitions: PARTITIONS, commandDeadlineMs: 10_000 });
  });
  afterAll(async () => {
    await ports?.close();
    for (const { client, server } of nodes ?? []) {
      client.disconnect();
      await server.close();
    }
  });

  const apply = (partition: number, seq: number) =>
    ports.stateIndex.apply(partition, { ...META, prevOff: 8 + seq, histOff: 9 + seq, runs: [{ state: sampleState({ runId: runIdOn(partition, PARTITIONS), seq }), entries: [sampleEntry(seq)] }] });
  /** Keys of the slot first, then the slot itself, as an operator's tools do it. */
  const move = async (slot: number, from: Node, to: Node): Promise<void> => {
    await cluster(to, 'SETSLOT', slot, 'IMPORTING', from.id);
    await cluster(from, 'SETSLOT', slot, 'MIGRATING', to.id);
    const keys = (await cluster(from, 'GETKEYSINSLOT', slot, 1_000)) as string[];
    expect(keys.length).toBeGreaterThan(2);
    await from.client.call('MIGRATE', '127.0.0.1', to.server.port, '', 0, 5_000, 'KEYS', ...keys);
    for (const node of [to, from]) await cluster(node, 'SETSLOT', slot, 'NODE', to.id);
  };

  it('never asks for keys of two slots at once, whatever is called (F30)', async () => {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      await ports.stateIndex.claim(partition, { ...META, over: 'reset' });
      expect(await apply(partition, 1)).toBe('ok');
      expect(await ports.stateIndex.due(partition, { graceMs: 0, limit: 10 })).toEqual([]);
      expect(await ports.stateIndex.countOpen(partition)).toBe(1);
      await ports.runViews.reserveStart(runIdOn(partition, PARTITIONS, 1), 'hash');
    }
    expect((await ports.runViews.list({ limit: 10 })).runs).toHaveLength(PARTITIONS);
    expect(await ports.runViews.history(runIdOn(0, PARTITIONS), { after: 0, limit: 10 })).toHaveLength(1);
    expect(await ports.runViews.missing()).toEqual([]);
    expect((await ports.deadLetterIndex.list({ limit: 10 })).letters).toEqual([]);
  });

  it('says that a partition is away whose slot has moved to another node, keeps nothing back, and goes on where it returns (F30)', async () => {
    const [first, second] = nodes as [Node, Node];
    const slot = Number(await cluster(first, 'KEYSLOT', `{b:${namespace}:0}:meta`));
    await move(slot, first, second);
    await expect(apply(0, 2)).rejects.toMatchObject({ code: 'unavailable', retry: 'yes', message: expect.stringContaining('MOVED') });
    await expect(ports.runViews.get(runIdOn(0, PARTITIONS))).rejects.toMatchObject({ code: 'unavailable' });
    expect(await apply(1, 2)).toBe('ok');
    await move(slot, second, first);
    await eventually('the slot is there again', () => ports.stateIndex.meta(0).then(() => true, () => false));
    expect((await ports.runViews.get(runIdOn(0, PARTITIONS)))?.seq).toBe(1);
    expect(await apply(0, 2)).toBe('ok');
  });
});
