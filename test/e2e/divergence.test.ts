/** An inbox that was cut: the partition stops, names what happened and the command, and goes on once that was given. On a real broker. */
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { run } from '@baton/cli';
import { partitionOf, runIdForKey } from '@baton/contracts';
import { describeWithServers, testServers, type ServerAddresses } from '@baton/local';
import kafkajs from 'kafkajs';
import { eventually } from './eventually.ts';
import { PARTITIONS, startSystem, type System } from './system.ts';

const PARTITION = 2;

describeWithServers(['kafka', 'redis'], 'an inbox that was cut', () => {
  let servers: ServerAddresses;
  let system: System;
  beforeAll(async () => {
    servers = await testServers();
    system = await startSystem(servers);
    await system.worker();
  });
  afterAll(() => system?.close());

  let keys = 0;
  const startThere = async (): Promise<string> => {
    let key = `k${keys++}`;
    while (partitionOf(runIdForKey('three', key), PARTITIONS) !== PARTITION) key = `k${keys++}`;
    return (await system.client.start('three', {}, { idempotencyKey: key })).runId;
  };
  const baton = async (...args: string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> => {
    const written = { stdout: '', stderr: '' };
    const output = (name: 'stdout' | 'stderr') => ({ write: (text: string) => void (written[name] += text) });
    const env = { BATON_KAFKA_BROKERS: servers.kafkaBrokers.join(','), BATON_NAMESPACE: system.namespace, BATON_URL: system.client.baseUrl };
    const code = await run(args, { env, stdout: output('stdout'), stderr: output('stderr'), stdin: Readable.from(['']), signal: new AbortController().signal, nowMs: () => Date.now(), startEmbedded: () => Promise.reject(new Error('Expected no embedded system')) });
    return { code, ...written };
  };
  const cutInbox = async (): Promise<void> => {
    const admin = new kafkajs.Kafka({ brokers: [...servers.kafkaBrokers], logLevel: 0 }).admin();
    await admin.connect();
    await admin.fetchTopicOffsets(system.names.inbox);
    await admin.deleteTopicRecords({ topic: system.names.inbox, partitions: [{ partition: PARTITION, offset: '-1' }] });
    await admin.disconnect();
  };
  const ended = async (): Promise<number> => (await system.kafka.historyLog.bounds(PARTITION)).next;

  it('stops its partition alone until the operator says that it goes on, and nothing else is lost (F37)', async () => {
    const first = await system.orchestrator();
    await system.ended([await startThere(), await startThere()]);
    // Where everything fits there is nothing to mend, and nothing is changed.
    const unneeded = await baton('mend', 'inbox', '--partition', String(PARTITION), '--yes');
    expect(unneeded).toMatchObject({ code: 2, stderr: expect.stringContaining('needs no mending') });
    await first.kill('SIGTERM');
    const lost = await startThere();
    const kept = await system.startMany(PARTITIONS * 2, 'three');
    await cutInbox();
    const before = await ended();
    const starting = system.orchestrator();
    await eventually(async () => (await ended()) > before + 1, 'the lane to look again', 60_000, system.said);

    const proposal = await baton('mend', 'inbox', '--partition', String(PARTITION));
    expect(proposal).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing was done yet') });
    expect(await baton('mend', 'inbox', '--partition', String(PARTITION), '--from', '0', '--yes')).toMatchObject({ code: 2, stderr: expect.stringContaining('--from expects an offset from') });
    expect(await baton('mend', 'history', '--partition', String(PARTITION), '--yes')).toMatchObject({ code: 2, stderr: expect.stringContaining('baton rebuild') });
    expect(await baton('mend', 'inbox', '--partition', String(PARTITION), '--yes')).toMatchObject({ code: 0, stdout: expect.stringContaining('goes on from inbox offset') });

    const orchestrator = await starting;
    expect(orchestrator.output()).toMatch(new RegExp(`Partition ${PARTITION}: the history has consumed the inbox up to \\d+, but the inbox holds .*baton mend inbox --partition ${PARTITION}`));
    const elsewhere = kept.filter((runId) => partitionOf(runId, PARTITIONS) !== PARTITION);
    await system.ended([...elsewhere, await startThere()]);
    expect(await system.redis.runViews.get(lost)).toBeUndefined();
  });
});
