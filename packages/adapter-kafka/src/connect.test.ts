import { expect, it, describe } from '@jest/globals';
import { describeWithServers, freePort, testKafka, testNamespace } from '@baton/local';
import { topicPlan } from '@baton/contracts';
import { connectKafka } from './index.ts';
import { openNamespace } from './testing/open-namespace.ts';
import { connectTopicAdmin } from './topics/topic-admin.ts';

describe('the options', () => {
  it('are refused with everything that is wrong at once', async () => {
    const connecting = connectKafka({ brokers: ['localhost'], clientId: '', namespace: 'Not_One', partitions: 0, timeouts: { heartbeatMs: 20_000 } });
    await expect(connecting).rejects.toMatchObject({ code: 'invalid_input', retry: 'no' });
    await expect(connecting).rejects.toThrow(/brokers: .*clientId: .*namespace: .*partitions: .*heartbeatMs: /s);
  });
});

describeWithServers(['kafka'], 'connecting to Kafka', () => {
  it('names the addresses where no broker answers', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    await expect(connectKafka({ brokers: [address], clientId: 'test', namespace: 'x' })).rejects.toMatchObject({ name: 'OperatingError', code: 'unavailable', message: expect.stringContaining(address) });
  });

  it('lists the missing topics and the command that makes them', async () => {
    const { kafkaBrokers } = await testKafka();
    const namespace = testNamespace();
    const connecting = connectKafka({ brokers: kafkaBrokers, clientId: 'test', namespace, partitions: 4 });
    await expect(connecting).rejects.toMatchObject({ code: 'topics_mismatch', retry: 'no' });
    await expect(connecting).rejects.toThrow(`baton.${namespace}.inbox.v1 does not exist; baton.${namespace}.history.v1 does not exist`);
    await expect(connecting).rejects.toThrow(`BATON_NAMESPACE=${namespace} BATON_PARTITIONS=4 npx baton topics apply`);
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

  it('refuses another partition count than the topics have', async () => {
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
