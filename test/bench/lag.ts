/** Works off an inbox that lies full before the orchestrator starts: how fast, and whether its memory depends on how much there is. */
import { setTimeout as pause } from 'node:timers/promises';
import { connectKafka } from '@baton/adapter-kafka';
import { hmacTaskTokens, Secret } from '@baton/platform-kit';
import { sendMany } from './caller.ts';
import { BENCH_SERVICE } from './five-step-flow.ts';
import { lagMessages, MESSAGES_OF_RUN, WORK_OF_RUN } from './lag-messages.ts';
import { MADE_FLOW } from './made-run.ts';
import { MemoryCurve } from './memory-curve.ts';
import { preparePlace, startOrchestrator, type OrchestratorProcess, type Place } from './orchestrator-process.ts';

export interface LagFigures {
  readonly messages: number;
  readonly runs: number;
  readonly seconds: number;
  readonly messagesPerSecond: number;
  readonly transitionsPerSecond: number;
  /** Of attempts that ran out, by the clock, while their results lay in the inbox; they came in behind everything and changed nothing. */
  readonly timersSwept: number;
  readonly cpuSecondsPer10000Messages: number;
  readonly rssPeakMiB: number;
  /** Around the message from which on memory should not grow, and at the end. */
  readonly rssEarlyMiB: number;
  readonly rssLateMiB: number;
  /** For each 100,000 messages between the two. */
  readonly rssGrowthMiB: number;
  /** After a collection, likewise. */
  readonly aliveEarlyMiB: number;
  readonly aliveLateMiB: number;
  readonly rssSettledMiB: number;
}

const PAYLOAD_BYTES = 100;
const LOOK_EVERY_MS = 500;
const SETTLED_MS = 30_000;
const MIB = 2 ** 20;

export async function measureLag({ messages: asked, onProgress, ...at }: Pick<Place, 'brokers' | 'redisUrl' | 'namespace' | 'partitions'> & { readonly messages: number; readonly onProgress: (line: string) => void }): Promise<LagFigures> {
  const runs = Math.ceil(asked / MESSAGES_OF_RUN);
  const messages = runs * MESSAGES_OF_RUN;
  const place = await preparePlace({ ...at, services: [BENCH_SERVICE] });
  onProgress(`Filling the inbox with ${messages} messages …`);
  await fill(place, runs);
  const orchestrator = await startOrchestrator(place);
  try {
    onProgress('Working it off …');
    return { messages, runs, ...(await workedOff(orchestrator, { messages, runs, onProgress })) };
  } finally {
    await orchestrator.stop();
  }
}

async function fill({ brokers, namespace, secret }: Place, runs: number): Promise<void> {
  const kafka = await connectKafka({ brokers: [...brokers], clientId: 'bench', namespace });
  await kafka.definitions.publish(MADE_FLOW.toRecords(BENCH_SERVICE));
  await sendMany(kafka, lagMessages({ runs, payloadBytes: PAYLOAD_BYTES, tokens: hmacTaskTokens({ namespace, current: new Secret(secret) }) }));
  await kafka.close();
}

async function workedOff(orchestrator: OrchestratorProcess, { messages, runs, onProgress }: { readonly messages: number; readonly runs: number; readonly onProgress: (line: string) => void }): Promise<Omit<LagFigures, 'messages' | 'runs'>> {
  await orchestrator.ready();
  const early = Math.min(100_000, messages / 10);
  const curve = new MemoryCurve();
  let begun: { readonly ms: number; readonly cpuSeconds: number } | undefined;
  let aliveEarly: number | undefined;
  let told = 0;
  for (;;) {
    const [counts, usage, ms] = [await orchestrator.counts(), orchestrator.usage(), performance.now()];
    if (counts.deadLetters > 0) throw new Error(`Expected every message to be taken, but found ${counts.deadLetters} dead letters`);
    // Nothing was decided yet at the last look, or next to nothing.
    if (begun === undefined || counts.decided === 0) begun = { ms, cpuSeconds: usage.cpuSeconds };
    curve.add({ done: counts.decided, bytes: usage.rssBytes });
    if (aliveEarly === undefined && counts.decided >= early) aliveEarly = await orchestrator.aliveBytes();
    if (counts.decided - told >= messages / 10) onProgress(`${(told = counts.decided)} decided, ${(usage.rssBytes / MIB).toFixed(0)} MiB`);
    if (counts.lag === 0 && counts.runsEnded >= runs) {
      if (counts.transitions !== runs * WORK_OF_RUN) throw new Error(`Expected ${runs * WORK_OF_RUN} transitions, but found ${counts.transitions}`);
      const seconds = (ms - begun.ms) / 1_000;
      const aliveLate = await orchestrator.aliveBytes();
      return {
        seconds,
        messagesPerSecond: counts.decided / seconds,
        transitionsPerSecond: counts.transitions / seconds,
        timersSwept: counts.swept,
        cpuSecondsPer10000Messages: ((usage.cpuSeconds - begun.cpuSeconds) * 10_000) / counts.decided,
        rssPeakMiB: curve.peakMiB(),
        rssEarlyMiB: curve.medianMiB(early / 2, early * 1.5),
        rssLateMiB: curve.medianMiB(messages - early, Infinity),
        rssGrowthMiB: curve.growthMiB({ from: early, unit: 100_000 }),
        aliveEarlyMiB: (aliveEarly ?? Number.NaN) / MIB,
        aliveLateMiB: aliveLate / MIB,
        rssSettledMiB: (await orchestrator.settled(SETTLED_MS)).rssBytes / MIB,
      };
    }
    await pause(LOOK_EVERY_MS);
  }
}
