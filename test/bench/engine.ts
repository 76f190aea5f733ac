/** The same runs through the engine: orchestrator and worker each in a process of their own, real Kafka and Redis. */
import { SERVICE_NODE_OPTIONS } from '@baton/local';
import { connectCaller, many, sendMany, startsOf } from './caller.ts';
import { startChild } from './child-process.ts';
import { BENCH_SERVICE, fiveStepFlow } from './five-step-flow.ts';
import { load } from './floor.ts';
import { seriesOf, usageNow, type Series, type Usage } from './measure.ts';
import { preparePlace, startOrchestrator, type Place } from './orchestrator-process.ts';

export interface EngineOptions extends Pick<Place, 'brokers' | 'redisUrl' | 'namespace' | 'partitions'> {
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

export async function measureEngine(options: EngineOptions): Promise<EngineFigures> {
  const { namespace, steps, payloadBytes } = options;
  const place = await preparePlace({ ...options, services: [BENCH_SERVICE] });
  const orchestrator = await startOrchestrator(place);
  const worker = startChild('engine-worker.ts', { task: { payloadBytes, steps }, env: place.env, nodeArgs: SERVICE_NODE_OPTIONS });
  await worker.says('ready');
  const caller = await connectCaller(place);
  const startOf = startsOf(fiveStepFlow(steps), { payload: 'x'.repeat(payloadBytes) });
  let runs = 0;
  const oneRun = (): Promise<void> => caller.run(startOf(`${namespace}-${runs++}`));

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
  await worker.end({ stop: true });
  await sendMany(caller.kafka, many(options.openRuns, (i) => startOf(`${namespace}-open-${i}`)));
  const open = await orchestrator.settled(2_000);

  await caller.close();
  await orchestrator.stop();
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
    return { orchestrator: orchestrator.usage(), worker: worker.usage(), driver: usageNow() };
  }
}
