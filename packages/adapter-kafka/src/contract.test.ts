/** The contract suites of the ports, on a real broker. */
import { commandsSuite, deadLettersSuite, definitionsSuite, eventually, historyLogSuite, inboxSuite, requestsSuite } from '@baton/testkit';
import { describeWithServers } from '@baton/local';
import { topicNames } from '@baton/contracts';
import { Kafka } from 'kafkajs';
import { openNamespace } from './testing/open-namespace.ts';

const NAME = 'Kafka';

describeWithServers(['kafka'], 'Kafka', () => {
  historyLogSuite(NAME, async () => {
    const opened = await openNamespace();
    const { historyLog } = await opened.connect();
    return {
      log: historyLog,
      async trim(partition, before) {
        const admin = new Kafka({ brokers: [...opened.brokers], logLevel: 0 }).admin();
        const topic = topicNames(opened.namespace).history;
        await admin.connect();
        try {
          // Loads the metadata that the next call takes for granted; a new topic's leader may still be finding out that it is one.
          await eventually('the topic has a leader', () => admin.fetchTopicOffsets(topic).then(() => true, () => false));
          await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(before) }] });
        } finally {
          await admin.disconnect();
        }
      },
      close: () => opened.close(),
    };
  });
  inboxSuite(NAME, async () => {
    const opened = await openNamespace();
    return {
      async connect() {
        const { inboxSender: sender, inboxSource: source } = await opened.connect();
        return { sender, source };
      },
      close: () => opened.close(),
    };
  });
  commandsSuite(NAME, async () => {
    const opened = await openNamespace();
    return {
      namespace: opened.namespace,
      partitions: opened.partitions,
      services: ['one', 'two'],
      async connect() {
        const process = await opened.connect();
        return { bus: process.commandBus, source: process.commandSource, crash: process.crash };
      },
      close: () => opened.close(),
    };
  });
  requestsSuite(NAME, async () => {
    const opened = await openNamespace();
    return {
      async connect() {
        const process = await opened.connect();
        return { sender: process.requestSender, source: process.requestSource, crash: process.crash };
      },
      close: () => opened.close(),
    };
  });
  definitionsSuite(NAME, async () => {
    const opened = await openNamespace();
    return { connect: async () => (await opened.connect()).definitions, close: () => opened.close() };
  });
  deadLettersSuite(NAME, async () => {
    const opened = await openNamespace();
    const { deadLetters, inboxSource } = await opened.connect();
    return { namespace: opened.namespace, deadLetters, inbox: inboxSource, close: () => opened.close() };
  });
});
