/** Timers that have all become due while no orchestrator ran: how fast they are fired, and how late new work is meanwhile. */
import { setTimeout as pause } from 'node:timers/promises';
import { SERVICE_NODE_OPTIONS } from '@baton/local';
import { workflow } from '@baton/workflow';
import { eventually } from '../e2e/eventually.ts';
import { connectCaller, many, sendMany, startsOf, type Caller } from './caller.ts';
import { startChild } from './child-process.ts';
import { BENCH_SERVICE, fiveStepFlow } from './five-step-flow.ts';
import { quantile } from './measure.ts';
import { MemoryCurve } from './memory-curve.ts';
import { openLoop } from './open-loop.ts';
import { preparePlace, startOrchestrator, type OrchestratorProcess, type Place } from './orchestrator-process.ts';

export interface TimersFigures {
  readonly timers: number;
  /** From the orchestrator being ready until the last of them had ended its run, and half of them. */
  readonly seconds: number;
  readonly secondsToHalf: number;
  readonly timersPerSecond: number;
  /** Until the delayed jobs of timers that the sweepers had fired were gone as well. */
  readonly secondsToQuiet: number;
  readonly cpuSecondsPer1000Timers: number;
  /** Put into the inbox by the sweepers; the others were woken by delayed jobs. */
  readonly timersSwept: number;
  /** Timer messages that came too late, since somebody else had woken the timer. */
  readonly wokenTwice: number;
  readonly rssPeakMiB: number;
  readonly rssSettledMiB: number;
  readonly aliveMiB: number;
  /** Five-step runs that were started while nothing else was done, and while the timers were fired. */
  readonly quietRuns: number;
  readonly quietP50Ms: number;
  readonly quietP99Ms: number;
  readonly meanwhileRuns: number;
  readonly meanwhileP50Ms: number;
  readonly meanwhileP99Ms: number;
}

const STEPS = 5;
const PAYLOAD_BYTES = 100;
/** Of new work. */
const RUN_EVERY_MS = 100;
const QUIET_MS = 30_000;
/** So many runs a second are taken in until they all wait, at least. */
const TAKEN_IN_PER_SECOND = 400;
const SETTLED_MS = 30_000;
const MIB = 2 ** 20;

const WAITING = workflow('waiting', { service: BENCH_SERVICE }).wait('rest', { timestampPath: '$.until' }).succeed('done').build();

export async function measureTimers({ timers, onProgress, ...at }: Pick<Place, 'brokers' | 'redisUrl' | 'namespace' | 'partitions'> & { readonly timers: number; readonly onProgress: (line: string) => void }): Promise<TimersFigures> {
  const place = await preparePlace({ ...at, services: [BENCH_SERVICE] });
  let fired = 0;
  const caller = await connectCaller(place, ({ data }) => void (data.workflow === WAITING.def.name && fired++));
  await caller.kafka.definitions.publish(WAITING.toRecords(BENCH_SERVICE));
  const worker = startChild('engine-worker.ts', { task: { payloadBytes: PAYLOAD_BYTES, steps: STEPS }, env: place.env, nodeArgs: SERVICE_NODE_OPTIONS });
  await worker.says('ready');
  const startOf = startsOf(fiveStepFlow(STEPS), { payload: 'x'.repeat(PAYLOAD_BYTES) });
  let runs = 0;
  const newWork = (during: Promise<unknown>): Promise<readonly number[]> => openLoop(() => caller.run(startOf(`${place.namespace}-${runs++}`)), { everyMs: RUN_EVERY_MS, during });

  const before = await startOrchestrator(place);
  await before.ready();
  onProgress('Measuring new work on a quiet system …');
  await newWork(pause(QUIET_MS / 3));
  const quiet = await newWork(pause(QUIET_MS));
  onProgress(`Starting ${timers} runs that wait …`);
  const dueMs = await letWait(caller, before, timers);
  await before.stop();
  await pause(Math.max(0, dueMs + 1_000 - Date.now()));
  if (fired > 0) throw new Error(`Expected no timer to be fired before its time, but ${fired} were`);

  onProgress('All are due; the orchestrator starts …');
  const orchestrator = await startOrchestrator(place);
  await orchestrator.ready();
  const beganMs = performance.now();
  const curve = new MemoryCurve();
  const firing = watchFiring(() => fired, { timers, orchestrator, curve });
  const [{ seconds, secondsToHalf }, meanwhile] = await Promise.all([firing, newWork(firing)]);
  const settled = await orchestrator.settled(SETTLED_MS);
  const secondsToQuiet = (performance.now() - beganMs - SETTLED_MS) / 1_000;
  const counts = await orchestrator.counts();
  const aliveBytes = await orchestrator.aliveBytes();
  await worker.end({ stop: true });
  await orchestrator.stop();
  await caller.close();
  return {
    timers,
    seconds,
    secondsToHalf,
    secondsToQuiet,
    cpuSecondsPer1000Timers: (settled.cpuSeconds * 1_000) / timers,
    timersPerSecond: timers / seconds,
    timersSwept: counts.swept,
    wokenTwice: counts.ignored,
    rssPeakMiB: curve.peakMiB(),
    rssSettledMiB: settled.rssBytes / MIB,
    aliveMiB: aliveBytes / MIB,
    quietRuns: quiet.length,
    quietP50Ms: quantile(quiet, 0.5),
    quietP99Ms: quantile(quiet, 0.99),
    meanwhileRuns: meanwhile.length,
    meanwhileP50Ms: quantile(meanwhile, 0.5),
    meanwhileP99Ms: quantile(meanwhile, 0.99),
  };
}

/** Resolves when every run waits. @returns when they are all due. */
async function letWait(caller: Caller, orchestrator: OrchestratorProcess, timers: number): Promise<number> {
  const dueMs = Date.now() + 10_000 + (timers * 1_000) / TAKEN_IN_PER_SECOND;
  const already = (await orchestrator.counts()).runsStarted;
  const startOf = startsOf(WAITING, { until: new Date(dueMs).toISOString() });
  await sendMany(caller.kafka, many(timers, (i) => startOf(`waiting-${i}`)));
  await eventually(async () => (await orchestrator.counts()).runsStarted >= already + timers, 'all runs to wait', dueMs - Date.now());
  return dueMs;
}

async function watchFiring(fired: () => number, { timers, orchestrator, curve }: { readonly timers: number; readonly orchestrator: OrchestratorProcess; readonly curve: MemoryCurve }): Promise<{ readonly seconds: number; readonly secondsToHalf: number }> {
  const beganMs = performance.now();
  let secondsToHalf: number | undefined;
  for (;;) {
    const seconds = (performance.now() - beganMs) / 1_000;
    curve.add({ done: fired(), bytes: orchestrator.usage().rssBytes });
    if (fired() * 2 >= timers) secondsToHalf ??= seconds;
    if (fired() >= timers) return { seconds, secondsToHalf: secondsToHalf ?? seconds };
    await pause(100);
  }
}
