/**
 * Every port in one process. Without a directory everything is gone with the process; with one, topics, positions and
 * files are kept on disk, and the view is built again from the history, as it is after a wiped Redis.
 */
import { DEFAULT_PARTITIONS, topicNames, type TopicNames } from '@baton/contracts';
import type { BlobStore, Clock, CommandBus, CommandSource, DeadLetterIndex, DeadLetters, Definitions, HistoryLog, InboxSender, InboxSource, LogRecord, PoisonWatch, RequestSender, RequestSource, RunViews, StateIndex, WakeUps } from '@baton/ports';
import { diskBlobs } from './blobs/disk-blobs.ts';
import { memoryBlobs } from './blobs/memory-blobs.ts';
import { commandBus } from './command-bus.ts';
import { commandSource } from './command-source.ts';
import { deadLetters } from './dead-letters.ts';
import { definitions } from './definitions.ts';
import { openDatabase } from './disk/open-database.ts';
import { sqliteLogStore } from './disk/sqlite-log-store.ts';
import { historyLog } from './history-log.ts';
import { inboxSender, inboxSource } from './inbox.ts';
import { Broker, type TopicRule } from './log/broker.ts';
import type { LogStore } from './log/log-store.ts';
import type { PortParts } from './port-parts.ts';
import { requestSender, requestSource } from './requests.ts';
import { Session } from './session.ts';
import { systemClock } from './system-clock.ts';
import { deadLetterIndex, DeadLetterTable } from './view/dead-letter-index.ts';
import { poisonWatch, type PoisonTable } from './view/poison-watch.ts';
import { Reservations, runViews } from './view/run-views.ts';
import { stateIndex } from './view/state-index.ts';
import { PartitionView } from './view/view.ts';
import { WakeUpTable, wakeUps } from './wake-ups.ts';

export interface MemoryOptions {
  readonly namespace: string;
  /** Of inbox, history, requests and each command topic; fixed for the life of a directory. Default 12. */
  readonly partitions?: number;
  /** Where topics, positions and files are kept. Absent: nowhere. One process at a time may have it open. */
  readonly directory?: string;
  /**
   * What an acknowledgement of a durable topic (inbox, history, requests, definitions, dead letters) means. `disk`: the
   * disk has it, so it survives a power cut. `process`: the operating system has it, so it survives the process being
   * killed; faster, and enough for a demo. Default `disk`.
   */
  readonly durability?: 'disk' | 'process';
  /** Default: the system's clock. */
  readonly clock?: Clock;
  /**
   * Bytes of one topic held in memory; default 64 MiB. Above it, records that every group has read are dropped (history:
   * those that are in the view). What is not read yet is never dropped, however much it is. With a directory what leaves
   * memory is read from disk; there the history is kept whole, since the view is built from it.
   */
  readonly retainBytes?: number;
  /** Runs that have ended stay in the view for so long; default seven days. */
  readonly keepEndedMs?: number;
  /** Ended runs that stay in the view at most, over all partitions; default 20,000. */
  readonly keepEndedRuns?: number;
}

/** One process's side: what it subscribed to ends with it. */
export interface MemoryConnection {
  readonly names: TopicNames;
  readonly clock: Clock;
  readonly history: HistoryLog;
  readonly inboxSender: InboxSender;
  readonly inboxSource: InboxSource;
  readonly commandBus: CommandBus;
  readonly commandSource: CommandSource;
  readonly deadLetters: DeadLetters;
  readonly deadLetterIndex: DeadLetterIndex;
  readonly definitions: Definitions;
  readonly requestSource: RequestSource;
  readonly requestSender: RequestSender;
  readonly stateIndex: StateIndex;
  readonly runViews: RunViews;
  readonly poisonWatch: PoisonWatch;
  readonly wakeUps: WakeUps;
  readonly blobStore: BlobStore;
  /** Stops every subscription in order: what was handed over is settled, positions are remembered. */
  close(): Promise<void>;
  /** As if the process had been killed: nothing is settled, no position is written, and its ports refuse from now on. */
  crash(): void;
}

export interface Memory extends MemoryConnection {
  /** A further process on the same topics and view, for tests of several. */
  connect(): MemoryConnection;
  /** Everything that a topic holds, by partition and offset. */
  records(topic: string): Promise<readonly LogRecord[]>;
  /**
   * Records that lie on a topic and were not handed to its subscribers yet. Without a directory everything else here goes
   * on by itself within one turn of the event loop, so at 0, a turn later, whatever happens next needs a message or time.
   */
  undelivered(): number;
  /** Empties view, dead-letter index and wake-ups, as a wiped Redis would be. */
  wipeView(): void;
}

/**
 * @throws OperatingError where the directory cannot be used: open elsewhere, of another namespace, or with another partition count.
 */
export async function openMemory(options: MemoryOptions): Promise<Memory> {
  const names = topicNames(options.namespace);
  const partitions = options.partitions ?? DEFAULT_PARTITIONS;
  if (!Number.isSafeInteger(partitions) || partitions < 1) throw new RangeError(`Expected partitions to be a whole number from 1 on, but found ${partitions}`);
  const clock = options.clock ?? systemClock();
  const keep = { keepMs: options.keepEndedMs ?? 7 * 86_400_000, keepCount: Math.ceil((options.keepEndedRuns ?? 20_000) / partitions) };
  const views = Array.from({ length: partitions }, () => new PartitionView(keep));
  const kept = await openDirectory(options, partitions);
  const broker = new Broker({
    partitions,
    retainBytes: options.retainBytes ?? 67_108_864,
    store: kept.store,
    ruleOf: (topic) => ruleOf(topic, names, kept.store !== undefined),
    neededFrom: (topic, partition) => (topic === names.history ? historyNeededFrom(views[partition]) : Infinity),
  });
  const tables = { reservations: new Reservations(), deadLetters: new DeadLetterTable(), wakeUps: new WakeUpTable(), poison: new Map() as PoisonTable };

  function connect(): MemoryConnection {
    const session = new Session();
    const parts: PortParts = { broker, names, session, clock, namespace: options.namespace };
    return {
      names,
      clock,
      history: historyLog(parts),
      inboxSender: inboxSender(parts),
      inboxSource: inboxSource(parts),
      commandBus: commandBus(parts),
      commandSource: commandSource(parts),
      deadLetters: deadLetters(parts),
      deadLetterIndex: deadLetterIndex(tables.deadLetters, session),
      definitions: definitions(parts),
      requestSource: requestSource(parts),
      requestSender: requestSender(parts),
      stateIndex: stateIndex({ views, clock, session }),
      runViews: runViews({ views, reservations: tables.reservations, clock, session }),
      poisonWatch: poisonWatch(tables.poison, session),
      wakeUps: wakeUps(parts, tables.wakeUps),
      blobStore: kept.blobs,
      close: () => session.close(),
      crash: () => session.crash(),
    };
  }

  const own = connect();
  const others: MemoryConnection[] = [];
  return {
    ...own,
    connect() {
      const connection = connect();
      others.push(connection);
      return connection;
    },
    async records(topic) {
      const found: LogRecord[] = [];
      for (const log of broker.topic(topic)) {
        for (let chunk = log.read(log.first); chunk.length > 0; chunk = log.read(chunk.at(-1)!.offset + 1)) found.push(...chunk);
      }
      return found;
    },
    undelivered: () => broker.undelivered,
    wipeView() {
      for (const view of views) view.wipe();
      tables.deadLetters.wipe();
      tables.wakeUps.waiting.clear();
      tables.poison.clear();
    },
    async close() {
      await Promise.all([own, ...others].map((connection) => connection.close()));
      broker.close();
    },
    crash() {
      for (const connection of [own, ...others]) connection.crash();
      broker.close();
    },
  };
}

function ruleOf(topic: string, names: TopicNames, stored: boolean): TopicRule {
  switch (topic) {
    case names.history:
      // Without a store the view lives as long as the log, so what is in it is not read again.
      return { keep: stored ? 'always' : 'newest', durable: true };
    case names.inbox:
    case names.requests:
      return { keep: 'until-read', durable: true };
    case names.definitions:
      return { keep: 'newest-per-key', durable: true };
    case names.deadLetters:
      return { keep: 'newest', durable: true };
    case names.lifecycle:
    case names.events:
      return { keep: 'newest', durable: false };
    default:
      // Commands are published again from the history where they were lost.
      return { keep: 'until-read', durable: false };
  }
}

/** A view that is being built may still be thrown away: until it is whole, all of the history is needed. */
function historyNeededFrom(view: PartitionView | undefined): number {
  const meta = view?.meta;
  return meta === undefined || meta.histOff < meta.epoch ? 0 : meta.histOff + 1;
}

async function openDirectory(options: MemoryOptions, partitions: number): Promise<{ readonly store: LogStore | undefined; readonly blobs: BlobStore }> {
  const { directory, namespace, durability = 'disk' } = options;
  if (directory === undefined) return { store: undefined, blobs: memoryBlobs() };
  const store = sqliteLogStore(openDatabase(directory, { namespace, partitions }), { durability });
  return { store, blobs: await diskBlobs(directory) };
}
