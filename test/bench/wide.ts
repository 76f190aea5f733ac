/**
 * One run with much in it, with nothing beside it: what an item costs in a wide Map against one in a small Map, the same for a
 * loop's turns, a Parallel of many branches, and what all of it does to the orchestrator's memory and to the history's records.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { readHistoryRecord, type Json } from '@baton/contracts';
import { SERVICE_NODE_OPTIONS } from '@baton/local';
import type { Workflow } from '@baton/workflow';
import { connectCaller, startsOf, type Caller } from './caller.ts';
import { startChild } from './child-process.ts';
import { BENCH_SERVICE } from './five-step-flow.ts';
import { MemoryCurve } from './memory-curve.ts';
import { preparePlace, startOrchestrator, type OrchestratorProcess, type Place } from './orchestrator-process.ts';
import { itemsInput, LOOP_FLOW, MAP_FLOW, parallelFlow } from './wide-flows.ts';

export interface WideOptions extends Pick<Place, 'brokers' | 'redisUrl' | 'namespace' | 'partitions'> {
  readonly items: number;
  readonly branches: number;
  readonly turns: number;
  /** Of what a step answers. */
  readonly resultBytes: number;
  readonly onProgress: (line: string) => void;
}

/** What one item, branch or turn costs. */
interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
}

const SMALL_ITEMS = 100;
const SMALL_RUNS = 30;
const SMALL_TURNS = 100;
const SMALL_LOOPS = 3;
const WARM_UP_RUNS = 40;
const RUN_DEADLINE_MS = 1_200_000;
const MIB = 2 ** 20;

export async function measureWide({ items, branches, turns, resultBytes, onProgress, ...at }: WideOptions) {
  const place = await preparePlace({ ...at, services: [BENCH_SERVICE] });
  const caller = await connectCaller(place);
  const parallel = parallelFlow(branches);
  const flows = [MAP_FLOW, parallel, LOOP_FLOW];
  await caller.kafka.definitions.publish(flows.flatMap((flow) => flow.toRecords(BENCH_SERVICE)));
  const worker = startChild('engine-worker.ts', { task: { payloadBytes: resultBytes, steps: 1 }, env: place.env, nodeArgs: SERVICE_NODE_OPTIONS });
  await worker.says('ready');
  const orchestrator = await startOrchestrator(place);
  await orchestrator.ready();
  const bench = new Bench(caller, orchestrator);

  onProgress('Warming up …');
  await bench.cost(MAP_FLOW, itemsInput(SMALL_ITEMS), { runs: WARM_UP_RUNS, units: SMALL_ITEMS });
  onProgress(`Maps of ${SMALL_ITEMS} items …`);
  const small = await bench.cost(MAP_FLOW, itemsInput(SMALL_ITEMS), { runs: SMALL_RUNS, units: SMALL_ITEMS });
  const aliveBefore = await orchestrator.aliveBytes();
  const rssBefore = orchestrator.usage().rssBytes;
  onProgress(`A Map of ${items} items …`);
  const wide = await bench.watched(MAP_FLOW, itemsInput(items), items);
  const aliveAfter = await orchestrator.aliveBytes();
  onProgress(`A Parallel of ${branches} branches …`);
  const many = await bench.watched(parallel, {}, branches);
  onProgress(`Loops of ${SMALL_TURNS} and of ${turns} turns …`);
  const short = await bench.cost(LOOP_FLOW, { left: SMALL_TURNS }, { runs: SMALL_LOOPS, units: SMALL_TURNS });
  const long = await bench.watched(LOOP_FLOW, { left: turns }, turns);
  const records = await recordsOf(caller, place.partitions);

  await worker.end({ stop: true });
  await orchestrator.stop();
  await caller.close();
  return {
    items,
    resultBytes,
    smallMapItemCpuMs: small.cpuMs,
    wideMapItemCpuMs: wide.cpuMs,
    mapCpuRatio: wide.cpuMs / small.cpuMs,
    smallMapItemMs: small.wallMs,
    wideMapItemMs: wide.wallMs,
    mapTimeRatio: wide.wallMs / small.wallMs,
    rssBeforeMiB: rssBefore / MIB,
    rssPeakInWideMapMiB: wide.peakMiB,
    aliveBeforeMiB: aliveBefore / MIB,
    aliveAfterWideMapMiB: aliveAfter / MIB,
    branches,
    parallelBranchCpuMs: many.cpuMs,
    rssPeakInParallelMiB: many.peakMiB,
    turns,
    shortLoopTurnCpuMs: short.cpuMs,
    longLoopTurnCpuMs: long.cpuMs,
    loopCpuRatio: long.cpuMs / short.cpuMs,
    rssPeakInLongLoopMiB: long.peakMiB,
    historyRecords: records.count,
    historyMiB: records.bytes / MIB,
    largestRecordKiB: records.largest / 1_024,
    joinsOfWideMap: records.joins(items),
  };
}

export type WideFigures = Awaited<ReturnType<typeof measureWide>>;

class Bench {
  readonly #caller: Caller;
  readonly #orchestrator: OrchestratorProcess;
  #keys = 0;

  constructor(caller: Caller, orchestrator: OrchestratorProcess) {
    this.#caller = caller;
    this.#orchestrator = orchestrator;
  }

  /** One run after the other. */
  async cost(flow: Workflow, input: Json, { runs, units }: { readonly runs: number; readonly units: number }): Promise<Cost> {
    const startOf = startsOf(flow, input);
    const began = performance.now();
    const before = this.#orchestrator.usage().cpuSeconds;
    for (let i = 0; i < runs; i++) await ended(this.#caller.run(startOf(`wide-${this.#keys++}`)));
    return { cpuMs: ((this.#orchestrator.usage().cpuSeconds - before) * 1_000) / (runs * units), wallMs: (performance.now() - began) / (runs * units) };
  }

  /** One run, with the orchestrator's memory meanwhile. */
  async watched(flow: Workflow, input: Json, units: number): Promise<Cost & { readonly peakMiB: number }> {
    const curve = new MemoryCurve();
    const watching = new AbortController();
    const watch = (async () => {
      while (!watching.signal.aborted) {
        curve.add({ done: 0, bytes: this.#orchestrator.usage().rssBytes });
        await pause(100);
      }
    })();
    const cost = await this.cost(flow, input, { runs: 1, units });
    watching.abort();
    await watch;
    return { ...cost, peakMiB: curve.peakMiB() };
  }
}

/** A start that is refused has no end that anybody would hear of. */
async function ended(run: Promise<void>): Promise<void> {
  const late = new AbortController();
  const timeout = pause(RUN_DEADLINE_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error(`A run of the benchmark has not completed within ${RUN_DEADLINE_MS / 60_000} minutes`);
  });
  timeout.catch(() => undefined);
  await Promise.race([run, timeout]).finally(() => late.abort());
}

/** What all of it has left in the history. */
async function recordsOf({ kafka }: Caller, partitions: number) {
  let [count, bytes, largest] = [0, 0, 0];
  /** Fan-outs by the number of their branches, and how many were left with a result. */
  const joined = new Map<number, number>();
  for (let partition = 0; partition < partitions; partition++) {
    const { next } = await kafka.historyLog.bounds(partition);
    const open = new Map<string, number>();
    for await (const chunk of kafka.historyLog.read(partition, { from: 0, to: next - 1 })) {
      for (const { value } of chunk) {
        if (value === null) continue;
        count++;
        bytes += value.length;
        largest = Math.max(largest, value.length);
        const record = readHistoryRecord(value);
        if (record.t !== 'txn') continue;
        for (const event of record.events) {
          if (event.type === 'branches-opened') open.set(`${record.runId}/${event.stepId}`, event.total);
          else if (event.type === 'state-exited') {
            const total = open.get(`${record.runId}/${event.stepId}`);
            if (total !== undefined) joined.set(total, (joined.get(total) ?? 0) + 1);
          }
        }
      }
    }
  }
  return { count, bytes, largest, joins: (total: number) => joined.get(total) ?? 0 };
}
