/** Which runs have ended, by the public events, read past every proxy. */
import { randomBytes } from 'node:crypto';
import { readLifecycleEvent, type TopicNames } from '@baton/contracts';
import { Kafka, logLevel } from 'kafkajs';

export interface Ends {
  readonly ended: ReadonlySet<string>;
  close(): Promise<void>;
}

const ENDS: ReadonlySet<string> = new Set(['baton.run.completed', 'baton.run.failed', 'baton.run.cancelled']);

export async function watchEnds(brokers: readonly string[], names: TopicNames): Promise<Ends> {
  // The broker may be away for a while; this one waits for it however long that is.
  const kafka = new Kafka({ clientId: 'chaos-ends', brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { retries: 100_000, maxRetryTime: 1_000 } });
  const consumer = kafka.consumer({ groupId: `chaos-ends-${randomBytes(5).toString('hex')}`, allowAutoTopicCreation: false, maxWaitTimeInMs: 500 });
  const ended = new Set<string>();
  await consumer.connect();
  await consumer.subscribe({ topic: names.lifecycle, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message: { value } }) => {
      if (value === null) return;
      const { type, subject } = readLifecycleEvent(value);
      if (ENDS.has(type)) ended.add(subject);
    },
  });
  return { ended, close: () => consumer.disconnect() };
}
