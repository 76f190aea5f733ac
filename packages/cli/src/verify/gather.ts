/**
 * Evidence of one partition of a system that works, read in the order that keeps it from deceiving: positions and the group's offset,
 * view, inbox, what was published; the history comes last. One partition at a time, so that memory is that of one.
 */
import { groupNames } from '@baton/adapter-kafka';
import { CLAIM_KEY, MARK_KEY, partitionOf, POSITION_KEY, readDeadLetter, type DeadLetter } from '@baton/contracts';
import type { PublishedRecords, RecordedEntry, SideEvidence, ViewedPartition } from '@baton/invariants';
import type { LogRecord } from '@baton/ports';
import type { LiveSystem } from '../live-system.ts';

/** Longer than runs that ended stay in the view is not asked for, with an hour for those just leaving. */
const ENDED_KEPT_MS = 7 * 86_400_000 - 3_600_000;
/** Something published again after a crash stands on its topic a little later than in the history. */
const MARGIN_MS = 60_000;

export interface PartitionPlan {
  readonly partition: number;
  /** Absent: all. */
  readonly runs: ReadonlySet<string> | undefined;
  /** Told how many records were read. */
  readonly read: (records: number) => void;
}

export async function gather(system: LiveSystem, plan: PartitionPlan, nowMs: number): Promise<SideEvidence> {
  const { redis, names, topics, namespace } = system;
  const { partition } = plan;
  const meta = await redis.inspector.meta(partition);
  const groupOffsets = (await topics.groupOffsets(groupNames(namespace).orchestrators, names.inbox)).filter((offset) => offset.partition === partition);
  const view = await viewOf(system, plan, nowMs);
  const inboxOff = meta?.inboxOff ?? -1;
  const inboxBounds = await topics.bounds(names.inbox, partition);
  const consumed = Math.max(inboxOff, ...groupOffsets.map(({ committed }) => committed - 1));
  const inbox = await stretch(system, names.inbox, plan, { from: inboxBounds.first, to: Math.min(consumed, inboxBounds.next - 1) });
  const commands = await published(system, plan, await commandTopics(system));
  const lifecycle = await published(system, plan, [names.lifecycle]);
  const emitted = await published(system, plan, [names.events]);
  const deadLetters = await lettersOf(system, plan);
  const definitions = await stretch(system, names.definitions, { ...plan, partition: 0, runs: undefined }, await whole(system, names.definitions, 0));
  return {
    settled: [{ partition, disp: meta?.disp ?? -1, inboxOff }],
    view,
    inbox: [{ partition, ...inboxBounds, records: inbox }],
    commands,
    lifecycle,
    emitted,
    deadLetters,
    definitions: { records: definitions },
    // Where only some runs are looked at, the position of the history is not seen.
    ...(plan.runs === undefined && { groupOffsets }),
    moment: { atMs: nowMs, atRest: false },
  };
}

/** Goes through the history of a partition, up to where it ends now. @returns how many records there are. */
export async function history(system: LiveSystem, { partition, runs, read }: PartitionPlan, visit: { open(first: number): void; record(entry: RecordedEntry): void; pass(offset: number): void }): Promise<number> {
  const { topics, names } = system;
  const { first, next } = await topics.bounds(names.history, partition);
  visit.open(first);
  for await (const chunk of topics.read(names.history, partition, { from: first, to: next - 1 })) {
    for (const entry of chunk) {
      if (concerns(entry, runs)) visit.record(entry);
      else visit.pass(entry.offset);
    }
    read(chunk.length);
  }
  return next - first;
}

/** Claims, marks and positions have keys of their own, and say what counts. The end of a carry-forward counts images that are left out here. */
const concerns = ({ key }: LogRecord, runs: ReadonlySet<string> | undefined): boolean => runs === undefined || key === null || key === CLAIM_KEY || key === MARK_KEY || key === POSITION_KEY || runs.has(key);

async function viewOf({ redis }: LiveSystem, { partition, runs }: PartitionPlan, nowMs: number): Promise<NonNullable<SideEvidence['view']>> {
  const meta = await redis.inspector.meta(partition);
  const found = new Map<string, Awaited<ReturnType<typeof redis.inspector.runs>>[number]>();
  const take = async (ids: readonly string[]): Promise<void> => {
    for (const run of await redis.inspector.runs(partition, ids)) found.set(run.state.runId, run);
  };
  if (runs !== undefined) await take([...runs]);
  else for await (const ids of redis.inspector.runIds(partition)) await take(ids);
  const strays = runs === undefined ? await redis.inspector.strayTimers(partition) : [];
  const viewed: ViewedPartition = {
    partition,
    meta,
    runs: [...found.values()].map(({ state }) => state),
    due: [...[...found.values()].flatMap(({ due }) => due), ...strays],
    listed: [...found.values()].flatMap(({ state, listed }) => listed.map((status) => ({ runId: state.runId, status }))),
  };
  return { partitions: [viewed], complete: true, endedKeptSinceMs: nowMs - ENDED_KEPT_MS };
}

async function commandTopics({ topics, names }: LiveSystem): Promise<readonly string[]> {
  const prefix = names.inbox.replace(/inbox\.v1$/, 'cmd.');
  return [...(await topics.topics(prefix)).keys()];
}

/** What was published for runs of this partition. Topics of another number of partitions are read whole. */
async function published(system: LiveSystem, plan: PartitionPlan, topicsOfKind: readonly string[]): Promise<PublishedRecords & { readonly services?: readonly string[] }> {
  const { topics, names, partitions } = system;
  const records: LogRecord[] = [];
  let keptSinceMs = 0;
  for (const topic of topicsOfKind) {
    const count = (await topics.topics(topic)).get(topic) ?? 0;
    for (const partition of count === partitions ? [plan.partition] : Array.from({ length: count }, (_, i) => i)) {
      const range = await whole(system, topic, partition);
      let oldestMs: number | undefined;
      for await (const chunk of topics.read(topic, partition, range)) {
        oldestMs ??= chunk[0]?.timestampMs;
        for (const entry of chunk) if (isMine(entry, plan, partitions)) records.push(entry);
        plan.read(chunk.length);
      }
      // Retention has taken what is older; of an empty topic all.
      if (range.from > 0) keptSinceMs = Math.max(keptSinceMs, (oldestMs ?? Number.POSITIVE_INFINITY) + MARGIN_MS);
    }
  }
  const service = new RegExp(`^${names.command('x').replace(/x\.v1$/, '').replaceAll('.', '\\.')}(.+)\\.v1$`);
  const services = topicsOfKind.flatMap((topic) => service.exec(topic)?.[1] ?? []);
  return { records, keptSinceMs, ...(services.length > 0 && { services }) };
}

const isMine = ({ key }: LogRecord, { partition, runs }: PartitionPlan, partitions: number): boolean => key !== null && partitionOf(key, partitions) === partition && (runs === undefined || runs.has(key));

async function stretch({ topics }: LiveSystem, topic: string, { partition, runs, read }: PartitionPlan, range: { readonly from: number; readonly to: number }): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = [];
  for await (const chunk of topics.read(topic, partition, range)) {
    for (const entry of chunk) if (runs === undefined || (entry.key !== null && runs.has(entry.key))) records.push(entry);
    read(chunk.length);
  }
  return records;
}

async function whole({ topics }: LiveSystem, topic: string, partition: number): Promise<{ readonly from: number; readonly to: number }> {
  const { first, next } = await topics.bounds(topic, partition);
  return { from: first, to: next - 1 };
}

/** Those of records of this partition: the topic has one partition for all. */
async function lettersOf(system: LiveSystem, plan: PartitionPlan): Promise<PublishedRecords> {
  const { topics, names } = system;
  const records: LogRecord[] = [];
  for await (const chunk of topics.read(names.deadLetters, 0, await whole(system, names.deadLetters, 0))) {
    for (const entry of chunk) {
      const letter = letterIn(entry);
      if (letter === undefined ? plan.partition === 0 : letter.partition === plan.partition && (letter.topic === names.inbox || letter.topic === names.history)) records.push(entry);
    }
  }
  return { records };
}

function letterIn({ value }: LogRecord): DeadLetter | undefined {
  try {
    return readDeadLetter(value ?? '');
  } catch {
    return undefined;
  }
}
