/** Starts runs as a caller at the edge would, and hears of their ends from the public events. */
import { hashJson, readLifecycleEvent, runIdForKey, topicNames, type InboxMessage, type Json, type LifecycleEvent } from '@baton/contracts';
import { connectKafka, type KafkaPorts } from '@baton/adapter-kafka';
import type { Workflow } from '@baton/workflow';
import { Kafka, logLevel } from 'kafkajs';
import type { Place } from './orchestrator-process.ts';

export interface Caller {
  readonly kafka: KafkaPorts;
  /** Starts a run. Resolves when it has completed. */
  run(start: InboxMessage): Promise<void>;
  close(): Promise<void>;
}

/** @param completed told of every run that completes. One that ends in another way ends the benchmark. */
export async function connectCaller({ brokers, namespace, partitions }: Place, completed: (event: LifecycleEvent) => void = () => undefined): Promise<Caller> {
  const kafka = await connectKafka({ brokers: [...brokers], clientId: 'bench', namespace });
  const waiting = new Map<string, () => void>();
  const consumer = new Kafka({ brokers: [...brokers], clientId: 'bench-driver', logLevel: logLevel.NOTHING }).consumer({ groupId: `bench.${namespace}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topicNames(namespace).lifecycle], fromBeginning: true });
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: partitions,
    eachBatch: async ({ batch }) => {
      for (const { value } of batch.messages) {
        if (value === null || !value.includes('baton.run.')) continue;
        const event = readLifecycleEvent(value);
        if (event.type === 'baton.run.started') continue;
        if (event.type !== 'baton.run.completed') throw new Error(`A run of the benchmark ended with ${event.type}`);
        completed(event);
        waiting.get(event.subject)?.();
        waiting.delete(event.subject);
      }
    },
  });
  await joined;
  return {
    kafka,
    async run(start) {
      const ended = new Promise<void>((resolve) => waiting.set(start.runId, resolve));
      await kafka.inboxSender.send([start]);
      await ended;
    },
    async close() {
      await consumer.disconnect();
      await kafka.close();
    },
  };
}

/** Start messages of one workflow with one input, each by its key. */
export function startsOf({ def }: Pick<Workflow, 'def'>, input: Json): (key: string) => InboxMessage {
  const inputHash = hashJson(input);
  return (key) => ({ v: 1, id: `start-${key}`, type: 'start', runId: runIdForKey(def.name, key), ts: Date.now(), body: { def, input, inputHash, via: 'api' } });
}

export function* many(count: number, messageOf: (i: number) => InboxMessage): Generator<InboxMessage> {
  for (let i = 0; i < count; i++) yield messageOf(i);
}

/** Sends them some hundreds at a time, and a few such groups at once; in order. */
export async function sendMany(kafka: KafkaPorts, messages: Iterable<InboxMessage>): Promise<void> {
  const iterator = messages[Symbol.iterator]();
  for (;;) {
    const groups: Promise<void>[] = [];
    while (groups.length < 8) {
      const group: InboxMessage[] = [];
      while (group.length < 500) {
        const next = iterator.next();
        if (next.done === true) break;
        group.push(next.value);
      }
      if (group.length === 0) break;
      groups.push(kafka.inboxSender.send(group));
    }
    if (groups.length === 0) return;
    await Promise.all(groups);
  }
}
