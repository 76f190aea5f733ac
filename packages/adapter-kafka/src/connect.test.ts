import { expect, it, describe } from '@jest/globals';
import { describeWithServers, freePort, testKafka, testNamespace } from '@baton/local';
import { topicPlan } from '@baton/contracts';
import { connectKafka } from './index.ts';
import { readOptions } from './options.ts';
import { openNamespace } from './testing/open-namespace.ts';
import { connectTopicAdmin } from './topics/topic-admin.ts';

describe('the options', () => {
  it('are refused with everything that is wrong at once', async () => {
    const connecting = connectKafka({ brokers: ['localhost'], clientId: '', namespace: 'Not_One', partitions: 0, timeouts: { heartbeatMs: 20_000 } });
    await expect(connecting).rejects.toMatchObject({ code: 'invalid_input', retry: 'no' });
    await expect(connecting).rejects.toThrow(/brokers: .*clientId: .*namespace: .*partitions: .*heartbeatMs: /s);
  });

  it('give a session three heartbeats at least, and one a second where it is longer', () => {
    const heartbeatMs = (sessionMs: number): number => readOptions({ brokers: ['a:1'], clientId: 'test', namespace: 'x', timeouts: { sessionMs } }).timeouts.heartbeatMs;
    expect(heartbeatMs(2_400)).toBe(800);
    expect(heartbeatMs(60_000)).toBe(1_000);
  });
});

describeWithServers(['kafka'], 'connecting to Kafka', () => {
  it('names the addresses where no broker answers', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    await expect(connectKafka({ brokers: [address], clientId: 'test', namespace: 'x' })).rejects.toMatchObject({ name: 'OperatingError', code: 'unavailable', message: expect.stringContaining(address) });
  });

  it('lists the missing topics and the command that makes them (F39)', async () => {
    const { kafkaBrokers } = await testKafka();
    const namespace = testNamespace();
    const connecting = connectKafka({ brokers: kafkaBrokers, clientId: 'test', namespace, partitions: 4 });
    await expect(connecting).rejects.toMatchObject({ code: 'topics_mismatch', retry: 'no' });
    await expect(connecting).rejects.toThrow(`baton.${namespace}.inbox.v1 does not exist; baton.${namespace}.history.v1 does not exist`);
    await expect(connecting).rejects.toThrow(`BATON_NAMESPACE=${namespace} BATON_PARTITIONS=4 npx baton topics apply`);
  });

  it('asks for the topic of events, too: an event that could not be published would hold up the partition of its run', async () => {
    const { kafkaBrokers } = await testKafka();
    const namespace = testNamespace();
    const admin = await connectTopicAdmin({ brokers: kafkaBrokers });
    await admin.create(topicPlan({ namespace, partitions: 2, replicationFactor: 1, services: [] }).filter(({ name }) => !name.endsWith('events.v1')));
    await admin.close();
    await expect(connectKafka({ brokers: kafkaBrokers, clientId: 'test', namespace })).rejects.toThrow(`are not as they must be: baton.${namespace}.events.v1 does not exist. Mend`);
  });

  it('asks only for the topics that the process needs', async () => {
    const { kafkaBrokers } = await testKafka();
    const namespace = testNamespace();
    const admin = await connectTopicAdmin({ brokers: kafkaBrokers });
    await admin.create(topicPlan({ namespace, partitions: 3, replicationFactor: 1, services: [] }).filter(({ name }) => name.endsWith('inbox.v1')));
    await admin.close();
    const ports = await connectKafka({ brokers: kafkaBrokers, clientId: 'test', namespace, requires: ['inbox'] });
    expect(ports.partitions).toBe(3);
    await ports.close();
  });

  it('refuses another partition count than the topics have (F40)', async () => {
    const opened = await openNamespace({ partitions: 3 });
    await expect(opened.connect({ partitions: 4 })).rejects.toMatchObject({ code: 'topics_mismatch', message: expect.stringContaining('has 3 partitions, expected 4') });
    await opened.close();
  });

  it('tells whether a broker answers', async () => {
    const opened = await openNamespace();
    const process = await opened.connect();
    await process.historyLog.append(0, [{ key: 'k', value: 'v' }]);
    expect(await process.health()).toMatchObject({ reachable: true, crashed: false, lastAckMs: expect.any(Number) });
    await opened.close();
  });
});
