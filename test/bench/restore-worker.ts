/** Restores its partitions side by side, in a process of its own, as an orchestrator would that owns them. */
import { connectKafka } from '@baton/adapter-kafka';
import { openScratchView } from '@baton/adapter-redis';
import { systemClock } from '@baton/platform-kit';
import { DEFAULT_LANE_OPTIONS, restorations } from '@baton/runtime';
import { usageNow } from './measure.ts';

export interface RestoreTask {
  readonly brokers: readonly string[];
  readonly redisUrl: string;
  readonly namespace: string;
  readonly of: number;
  readonly partitions: readonly number[];
}

export interface RestoreDone {
  readonly records: number;
  /** Runs that go on, in the restored views. */
  readonly open: number;
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

const { brokers, redisUrl, namespace, of, partitions } = JSON.parse(process.argv[2] ?? '{}') as RestoreTask;
const kafka = await connectKafka({ brokers, clientId: 'bench', namespace });
const scratch = await openScratchView({ url: redisUrl, partitions: of });

async function restore(): Promise<RestoreDone> {
  const observer = { committed: () => undefined, ignored: () => undefined, deadLettered: () => undefined, lane: () => undefined };
  const before = usageNow();
  let records = 0;
  const restorePartition = async (partition: number): Promise<void> => {
    for await (const restoration of restorations(partition, { history: kafka.historyLog, index: scratch.stateIndex, observer, checkpoints: undefined, clock: systemClock, options: DEFAULT_LANE_OPTIONS })) {
      await restoration.foldTo((await kafka.historyLog.bounds(partition)).next - 1);
      records += restoration.records;
      // A lane takes the first way back that works; the next one would be looked for in the whole history.
      break;
    }
  };
  await Promise.all(partitions.map(restorePartition));
  const after = usageNow();
  let open = 0;
  for (const partition of partitions) open += await scratch.stateIndex.countOpen(partition);
  return { records, open, cpuSeconds: after.cpuSeconds - before.cpuSeconds, rssBytes: after.rssBytes };
}

process.on('message', (message: { go?: true; stop?: true }) => {
  if (message.go) void restore().then((done) => process.send?.({ done }));
  if (message.stop) void scratch.close().then(() => kafka.close()).then(() => process.exit(0));
});
process.send?.({ ready: true });
