/** Kafka as anybody else sees it: raw records written anywhere, and everything that stands on the topics of a namespace. */
import { randomBytes } from 'node:crypto';
import { CompressionTypes, Kafka, logLevel, type Consumer, type Producer } from 'kafkajs';
import { readDeadLetter, readLifecycleEvent, type DeadLetter, type LifecycleEvent, type TopicNames } from '@baton/contracts';
import { eventually } from './eventually.ts';

export interface RawRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: Buffer | null;
}

export interface Outgoing {
  /** Default 0. */
  readonly partition?: number;
  readonly key?: string | null;
  readonly value: Buffer | string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: none. */
  readonly compression?: CompressionTypes;
}

export interface Wire {
  /** @returns the record's offset. */
  write(topic: string, record: Outgoing): Promise<number>;
  /** What stands on a topic, each record once, as far as it has been read. */
  records(topic: string): readonly RawRecord[];
  /** By id; a letter that was written twice is one. */
  deadLetters(): ReadonlyMap<string, DeadLetter>;
  lifecycle(): readonly LifecycleEvent[];
  /** The dead letter of a record, once it is there. */
  deadLetterOf(topic: string, partition: number, offset: number): Promise<DeadLetter>;
  close(): Promise<void>;
}

export async function openWire(brokers: readonly string[], names: TopicNames, services: readonly string[]): Promise<Wire> {
  const kafka = new Kafka({ clientId: 'e2e-wire', brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { retries: 1_000, maxRetryTime: 1_000 } });
  const producer: Producer = kafka.producer({ allowAutoTopicCreation: false });
  const consumer: Consumer = kafka.consumer({ groupId: `e2e-${randomBytes(5).toString('hex')}`, maxWaitTimeInMs: 100, allowAutoTopicCreation: false });
  const seen = new Map<string, RawRecord[]>();
  const nextOffsets = new Map<string, number>();
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topics: [names.deadLetters, names.lifecycle, names.events, names.inbox, ...services.map((service) => names.command(service))], fromBeginning: true });
  await consumer.run({
    eachBatch: async ({ batch: { topic, partition, messages } }) => {
      const records = seen.get(topic) ?? [];
      seen.set(topic, records);
      const place = `${topic}/${partition}`;
      for (const { offset, key, value } of messages) {
        // A rebalance goes back to the last position that was written.
        if (Number(offset) < (nextOffsets.get(place) ?? 0)) continue;
        nextOffsets.set(place, Number(offset) + 1);
        records.push({ partition, offset: Number(offset), key: key === null ? null : key.toString(), value });
      }
    },
  });
  /** What can be read of a topic, each record once: whoever waits for one looks many times. */
  const reading = <T>(topic: string, read: (value: Buffer) => T): (() => readonly T[]) => {
    const found: T[] = [];
    let next = 0;
    return () => {
      const records = seen.get(topic) ?? [];
      for (; next < records.length; next++) {
        const { value } = records[next]!;
        try {
          if (value !== null) found.push(read(value));
        } catch {
          // Rubbish that a test has written there.
        }
      }
      return found;
    };
  };
  const letters = reading(names.deadLetters, readDeadLetter);
  const wire: Wire = {
    async write(topic, { partition = 0, key = null, value, headers = {}, compression = CompressionTypes.None }) {
      const [answer] = await producer.send({ topic, acks: -1, compression, messages: [{ partition, key, value, headers }] });
      return Number(answer!.baseOffset);
    },
    records: (topic) => seen.get(topic) ?? [],
    deadLetters: () => new Map(letters().map((letter) => [letter.id, letter])),
    lifecycle: reading(names.lifecycle, readLifecycleEvent),
    deadLetterOf: (topic, partition, offset) => eventually(() => wire.deadLetters().get(`${topic}~${partition}~${offset}`), `the dead letter of ${topic}, partition ${partition}, offset ${offset}`),
    async close() {
      await Promise.all([producer.disconnect(), consumer.disconnect()]);
    },
  };
  return wire;
}
