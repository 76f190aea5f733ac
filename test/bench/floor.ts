/**
 * The floor: the same messages with the same client and no engine. For each of a run's steps a command, its result and
 * an acknowledged history record of the payload's size; the worker in its own process, as with the engine.
 */
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { startChild } from './child-process.ts';
import { CoalescingProducer } from './coalescing-producer.ts';
import { seriesOf, usageNow, type Series, type Usage } from './measure.ts';

export interface FloorOptions {
  readonly brokers: readonly string[];
  readonly prefix: string;
  readonly partitions: number;
  readonly steps: number;
  readonly payloadBytes: number;
  readonly inFlight: number;
  readonly seconds: number;
  readonly aloneRuns: number;
}

export interface FloorFigures {
  readonly throughput: Series;
  /** Milliseconds of one run with nothing else going on, sorted. */
  readonly aloneMs: readonly number[];
  readonly cpuSecondsPer1000Runs: number;
}

export async function measureFloor(options: FloorOptions): Promise<FloorFigures> {
  const { brokers, prefix, partitions, steps, payloadBytes } = options;
  const [commands, results, history] = [`${prefix}.commands`, `${prefix}.results`, `${prefix}.history`];
  const kafka = new Kafka({ brokers: [...brokers], clientId: 'floor-engine', logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [commands, results, history].map((topic) => ({ topic, numPartitions: partitions, replicationFactor: 1 })) });

  const worker = startChild('floor-worker.ts', { task: { brokers, commands, results, payloadBytes } });
  const raw = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
  const consumer = kafka.consumer({ groupId: `${prefix}.engine`, maxWaitTimeInMs: 100, allowAutoTopicCreation: false });
  await Promise.all([raw.connect(), consumer.connect(), worker.says('ready')]);
  await consumer.subscribe({ topics: [results], fromBeginning: true });
  const producer = new CoalescingProducer(raw);
  const payload = 'x'.repeat(payloadBytes);
  const waiting = new Map<string, () => void>();
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: partitions,
    eachBatch: async ({ batch }) => {
      for (const message of batch.messages) {
        const key = String(message.key);
        waiting.get(key)?.();
        waiting.delete(key);
      }
    },
  });
  await joined;

  let runs = 0;
  const oneRun = async (): Promise<void> => {
    const run = `r${runs++}`;
    const partition = runs % partitions;
    for (let step = 0; step < steps; step++) {
      const key = `${run}/${step}`;
      const result = new Promise<void>((resolve) => waiting.set(key, resolve));
      await producer.send(commands, partition, key, JSON.stringify({ key, payload }));
      await result;
      await producer.send(history, partition, run, JSON.stringify({ key, payload }));
    }
  };

  await load(oneRun, { inFlight: options.inFlight, ms: 3_000 });
  const aloneMs: number[] = [];
  for (let i = 0; i < options.aloneRuns; i++) {
    const started = performance.now();
    await oneRun();
    aloneMs.push(performance.now() - started);
  }
  const before = usageNow().cpuSeconds + (await workerCpu());
  const { done, ms } = await load(oneRun, { inFlight: options.inFlight, ms: options.seconds * 1_000 });
  const cpu = usageNow().cpuSeconds + (await workerCpu()) - before;

  await Promise.allSettled([consumer.disconnect(), raw.disconnect()]);
  await worker.end({ stop: true });
  await admin.deleteTopics({ topics: [commands, results, history] }).catch((error: unknown) => console.error(`could not delete the floor's topics: ${String(error)}`));
  await admin.disconnect();
  return { throughput: seriesOf(done, steps, ms), aloneMs: aloneMs.sort((a, b) => a - b), cpuSecondsPer1000Runs: (cpu * 1_000) / done };

  async function workerCpu(): Promise<number> {
    const answer = worker.says('usage');
    worker.tell({ usage: true });
    return ((await answer) as Usage).cpuSeconds;
  }
}

/** Keeps `inFlight` runs going for `ms`, then lets them end. */
export async function load(oneRun: () => Promise<void>, { inFlight, ms }: { inFlight: number; ms: number }): Promise<{ done: number; ms: number }> {
  const started = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (performance.now() - started < ms) {
        await oneRun();
        done++;
      }
    }),
  );
  return { done, ms: performance.now() - started };
}
