/** Five-step runs with 1 KB payloads through the engine, against the floor measured beside it in the same run. */
import { randomBytes } from 'node:crypto';
import type { ServerAddresses } from '@baton/local';
import { measureEngine } from './engine.ts';
import { measureFloor } from './floor.ts';
import { quantile } from './measure.ts';

export interface FiveStepOptions {
  readonly seconds: number;
  readonly inFlight: number;
  readonly aloneRuns: number;
  readonly openRuns: number;
  readonly onProgress: (line: string) => void;
}

interface Measured {
  readonly throughput: { readonly runsPerSecond: number; readonly stepsPerSecond: number };
  readonly aloneMs: readonly number[];
  readonly cpuSecondsPer1000Runs: number;
}

export type FiveStepFigures = Awaited<ReturnType<typeof measureFiveStep>>;

export async function measureFiveStep(local: ServerAddresses, { openRuns, onProgress, ...asked }: FiveStepOptions) {
  const shape = { partitions: 12, steps: 5, payloadBytes: 1_024, ...asked };
  const tag = randomBytes(4).toString('hex');
  onProgress('Measuring the floor …');
  const floor = await measureFloor({ brokers: local.kafkaBrokers, prefix: `floor-${tag}`, ...shape });
  onProgress('Measuring the engine …');
  const engine = await measureEngine({ brokers: local.kafkaBrokers, redisUrl: local.redisUrl, namespace: `bench-${tag}`, openRuns, ...shape });
  return {
    shape,
    throughputRatio: engine.throughput.runsPerSecond / floor.throughput.runsPerSecond,
    latencyP50Ratio: quantile(engine.aloneMs, 0.5) / quantile(floor.aloneMs, 0.5),
    latencyP99Ratio: quantile(engine.aloneMs, 0.99) / quantile(floor.aloneMs, 0.99),
    engine: summary(engine),
    floor: summary(floor),
    orchestratorCpuSecondsPer1000Runs: engine.orchestratorCpuSecondsPer1000Runs,
    orchestratorRssMiB: engine.orchestratorRssBytes / 2 ** 20,
    orchestratorRssWithOpenRunsMiB: engine.orchestratorRssWithOpenRunsBytes / 2 ** 20,
    openRuns: engine.openRuns,
  };
}

function summary({ throughput, aloneMs, cpuSecondsPer1000Runs }: Measured) {
  return { ...throughput, p50Ms: quantile(aloneMs, 0.5), p99Ms: quantile(aloneMs, 0.99), cpuSecondsPer1000Runs };
}

export function printFiveStep(figures: FiveStepFigures): void {
  const row = (name: string, e: string, f: string, ratio = ''): void => console.log(`${name.padEnd(34)}${e.padStart(12)}${f.padStart(12)}${ratio.padStart(9)}`);
  const { engine: e, floor: f } = figures;
  row('', 'engine', 'floor', 'ratio');
  row('runs/s', e.runsPerSecond.toFixed(0), f.runsPerSecond.toFixed(0), figures.throughputRatio.toFixed(2));
  row('steps/s', e.stepsPerSecond.toFixed(0), f.stepsPerSecond.toFixed(0));
  row('a run alone, p50 ms', e.p50Ms.toFixed(1), f.p50Ms.toFixed(1), figures.latencyP50Ratio.toFixed(2));
  row('a run alone, p99 ms', e.p99Ms.toFixed(1), f.p99Ms.toFixed(1), figures.latencyP99Ratio.toFixed(2));
  row('CPU s per 1,000 runs, Node', e.cpuSecondsPer1000Runs.toFixed(2), f.cpuSecondsPer1000Runs.toFixed(2));
  row('  of it the orchestrator', figures.orchestratorCpuSecondsPer1000Runs.toFixed(2), '');
  row('orchestrator RSS MiB under load', figures.orchestratorRssMiB.toFixed(0), '');
  row(`orchestrator RSS MiB, ${figures.openRuns} open`, figures.orchestratorRssWithOpenRunsMiB.toFixed(0), '');
}
