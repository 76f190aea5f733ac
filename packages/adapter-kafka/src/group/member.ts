/**
 * A member of a consumer group on one topic. It keeps kafkajs's fetch loop free of anybody's work, writes positions
 * lazily, and sees to it that a rebalance finds nothing half handed over.
 *
 * Invariants:
 * 1. kafkajs's handler returns at once and never throws: a slow receiver stops its own partition only (see feed.ts), and
 *    an error in user code would end the consumer for good while the process lives on.
 * 2. Before the member joins again, what waits is forgotten, what was handed over is given time to finish, and positions
 *    are written: until all members have rejoined, the broker accepts them from the old generation. Holding the handler
 *    until its records are done would do the same, but stop every partition for as long as the slowest record takes.
 *    A member that is about to leave joins no earlier: a rebalance finds it in the middle of finishing as often as not.
 * 3. Offsets are never committed by kafkajs: with autoCommit each batch waits for the group coordinator.
 * 4. A stretch belongs to one assignment. After a rebalance fetching begins at the written positions again, so nothing
 *    that was fetched before is handed over after it.
 */
import { OperatingError } from '@baton/contracts';
import { PartitionAssigners, type Consumer, type EachBatchPayload, type PartitionAssigner } from 'kafkajs';
import { createClient } from '../client/clients.ts';
import type { AssignerWithJoinHook, RawRecord } from '../client/kafkajs-internals.ts';
import type { Sockets } from '../client/sockets.ts';
import { pause, withDeadline } from '../deadline.ts';
import { toOperatingError } from '../errors.ts';
import type { KafkaSettings } from '../options.ts';
import { toLogRecord } from '../record.ts';
import { GATHERING_MS, Traffic } from '../traffic.ts';
import { Feed, type Stretch } from './feed.ts';

export interface MemberPlan {
  readonly groupId: string;
  readonly topic: string;
  /** All partitions of this member, after each rebalance. Must not throw. */
  assigned?(partitions: readonly number[]): void;
  /** One stretch of a partition; the next of the same partition comes when this resolves. Must not reject. `lost` fires when the assignment is over. */
  deliver(stretch: Stretch, lost: AbortSignal): Promise<void>;
  /** Resolves when everything handed over is settled and its positions are given to `commit`. Bounded by the member. */
  settled?(): Promise<void>;
  crashed(error: Error): void;
}

interface Assignment {
  readonly feeds: ReadonlyMap<number, Feed>;
  readonly lost: AbortController;
  /** Positions not written yet: the offset of the next record. */
  readonly commits: Map<number, number>;
  /** Under way or done: a rejoin and a stop that come together wait for the same end. */
  settling?: Promise<void>;
}

export class GroupMember {
  readonly #settings: KafkaSettings;
  readonly #plan: MemberPlan;
  readonly #consumer: Consumer;
  readonly #sockets: Sockets;
  #assignment: Assignment = { feeds: new Map(), lost: new AbortController(), commits: new Map() };
  /** Seeks that no fetch has answered yet: kafkajs forgets them when it joins again, as it does when a leader changes. */
  readonly #sought = new Map<number, number>();
  #commitTimer: NodeJS.Timeout | undefined;
  #committing: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #crashed = false;
  readonly #traffic = new Traffic();

  /** @throws OperatingError where the broker cannot be reached or the topic is missing. */
  static async join(settings: KafkaSettings, plan: MemberPlan): Promise<GroupMember> {
    const member = new GroupMember(settings, plan);
    await member.#connect();
    // Only after the caller holds the member: `assigned` may be answered with a seek.
    setImmediate(() => member.#run());
    return member;
  }

  private constructor(settings: KafkaSettings, plan: MemberPlan) {
    this.#settings = settings;
    this.#plan = plan;
    const { kafka, sockets } = createClient(settings, 'for-hours');
    this.#sockets = sockets;
    const { sessionMs, heartbeatMs, rebalanceMs } = settings.timeouts;
    const { partitionBytes, maxWaitMs } = settings.consumer;
    const assigner: PartitionAssigner = (config) => {
      const hooked: AssignerWithJoinHook = { ...PartitionAssigners.roundRobin(config), beforeJoin: () => this.#beforeJoin(), beforeFetch: () => this.#beforeFetch() };
      return hooked;
    };
    this.#consumer = kafka.consumer({
      groupId: plan.groupId,
      partitionAssigners: [assigner],
      allowAutoTopicCreation: false,
      sessionTimeout: sessionMs,
      heartbeatInterval: heartbeatMs,
      rebalanceTimeout: rebalanceMs,
      minBytes: 1,
      maxWaitTimeInMs: maxWaitMs,
      maxBytesPerPartition: partitionBytes,
      maxBytes: partitionBytes * 8,
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, factor: 0.2, multiplier: 2, retries: 10_000, restartOnFailure: async () => this.#stopping === undefined },
    });
    this.#consumer.on(this.#consumer.events.GROUP_JOIN, ({ payload }) => this.#joined(payload.memberAssignment[plan.topic] ?? []));
    this.#consumer.on(this.#consumer.events.CRASH, ({ payload: { error, restart } }) => this.#onCrash(error, restart));
  }

  get crashed(): boolean {
    return this.#crashed;
  }

  /** The next stretch of this partition begins at `offset`. Of a partition that is not ours it does nothing. */
  seek(partition: number, offset: number): void {
    const feed = this.#assignment.feeds.get(partition);
    if (feed === undefined || this.#assignment.lost.signal.aborted) return;
    feed.clear();
    this.#sought.set(partition, offset);
    this.#quietly(() => this.#consumer.seek({ topic: this.#plan.topic, partition, offset: String(offset) }));
  }

  /** Remembers the offset of the next record; written within a second, when rejoining, and when stopping. */
  commit(partition: number, offset: number): void {
    if (!this.#assignment.feeds.has(partition)) return;
    this.#assignment.commits.set(partition, offset);
    this.#commitTimer ??= setTimeout(() => {
      this.#commitTimer = undefined;
      void this.#writeCommits();
    }, this.#settings.consumer.commitEveryMs).unref();
  }

  /** Takes nothing more, waits for what was handed over, writes positions and leaves the group. */
  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      await this.#settle();
      clearTimeout(this.#commitTimer);
      try {
        await withDeadline(this.#settings.timeouts.closeMs, `Leaving ${this.#plan.groupId}`, this.#consumer.disconnect());
      } catch (error) {
        this.#settings.log({ level: 'warn', message: 'Leaving a group did not succeed; the group notices by itself', fields: { groupId: this.#plan.groupId, error: (error as Error).message } });
      } finally {
        this.#sockets.cut();
      }
    })();
    return this.#stopping;
  }

  async #connect(): Promise<void> {
    const { groupId, topic } = this.#plan;
    try {
      await withDeadline(this.#settings.timeouts.startMs, `Connecting to read ${topic}`, (async () => {
        await this.#consumer.connect();
        // Where no position is known, everything that is kept counts: nothing may be lost in silence.
        await this.#consumer.subscribe({ topic, fromBeginning: true });
      })());
    } catch (error) {
      this.#sockets.cut();
      void this.#consumer.disconnect().catch(() => undefined);
      throw toOperatingError(error, `Joining ${groupId}`, 'yes');
    }
  }

  #run(): void {
    if (this.#stopping !== undefined) return;
    const running = this.#consumer.run({ autoCommit: false, partitionsConsumedConcurrently: 1, eachBatch: async (payload) => this.#onBatch(payload) });
    running.catch((error: unknown) => this.#onCrash(error as Error, false));
  }

  #onBatch({ batch, isStale }: EachBatchPayload): void {
    try {
      const feed = this.#assignment.feeds.get(batch.partition);
      if (feed === undefined || this.#assignment.lost.signal.aborted || isStale()) return;
      const fetchedFrom = Number((batch as unknown as { fetchedOffset: string }).fetchedOffset);
      if (this.#sought.get(batch.partition) === fetchedFrom) this.#sought.delete(batch.partition);
      const records = batch.messages.map((message) => toLogRecord(batch.partition, message as RawRecord));
      this.#traffic.passed(records.length);
      feed.add({
        partition: batch.partition,
        fetchedFrom,
        records,
        // The broker looks at the high watermark before it reads, so the records may reach beyond it.
        endOffset: Math.max(Number(batch.highWatermark), (records.at(-1)?.offset ?? -1) + 1),
      });
    } catch (error) {
      this.#onCrash(error as Error, false);
    }
  }

  #joined(partitions: readonly number[]): void {
    if (this.#stopping !== undefined) return;
    const lost = new AbortController();
    const { topic } = this.#plan;
    const { aheadRecords, aheadBytes } = this.#settings.consumer;
    const feedOf = (partition: number): Feed =>
      new Feed(partition, {
        aheadRecords,
        aheadBytes,
        deliver: (stretch) => this.#deliver(stretch, lost.signal),
        pauseFetching: () => this.#quietly(() => this.#consumer.pause([{ topic, partitions: [partition] }])),
        resumeFetching: () => this.#quietly(() => this.#consumer.resume([{ topic, partitions: [partition] }])),
      });
    this.#endAssignment();
    // kafkajs remembers pauses across rebalances.
    this.#quietly(() => this.#consumer.resume([{ topic, partitions: [...partitions] }]));
    for (const [partition, offset] of this.#sought) {
      if (partitions.includes(partition)) this.#quietly(() => this.#consumer.seek({ topic, partition, offset: String(offset) }));
      else this.#sought.delete(partition);
    }
    this.#assignment = { feeds: new Map(partitions.map((partition) => [partition, feedOf(partition)])), lost, commits: new Map() };
    this.#settings.log({ level: 'info', message: 'Partitions were assigned', fields: { groupId: this.#plan.groupId, topic, partitions: partitions.join(',') } });
    this.#plan.assigned?.([...partitions].sort((a, b) => a - b));
  }

  async #deliver(stretch: Stretch, lost: AbortSignal): Promise<void> {
    try {
      await this.#plan.deliver(stretch, lost);
    } catch (error) {
      this.#settings.log({ level: 'error', message: 'A receiver of records rejected, which it must not', fields: { groupId: this.#plan.groupId, topic: this.#plan.topic, partition: stretch.partition, fetchedFrom: stretch.fetchedFrom, error: String(error) } });
    }
  }

  #endAssignment(): void {
    for (const feed of this.#assignment.feeds.values()) feed.end();
    this.#assignment.lost.abort();
  }

  async #beforeJoin(): Promise<void> {
    const { feeds, lost, settling } = this.#assignment;
    // After a crash the old generation is gone: there is nothing to wait for.
    if (settling !== undefined || (feeds.size > 0 && !lost.signal.aborted)) await this.#settle();
  }

  /** A fetch ends with the first record that comes, so under load a moment's pause fills it. */
  #beforeFetch(): Promise<void> | undefined {
    return this.#traffic.heavy ? pause(GATHERING_MS) : undefined;
  }

  #settle(): Promise<void> {
    return (this.#assignment.settling ??= this.#finish());
  }

  /** Ends the assignment: what waits is forgotten, what was handed over finishes, positions are written. */
  async #finish(): Promise<void> {
    const { topic, groupId } = this.#plan;
    this.#endAssignment();
    const partitions = [...this.#assignment.feeds.keys()];
    this.#quietly(() => this.#consumer.pause([{ topic, partitions }]));
    try {
      await withDeadline(this.#settings.timeouts.handoverMs, 'Waiting for records that were handed over', Promise.resolve(this.#plan.settled?.()));
    } catch (error) {
      this.#settings.log({ level: 'warn', message: 'Records that were handed over are not done when the partitions change hands; they may run twice', fields: { groupId, topic, error: (error as Error).message } });
    }
    if (!(await this.#writeCommits())) {
      this.#settings.log({ level: 'warn', message: 'Positions could not be written before the partitions change hands; what was done since the last ones may run twice', fields: { groupId, topic, partitions: [...this.#assignment.commits.keys()].join(',') } });
    }
  }

  /** One at a time, to its true end: kafkajs tries again by itself, and an older position must not be written over a newer one. @returns whether nothing is left to write. */
  async #writeCommits(): Promise<boolean> {
    const { requestMs } = this.#settings.timeouts;
    const { commits } = this.#assignment;
    try {
      while (this.#committing !== undefined) await withDeadline(requestMs, 'Writing positions', this.#committing);
      if (commits.size > 0) await withDeadline(requestMs, 'Writing positions', this.#beginCommit(commits));
    } catch {
      return false;
    }
    return commits.size === 0;
  }

  #beginCommit(commits: Map<number, number>): Promise<void> {
    const { topic, groupId } = this.#plan;
    const written = [...commits];
    this.#committing = this.#consumer
      .commitOffsets(written.map(([partition, offset]) => ({ topic, partition, offset: String(offset) })))
      .then(() => {
        for (const [partition, offset] of written) if (commits.get(partition) === offset) commits.delete(partition);
      })
      // Positions bound what is repeated; the next round writes them, or the next owner begins earlier.
      .catch((error: unknown) => this.#settings.log({ level: 'debug', message: 'Positions were not written', fields: { groupId, topic, error: (error as Error).message } }))
      .finally(() => {
        this.#committing = undefined;
        if (commits.size > 0 && this.#stopping === undefined && this.#assignment.commits === commits) for (const [partition, offset] of commits) this.commit(partition, offset);
      });
    return this.#committing;
  }

  #onCrash(error: Error, restart: boolean): void {
    this.#endAssignment();
    if (restart) {
      this.#settings.log({ level: 'warn', message: 'Reading was interrupted and begins again', fields: { groupId: this.#plan.groupId, error: error.message } });
      return;
    }
    if (this.#crashed || this.#stopping !== undefined) return;
    this.#crashed = true;
    this.#plan.crashed(new OperatingError('unavailable', `Reading ${this.#plan.topic} as ${this.#plan.groupId} has ended for good: ${error.message}`, { retry: 'no', cause: error }));
  }

  /** Between a crash and its restart kafkajs refuses these; the next assignment begins anew anyway. */
  #quietly(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#settings.log({ level: 'debug', message: 'The consumer is not running', fields: { groupId: this.#plan.groupId, error: (error as Error).message } });
    }
  }
}
