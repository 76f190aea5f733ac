/** Everything that stands on a topic, from its first kept record to its end at the call. */
import { randomBytes } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';

export interface TopicRecord {
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: string | null;
  readonly value: Buffer | null;
}

export interface TopicContent {
  /** In order of their offsets within a partition. */
  readonly records: readonly TopicRecord[];
  /** By partition. */
  readonly bounds: readonly { readonly first: number; readonly next: number }[];
}

export async function readTopics(brokers: readonly string[], topics: readonly string[]): Promise<ReadonlyMap<string, TopicContent>> {
  const kafka = new Kafka({ clientId: 'chaos-evidence', brokers: [...brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const content = new Map<string, { records: TopicRecord[]; bounds: { first: number; next: number }[] }>();
  const left = new Set<string>();
  for (const topic of topics) {
    const bounds: { first: number; next: number }[] = [];
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      bounds[partition] = { first: Number(low), next: Number(high) };
      if (Number(high) > Number(low)) left.add(`${topic}/${partition}`);
    }
    content.set(topic, { records: [], bounds });
  }
  await admin.disconnect();
  if (left.size === 0) return content;
  const consumer = kafka.consumer({ groupId: `chaos-evidence-${randomBytes(5).toString('hex')}`, allowAutoTopicCreation: false, maxWaitTimeInMs: 200 });
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload: { error } }) => reject(error));
    consumer
      .run({
        autoCommit: false,
        eachBatch: async ({ batch: { topic, partition, messages } }) => {
          const { records, bounds } = content.get(topic)!;
          const { next } = bounds[partition]!;
          for (const { offset, timestamp, key, value } of messages) if (Number(offset) < next) records.push({ partition, offset: Number(offset), timestampMs: Number(timestamp), key: key?.toString() ?? null, value });
          if (Number(messages.at(-1)?.offset ?? -1) >= next - 1) left.delete(`${topic}/${partition}`);
          if (left.size === 0) resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return content;
}
