/** The same runs through the engine: orchestrator and worker each in a process of their own, real Kafka and Redis. */
import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { hashJson, readLifecycleEvent, runIdForKey, topicNames, type InboxMessage } from '@baton/contracts';
import { connectKafka } from '@baton/adapter-kafka';
import { SERVICE_NODE_OPTIONS } from '@baton/local';
import { applyTopics, connectTopicAdmin } from '@baton/topics';
import { DefinitionCatalogue } from '@baton/workflow';
import { Kafka, logLevel } from 'kafkajs';
import { load } from './floor.ts';
import { seriesOf, usageNow, usageOfProcess, type Series, type Usage } from './measure.ts';

export interface EngineOptions {
  readonly brokers: readonly string[];
  readonly redisUrl: string;
  readonly namespace: string;
  readonly partitions: number;
  readonly steps: number;
  readonly payloadBytes: number;
  readonly inFlight: number;
  readonly seconds: number;
  readonly aloneRuns: number;
  /** Runs that are open at once when the orchestrator's memory is read. */
  readonly openRuns: number;
}

export interface EngineFigures {
  readonly throughput: Series;
  readonly aloneMs: readonly number[];
  readonly cpuSecondsPer1000Runs: number;
  readonly orchestratorCpuSecondsPer1000Runs: number;
  readonly orchestratorRssBytes: number;
  readonly orchestratorRssWithOpenRunsBytes: number;
  readonly openRuns: number;
}

const SERVICE = 'bench';
const WORKFLOW = 'five_step';

export async function measureEngine(options: EngineOptions): Promise<EngineFigures> {
  const { brokers, namespace, partitions, steps, payloadBytes } = options;
  const names = topicNames(namespace);
  const admin = await connectTopicAdmin({ brokers });
  await applyTopics(admin, { namespace, partitions, replicationFactor: 1, services: [SERVICE] });
  await admin.close();
  const env = {
    ...process.env,
    BATON_KAFKA_BROKERS: brokers.join(','),
    BATON_REDIS_URL: options.redisUrl,
    BATON_NAMESPACE: namespace,
    BATON_PARTITIONS: String(partitions),
    BATON_TOKEN_SECRET: randomBytes(32).toString('hex'),
    BATON_BLOB_DIR: tmpdir(),
    BATON_LOG_LEVEL: 'warn',
    BATON_HTTP_PORT: '0',
    // For profiles of the processes: BENCH_NODE_OPTIONS='--cpu-prof --cpu-prof-dir=…'.
    NODE_OPTIONS: process.env['BENCH_NODE_OPTIONS'] ?? '',
  };
  const start = (file: string, args: string[] = []): ChildProcess => fork(fileURLToPath(new URL(file, import.meta.url)), args, { env, execArgv: [...SERVICE_NODE_OPTIONS], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const orchestrator = start('../../services/orchestrator/src/main.ts');
  const worker = start('./engine-worker.ts', [JSON.stringify({ payloadBytes, steps })]);
  const kafka = await connectKafka({ brokers: [...brokers], clientId: 'bench', namespace });
  const catalogue = new DefinitionCatalogue();
  const following = await kafka.definitions.follow((records) => void catalogue.accept(records));
  await answered(worker, 'ready');
  const flow = await until(() => catalogue.current(WORKFLOW), 'the workflow of the worker');

  const waiting = new Map<string, () => void>();
  const consumer = new Kafka({ brokers: [...brokers], clientId: 'bench-driver', logLevel: logLevel.NOTHING }).consumer({ groupId: `bench.${namespace}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [names.lifecycle], fromBeginning: true });
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
        waiting.get(event.subject)?.();
        waiting.delete(event.subject);
      }
    },
  });
  await joined;

  const input = { payload: 'x'.repeat(payloadBytes) };
  const inputHash = hashJson(input);
  let runs = 0;
  const startMessage = (key: string, hash = flow.def): InboxMessage => ({ v: 1, id: `start-${key}`, type: 'start', runId: runIdForKey(WORKFLOW, key), ts: Date.now(), body: { def: hash, input, inputHash, via: 'api' } });
  const oneRun = async (): Promise<void> => {
    const message = startMessage(`${namespace}-${runs++}`);
    const ended = new Promise<void>((resolve) => waiting.set(message.runId, resolve));
    await kafka.inboxSender.send([message]);
    await ended;
  };

  await load(oneRun, { inFlight: options.inFlight, ms: 4_000 });
  const aloneMs: number[] = [];
  for (let i = 0; i < options.aloneRuns; i++) {
    const started = performance.now();
    await oneRun();
    aloneMs.push(performance.now() - started);
  }
  const before = usages();
  const { done, ms } = await load(oneRun, { inFlight: options.inFlight, ms: options.seconds * 1_000 });
  const after = usages();

  // Open runs: their worker is gone, so they wait for it.
  const gone = ended(worker);
  worker.send({ stop: true });
  await gone;
  for (let i = 0; i < options.openRuns; i += 500) {
    await kafka.inboxSender.send(Array.from({ length: Math.min(500, options.openRuns - i) }, (_, k) => startMessage(`${namespace}-open-${i + k}`)));
  }
  const open = await until(async () => {
    const first = usageOf(orchestrator);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const second = usageOf(orchestrator);
    return second.cpuSeconds - first.cpuSeconds < 0.5 ? second : undefined;
  }, 'the orchestrator to take in the open runs', 60_000);

  await consumer.disconnect();
  await following.stop();
  await kafka.close();
  const stopped = ended(orchestrator);
  orchestrator.kill('SIGTERM');
  await stopped;
  const cpu = (which: 'orchestrator' | 'worker' | 'driver'): number => after[which].cpuSeconds - before[which].cpuSeconds;
  return {
    throughput: seriesOf(done, steps, ms),
    aloneMs: aloneMs.sort((a, b) => a - b),
    cpuSecondsPer1000Runs: ((cpu('orchestrator') + cpu('worker') + cpu('driver')) * 1_000) / done,
    orchestratorCpuSecondsPer1000Runs: (cpu('orchestrator') * 1_000) / done,
    orchestratorRssBytes: after.orchestrator.rssBytes,
    orchestratorRssWithOpenRunsBytes: open.rssBytes,
    openRuns: options.openRuns,
  };

  function usages(): Record<'orchestrator' | 'worker' | 'driver', Usage> {
    return { orchestrator: usageOf(orchestrator), worker: usageOf(worker), driver: usageNow() };
  }
}

const usageOf = (child: ChildProcess): Usage => usageOfProcess(child.pid!);

/** The next message of a child that has this member. */
function answered(child: ChildProcess, key: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null): void => reject(new Error(`A process of the benchmark ended with ${code}; its log is above`));
    child.once('exit', failed);
    const listen = (message: Record<string, unknown>): void => {
      if (!(key in message)) return;
      child.off('message', listen);
      child.off('exit', failed);
      resolve(message);
    };
    child.on('message', listen);
  });
}

const ended = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.once('exit', resolve));

async function until<T>(look: () => T | undefined | Promise<T | undefined>, what: string, deadlineMs = 30_000): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
