/** What the run has left behind, gathered past every proxy once nothing moves any more, for those who judge. */
import { readFileSync } from 'node:fs';
import { connectKafka, groupNames } from '@baton/adapter-kafka';
import { connectRedis } from '@baton/adapter-redis';
import type { RunState } from '@baton/contracts';
import type { RecordedPartition, SideEvidence, ViewedPartition } from '@baton/invariants';
import type { StateIndex, ViewMeta } from '@baton/ports';
import { Kafka, logLevel } from 'kafkajs';
import { disturbances, processOf, warningsIn } from './disturbances.ts';
import { openAccounts } from './ledger/accounts.ts';
import { SERVICE } from './ledger/transfer.ts';
import type { CalledRun } from './load.ts';
import type { PerformedFault } from './perform.ts';
import type { Stage } from './stage.ts';
import { assignmentsIn, type Assignment } from './takeovers.ts';
import { readTopics, type TopicContent, type TopicRecord } from './topic-records.ts';

export interface Gathered {
  readonly evidence: SideEvidence;
  readonly commands: readonly TopicRecord[];
}

/** Answers that a worker keeps in memory: the default of the SDK. */
const REMEMBERED_ANSWERS = 1_000;

/** Everything but the history, which must be read last. */
export async function gather(stage: Stage, { runs, performed, sessionMs }: { readonly runs: ReadonlyMap<string, CalledRun>; readonly performed: readonly PerformedFault[]; readonly sessionMs: number }): Promise<Gathered> {
  const { names, kafka } = stage;
  const view = await readView(stage);
  const commandTopic = names.command(SERVICE);
  const topics = await readTopics(kafka.brokers, [names.inbox, commandTopic, names.lifecycle, names.events, names.deadLetters, names.definitions]);
  const recordsOf = (topic: string): readonly TopicRecord[] => topics.get(topic)!.records;
  const accounts = openAccounts(stage.accountsFile);
  const executions = accounts.executions().map(({ key, idem, atMs, pid }) => ({ key, idem, atMs, by: processOf(pid) }));
  const forgotten = accounts.givenUp().map(({ key, pid }) => ({ key, by: processOf(pid) }));
  const effects = accounts.movements().map(({ idem, what }) => ({ idem, what }));
  accounts.close();
  const { events, cast } = stage;
  const warnings = cast.workers.flatMap((name) => warningsIn(name, textOf(stage.role(name).logFile)));
  return {
    commands: recordsOf(commandTopic),
    evidence: {
      view: { partitions: view, complete: true },
      inbox: partitioned(topics.get(names.inbox)!),
      commands: { records: recordsOf(commandTopic), services: [SERVICE] },
      lifecycle: { records: recordsOf(names.lifecycle) },
      emitted: { records: recordsOf(names.events) },
      deadLetters: { records: recordsOf(names.deadLetters) },
      definitions: { records: recordsOf(names.definitions) },
      groupOffsets: await committedOffsets(stage),
      acknowledgedStarts: [...runs.values()].flatMap(({ runId, acknowledgedMs }) => (acknowledgedMs === undefined ? [] : [{ runId, atMs: acknowledgedMs }])),
      ledger: { executions, effects, forgotten, remembered: REMEMBERED_ANSWERS, disturbances: disturbances({ workers: cast.workers, events, performed, warnings, sessionMs }) },
      moment: { atMs: Date.now(), atRest: true },
    },
  };
}

const partitioned = ({ records, bounds }: TopicContent): readonly RecordedPartition[] =>
  bounds.map((range, partition) => ({ partition, ...range, records: records.filter((record) => record.partition === partition) }));

const PIECE = 500;
/** Every timer, however far away. */
const ALL_TIMERS = { graceMs: -1e12, limit: 1_000_000 };
/** Runs are carried forward also at rest, and a claim while a partition is read makes it be read again. */
const TRIES = 5;

async function readView({ namespace, partitions, redis: { url } }: Stage): Promise<readonly ViewedPartition[]> {
  const redis = await connectRedis({ url, namespace, partitions, commandDeadlineMs: 30_000 });
  try {
    return await Promise.all(Array.from({ length: partitions }, (_, partition) => readPartition(redis.stateIndex, partition)));
  } finally {
    await redis.close();
  }
}

async function readPartition(index: StateIndex, partition: number): Promise<ViewedPartition> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const meta = await index.meta(partition);
    if (meta === undefined) return { partition, meta, runs: [] };
    const due = await index.due(partition, ALL_TIMERS);
    const runs = await runsOf(index, partition, meta);
    if (runs !== 'lost') return { partition, meta, runs, due };
  }
  throw new Error(`The view of partition ${partition} was claimed ${TRIES} times while it was read`);
}

async function runsOf(index: StateIndex, partition: number, meta: ViewMeta): Promise<readonly RunState[] | 'lost'> {
  const runs = new Map<string, RunState>();
  let cursor: string | undefined;
  do {
    const piece = await index.scan(partition, { limit: PIECE, ...(cursor !== undefined && { cursor }) }, meta);
    if (piece === 'lost') return 'lost';
    for (const { state } of piece.runs) runs.set(state.runId, state);
    cursor = piece.cursor;
  } while (cursor !== undefined);
  return [...runs.values()];
}

async function committedOffsets({ kafka, names, namespace }: Stage): Promise<readonly { readonly partition: number; readonly committed: number }[]> {
  const admin = new Kafka({ clientId: 'chaos-evidence', brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const [offsets] = await admin.fetchOffsets({ groupId: groupNames(namespace).orchestrators, topics: [names.inbox] });
    return offsets!.partitions.map(({ partition, offset }) => ({ partition, committed: Number(offset) })).filter(({ committed }) => committed >= 0);
  } finally {
    await admin.disconnect();
  }
}

/** Goes through the whole history once, partition by partition. */
export async function readHistory({ kafka: { brokers }, namespace }: Stage, seen: { open(partition: number, first: number): void; add(partition: number, record: { readonly offset: number; readonly timestampMs: number; readonly value: Uint8Array | null }): void }): Promise<void> {
  const kafka = await connectKafka({ brokers, clientId: 'chaos-evidence', namespace });
  try {
    for (let partition = 0; partition < kafka.partitions; partition++) {
      const { first, next } = await kafka.historyLog.bounds(partition);
      seen.open(partition, first);
      if (first === next) continue;
      for await (const chunk of kafka.historyLog.read(partition, { from: first, to: next - 1 })) for (const record of chunk) seen.add(partition, record);
    }
  } finally {
    await kafka.close();
  }
}

export function assignmentsOf(stage: Stage): readonly Assignment[] {
  return [...stage.cast.orchestrators.map((name) => stage.role(name)), stage.guest].flatMap(({ name, logFile }) => assignmentsIn(name, textOf(logFile), groupNames(stage.namespace).orchestrators));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
