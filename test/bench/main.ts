/**
 * `npm run bench -- five-step [--json FILE] [--seconds N] [--in-flight N]`: five-step runs with 1 KB payloads through the
 * engine, against the floor measured beside it in the same run: the same messages, the same client, no engine.
 */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { servers } from '@baton/local';
import { measureEngine } from './engine.ts';
import { measureFloor } from './floor.ts';
import { quantile } from './measure.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    seconds: { type: 'string', default: '15' },
    'in-flight': { type: 'string', default: '200' },
    'alone-runs': { type: 'string', default: '300' },
    'open-runs': { type: 'string', default: '10000' },
  },
});
if (positionals[0] !== 'five-step' || positionals.length > 1) {
  console.error('Usage: npm run bench -- five-step [--json FILE] [--seconds N] [--in-flight N] [--alone-runs N] [--open-runs N]');
  process.exit(2);
}
const shape = { partitions: 12, steps: 5, payloadBytes: 1_024, inFlight: Number(values['in-flight']), seconds: Number(values.seconds), aloneRuns: Number(values['alone-runs']) };
const tag = randomBytes(4).toString('hex');

await using local = await servers({ onProgress: (line) => console.error(line) });
console.error('Measuring the floor …');
const floor = await measureFloor({ brokers: local.kafkaBrokers, prefix: `floor-${tag}`, ...shape });
console.error('Measuring the engine …');
const engine = await measureEngine({ brokers: local.kafkaBrokers, redisUrl: local.redisUrl, namespace: `bench-${tag}`, openRuns: Number(values['open-runs']), ...shape });

const figures = {
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
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
print();

function summary(of: { readonly throughput: { readonly runsPerSecond: number; readonly stepsPerSecond: number }; readonly aloneMs: readonly number[]; readonly cpuSecondsPer1000Runs: number }) {
  return { ...of.throughput, p50Ms: quantile(of.aloneMs, 0.5), p99Ms: quantile(of.aloneMs, 0.99), cpuSecondsPer1000Runs: of.cpuSecondsPer1000Runs };
}

function print(): void {
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
