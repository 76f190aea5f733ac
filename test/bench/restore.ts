/** How fast views are built again: a history on a real broker, folded into a real Redis by two processes, as two orchestrators would. */
import { connectKafka } from '@baton/adapter-kafka';
import { topicPlan } from '@baton/contracts';
import { connectTopicAdmin } from '@baton/topics';
import { startChild, type Child } from './child-process.ts';
import { makeHistory } from './made-history.ts';
import type { RestoreDone, RestoreTask } from './restore-worker.ts';

export interface RestoreFigures {
  readonly records: number;
  readonly runs: number;
  readonly historyMiB: number;
  readonly seconds: number;
  readonly recordsPerSecond: number;
  /** Of both processes; Kafka and Redis are not in it. */
  readonly cpuSecondsPer100000Records: number;
  readonly rssMiB: number;
}

const PARTITIONS = 4;
const PROCESSES = 2;

export async function measureRestore({ brokers, redisUrl, namespace, runs, payloadBytes }: { readonly brokers: readonly string[]; readonly redisUrl: string; readonly namespace: string; readonly runs: number; readonly payloadBytes: number }): Promise<RestoreFigures> {
  const admin = await connectTopicAdmin({ brokers });
  await admin.create(topicPlan({ namespace, partitions: PARTITIONS, replicationFactor: 1, services: [] }));
  await admin.close();
  const kafka = await connectKafka({ brokers, clientId: 'bench', namespace });
  let made;
  try {
    made = await makeHistory(kafka.historyLog, { runs, payloadBytes });
  } finally {
    await kafka.close();
  }
  const workers = Array.from({ length: PROCESSES }, (_, worker) => startRestoring({ brokers, redisUrl, namespace, of: PARTITIONS, partitions: Array.from({ length: PARTITIONS }, (_unused, partition) => partition).filter((partition) => partition % PROCESSES === worker) }));
  try {
    await Promise.all(workers.map((worker) => worker.says('ready')));
    const beganMs = performance.now();
    for (const worker of workers) worker.tell({ go: true });
    const done = await Promise.all(workers.map(async (worker) => (await worker.says('done')) as RestoreDone));
    const seconds = (performance.now() - beganMs) / 1_000;
    const sum = (of: (one: RestoreDone) => number): number => done.reduce((total, one) => total + of(one), 0);
    const records = sum((one) => one.records);
    const open = sum((one) => one.open);
    if (records !== made.records) throw new Error(`Expected ${made.records} records to be folded, but found ${records}`);
    if (open !== Math.floor(runs / 4)) throw new Error(`Expected ${Math.floor(runs / 4)} open runs in the restored views, but found ${open}`);
    return { records, runs, historyMiB: made.bytes / 2 ** 20, seconds, recordsPerSecond: records / seconds, cpuSecondsPer100000Records: (sum((one) => one.cpuSeconds) * 100_000) / records, rssMiB: sum((one) => one.rssBytes) / 2 ** 20 };
  } finally {
    await Promise.all(workers.map((worker) => worker.end({ stop: true })));
  }
}

const startRestoring = (task: RestoreTask): Child => startChild('restore-worker.ts', { task });
