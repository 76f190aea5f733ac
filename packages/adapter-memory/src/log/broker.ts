/**
 * Topics, partitions and consumer groups of one namespace in this process.
 *
 * Invariants:
 *  B1  offsets of a partition are given in the order of the calls and never twice;
 *  B2  a batch is appended whole or not at all;
 *  B3  where there is a store, nothing is readable or acknowledged before the store has it;
 *  B4  a record is dropped only when every group that reads its topic is past it.
 */
import { OperatingError } from '@baton/contracts';
import { Group } from './group.ts';
import type { LogStore, StoredAppend, StoredPosition } from './log-store.ts';
import { PartitionLog, type NewRecord } from './partition-log.ts';

/** How a topic is kept. */
export interface TopicRule {
  /**
   * What happens above the limit. `until-read`: a record goes when every group has read it, and none goes while there is no
   * group. `newest`: the oldest go. `newest-per-key`: compacted, whatever the size. `always`: nothing goes.
   */
  readonly keep: 'until-read' | 'newest' | 'newest-per-key' | 'always';
  /** Whether an acknowledgement means that the disk has it. Off for what can be derived from a durable topic again. */
  readonly durable: boolean;
}

export interface BrokerOptions {
  readonly partitions: number;
  /** Bytes of one topic that stay in memory; without a store, that stay at all. */
  readonly retainBytes: number;
  readonly store: LogStore | undefined;
  ruleOf(topic: string): TopicRule;
  /** Records from here on are needed by someone beside the groups. */
  neededFrom?(topic: string, partition: number): number;
}

/** Positions are a hint and travel with the next append; without one they are written so often. */
const POSITIONS_EVERY_MS = 1_000;
/** Compaction waits for so many records, so that it costs little. */
const COMPACT_EVERY = 256;

interface Waiting {
  readonly log: PartitionLog;
  readonly records: readonly NewRecord[];
  resolve(baseOffset: number): void;
  reject(error: unknown): void;
}

export class Broker {
  readonly partitions: number;
  readonly #options: BrokerOptions;
  readonly #logs = new Map<string, readonly PartitionLog[]>();
  readonly #groups = new Map<string, Group>();
  readonly #compactedAt = new Map<PartitionLog, number>();
  #waiting: Waiting[] = [];
  #flushing = false;
  #closed = false;
  #positionTimer: NodeJS.Timeout | undefined;

  constructor(options: BrokerOptions) {
    this.partitions = options.partitions;
    this.#options = options;
  }

  log(topic: string, partition: number): PartitionLog {
    const log = this.topic(topic)[partition];
    if (log === undefined) throw new RangeError(`Expected a partition of ${topic} below ${this.topic(topic).length}, but found ${partition}`);
    return log;
  }

  topic(topic: string): readonly PartitionLog[] {
    let logs = this.#logs.get(topic);
    if (logs === undefined) {
      const { store } = this.#options;
      logs = Array.from({ length: this.partitionsOf(topic) }, (_, partition) => {
        if (store === undefined) return new PartitionLog(topic, partition, { first: 0, next: 0 });
        return new PartitionLog(topic, partition, { ...store.bounds(topic, partition), older: { read: (range) => store.read(topic, partition, range) } });
      });
      this.#logs.set(topic, logs);
    }
    return logs;
  }

  /** Dead letters and definitions are read in one order by everyone: one partition. */
  partitionsOf(topic: string): number {
    return /\.(dlq|definitions)\.v\d+$/.test(topic) ? 1 : this.partitions;
  }

  /** Records that are on a topic and not yet in the hands of those who follow it. */
  get undelivered(): number {
    let count = 0;
    for (const logs of this.#logs.values()) for (const { readers } of logs) for (const { behind } of readers) count += behind;
    return count;
  }

  group(name: string, topic: string): Group {
    const id = `${name}\n${topic}`;
    let group = this.#groups.get(id);
    if (group === undefined) {
      const logs = this.topic(topic);
      group = new Group({ logs, committed: this.#options.store?.positions(name, topic) ?? new Map(), onCommit: () => this.#positionsMoved(topic) });
      this.#groups.set(id, group);
    }
    return group;
  }

  /** @throws OperatingError where the store refuses: nothing was appended. */
  append(topic: string, partition: number, records: readonly NewRecord[]): Promise<number> {
    if (this.#closed) return Promise.reject(new OperatingError('unavailable', 'The embedded log is closed', { retry: 'no' }));
    const log = this.log(topic, partition);
    if (this.#options.store === undefined) {
      const baseOffset = log.push(records);
      this.#trim(log);
      return Promise.resolve(baseOffset);
    }
    return new Promise<number>((resolve, reject) => {
      this.#waiting.push({ log, records, resolve, reject });
      this.#flushSoon();
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#flush();
    this.#closed = true;
    this.#options.store?.close();
  }

  #positionsMoved(topic: string): void {
    if (this.#options.store === undefined) for (const log of this.topic(topic)) this.#trim(log);
    else this.#positionTimer ??= setTimeout(() => this.#flush(), POSITIONS_EVERY_MS).unref();
  }

  /** One transaction for everything that was asked in the same turn. */
  #flushSoon(): void {
    if (this.#flushing || this.#closed) return;
    this.#flushing = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    clearTimeout(this.#positionTimer);
    this.#positionTimer = undefined;
    const { store } = this.#options;
    if (store === undefined || this.#closed) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    const positions = this.#dirtyPositions();
    if (waiting.length === 0 && positions.length === 0) return;
    const next = new Map<PartitionLog, number>();
    const appends = waiting.map(({ log, records }): StoredAppend => {
      const baseOffset = next.get(log) ?? log.next;
      next.set(log, baseOffset + records.length);
      return { topic: log.topic, partition: log.partition, baseOffset, records };
    });
    try {
      store.commit({ appends, positions, durable: waiting.some(({ log }) => this.#options.ruleOf(log.topic).durable) });
    } catch (cause) {
      const error = new OperatingError('unavailable', `The embedded log could not be written: ${(cause as Error).message}`, { retry: 'yes', cause });
      for (const { reject } of waiting) reject(error);
      return;
    }
    for (const { log, records, resolve } of waiting) resolve(log.push(records));
    for (const log of next.keys()) this.#trim(log);
  }

  #dirtyPositions(): StoredPosition[] {
    const positions: StoredPosition[] = [];
    for (const [id, group] of this.#groups) {
      const [name = '', topic = ''] = id.split('\n');
      for (const [partition, offset] of group.takeDirty()) positions.push({ group: name, topic, partition, offset });
    }
    return positions;
  }

  #trim(log: PartitionLog): void {
    const { keep } = this.#options.ruleOf(log.topic);
    const { store, retainBytes } = this.#options;
    if (keep === 'newest-per-key') {
      if (log.next - (this.#compactedAt.get(log) ?? log.first) < COMPACT_EVERY) return;
      this.#compactedAt.set(log, log.next);
      store?.compact(log.topic, log.partition);
      log.compact();
      return;
    }
    const limit = retainBytes / this.partitionsOf(log.topic);
    // An eighth over the limit before anything moves: trimming record by record would copy the list each time.
    if (log.bytes <= limit * 1.125) return;
    const removable = keep === 'always' ? 0 : Math.min(keep === 'newest' ? log.next : this.#readUpTo(log), this.#options.neededFrom?.(log.topic, log.partition) ?? Infinity);
    log.shrink(limit, store === undefined ? removable : log.next);
    const below = Math.min(removable, log.oldestInMemory);
    if (store === undefined || below <= log.first) return;
    store.dropBelow(log.topic, log.partition, below);
    log.droppedBelow(below);
  }

  /** Every group is past the records below; 0 where there is no group. */
  #readUpTo(log: PartitionLog): number {
    const groups = [...this.#groups].filter(([id]) => id.endsWith(`\n${log.topic}`));
    return groups.length === 0 ? 0 : Math.min(...groups.map(([, group]) => group.committed(log.partition) ?? 0));
  }
}
