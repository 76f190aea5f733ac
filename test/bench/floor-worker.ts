/** The floor's worker process: a command in, a result of the same size out. */
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { CoalescingProducer } from './coalescing-producer.ts';
import { usageNow } from './measure.ts';

const { brokers, commands, results, payloadBytes } = JSON.parse(process.argv[2] ?? '{}') as { brokers: string[]; commands: string; results: string; payloadBytes: number };
const kafka = new Kafka({ brokers, clientId: 'floor-worker', logLevel: logLevel.NOTHING });
const raw = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
const consumer = kafka.consumer({ groupId: `${commands}.floor`, maxWaitTimeInMs: 100, allowAutoTopicCreation: false });
await raw.connect();
await consumer.connect();
await consumer.subscribe({ topics: [commands], fromBeginning: true });
const producer = new CoalescingProducer(raw);
const payload = 'x'.repeat(payloadBytes);

consumer.on(consumer.events.GROUP_JOIN, () => process.send?.({ ready: true }));
await consumer.run({
  autoCommit: false,
  partitionsConsumedConcurrently: 12,
  eachBatch: async ({ batch }) => {
    for (const message of batch.messages) void producer.send(results, batch.partition, String(message.key), JSON.stringify({ key: String(message.key), payload }));
  },
});
process.on('message', (message: { usage?: true; stop?: true }) => {
  if (message.usage) process.send?.({ usage: usageNow() });
  if (message.stop) void Promise.allSettled([consumer.disconnect(), raw.disconnect()]).then(() => process.exit(0));
});
