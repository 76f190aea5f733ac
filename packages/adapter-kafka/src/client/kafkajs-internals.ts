/**
 * The only place that reaches inside kafkajs. The version is pinned exactly and `kafkajs-internals.test.ts` holds the
 * shapes used here against it. Five things need it:
 *
 * 1. The request queue of every connection sets its next check a negative time ahead, which Node makes 1 ms: an idle
 *    client wakes a thousand times a second for nothing and prints TimeoutNegativeWarning (kafkajs #1603, #1751).
 *    Checks are needed only while requests wait or the broker throttles.
 * 2. Nobody is asked before a member rejoins its group, but what was handed over has to be finished and its position
 *    written while the old generation still counts. `joinAndSync` is the one door that every way into a rebalance uses.
 *    Nor can anybody say when the next fetch is due, which under load decides how full it is.
 * 3. Reading a partition without a group: kafkajs has no `assign()`. Its cluster and broker can fetch by themselves, so
 *    readers need no membership, no rebalance, no paused partitions, and leave no group behind.
 * 4. Every number in a record is written through an array, a buffer and, for timestamps, BigInt arithmetic: a dozen
 *    allocations a record. Written in place it is the same bytes at a fraction of the cost. Each of the many encoders of
 *    a request also begins with half a kilobyte of zeros, and checksums are worked out byte by byte in JavaScript.
 * 5. A connection that breaks while a member asks who coordinates its group ends the member for good: kafkajs swallows what
 *    happened and calls it an error that trying again cannot help. A broker that restarts at that moment would stop a process.
 */
import { createRequire } from 'node:module';
import { crc32c } from '@node-rs/crc32';
import type { ISocketFactory, KafkaConfig, PartitionAssigner } from 'kafkajs';

const require = createRequire(import.meta.url);

/** A partition assigner that is told before its member joins (again), and before each fetch. */
export type AssignerWithJoinHook = ReturnType<PartitionAssigner> & { readonly beforeJoin?: () => Promise<void>; readonly beforeFetch?: () => Promise<void> | undefined };

interface RequestQueueInternals {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
}

export interface RawRecord {
  readonly offset: string;
  readonly timestamp: string;
  /** 1 where the topic has message.timestamp.type=LogAppendTime; kafkajs then gives that time. */
  readonly batchContext?: { readonly timestampType?: number };
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[] | null | undefined>> | undefined;
  readonly isControlRecord?: boolean;
}

export interface RawFetchedPartition {
  readonly partition: number;
  readonly highWatermark: string;
  readonly messages: readonly RawRecord[];
}

export interface RawBroker {
  readonly nodeId: number;
  fetch(request: {
    readonly maxWaitTime: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly isolationLevel: 0 | 1;
    readonly topics: readonly { readonly topic: string; readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string; readonly maxBytes: number }[] }[];
  }): Promise<{ readonly responses: readonly { readonly topicName: string; readonly partitions: readonly RawFetchedPartition[] }[] }>;
}

export interface RawCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  refreshMetadata(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  findBroker(node: { readonly nodeId: string | number }): Promise<RawBroker>;
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Readonly<Record<string, readonly number[]>>;
  fetchTopicsOffset(
    topics: readonly { readonly topic: string; readonly partitions: readonly { readonly partition: number }[]; readonly fromBeginning: boolean }[],
  ): Promise<readonly { readonly topic: string; readonly partitions: readonly { readonly partition: number; readonly offset: string }[] }[]>;
}

export const READ_UNCOMMITTED = 0;
export const READ_COMMITTED = 1;

const MENDED = Symbol.for('baton.kafkajs.mended');

/** Mends kafkajs in this process, once. */
export function mendKafkajs(): void {
  const RequestQueue = require('kafkajs/src/network/requestQueue/index.js') as { prototype: Record<PropertyKey, unknown> };
  const ConsumerGroup = require('kafkajs/src/consumer/consumerGroup.js') as { prototype: Record<PropertyKey, unknown> };
  if (RequestQueue.prototype[MENDED] === true) return;
  RequestQueue.prototype[MENDED] = true;

  const schedule = RequestQueue.prototype['scheduleCheckPendingRequests'] as (this: RequestQueueInternals) => void;
  RequestQueue.prototype['scheduleCheckPendingRequests'] = function scheduleOnlyWhenNeeded(this: RequestQueueInternals): void {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this);
  };

  writeNumbersInPlace(require('kafkajs/src/protocol/encoder.js') as EncoderClass);
  replaceChecksum();
  sayWhyNoCoordinator(require('kafkajs/src/cluster/index.js') as { prototype: object });

  type Joining = { readonly assigners: readonly AssignerWithJoinHook[] };
  const joinAndSync = ConsumerGroup.prototype['joinAndSync'] as (this: Joining) => Promise<void>;
  ConsumerGroup.prototype['joinAndSync'] = async function joinAfterHook(this: Joining): Promise<void> {
    for (const assigner of this.assigners) await assigner.beforeJoin?.();
    return joinAndSync.call(this);
  };
  const fetch = ConsumerGroup.prototype['fetch'] as (this: Joining, nodeId: unknown) => Promise<unknown>;
  ConsumerGroup.prototype['fetch'] = async function fetchAfterHook(this: Joining, nodeId: unknown): Promise<unknown> {
    for (const assigner of this.assigners) await assigner.beforeFetch?.();
    return fetch.call(this, nodeId);
  };
}

interface AskedBroker {
  findGroupCoordinator(request: object): Promise<object>;
}
interface ClusterInternals {
  readonly brokerPool: { withBroker(callback: (asked: { readonly broker: AskedBroker }) => Promise<object>): Promise<object | null> };
}

/** What Kafka calls it, and what kafkajs looks up the brokers again for and asks once more. */
const COORDINATOR_AWAY = 'GROUP_COORDINATOR_NOT_AVAILABLE';

/** Asks each broker; where none answers, says why: a refusal as it came, everything else as worth another try. */
function sayWhyNoCoordinator(cluster: { readonly prototype: object }): void {
  Object.assign(cluster.prototype, {
    async findGroupCoordinatorMetadata(this: ClusterInternals, request: object): Promise<object> {
      let reason: (Error & { readonly retriable?: boolean }) | undefined;
      const found = await this.brokerPool.withBroker(({ broker }) =>
        broker.findGroupCoordinator(request).catch((error: Error) => {
          reason = error;
          throw error;
        }),
      );
      if (found !== null) return found;
      if (reason?.retriable === false) throw reason;
      throw Object.assign(new Error(`Nobody says who coordinates the group: ${reason?.message ?? 'no broker can be reached'}`, { cause: reason }), { type: COORDINATOR_AWAY, retriable: true });
    },
  });
}

interface EncoderInternals {
  buf: Buffer;
  offset: number;
  ensureAvailable(bytes: number): void;
  writeUVarInt(value: number): EncoderInternals;
}
interface EncoderClass {
  readonly prototype: EncoderInternals & { writeVarLong(value: unknown): EncoderInternals };
  nextPowerOfTwo(value: number): number;
  sizeOfVarLong(value: unknown): number;
}

const SMALLEST_BUFFER = 64;
const LONGEST_VAR_INT = 5;
/** Zigzag doubles a number, and bit operations take 32 bits. */
const SMALL = 2 ** 30;

/** Variable-length integers by the encoding of Kafka's record format v2 (LEB128 of zigzag). */
function writeNumbersInPlace(encoder: EncoderClass): void {
  const { prototype } = encoder;
  const { writeVarLong } = prototype;
  const sizeOfVarLong = encoder.sizeOfVarLong.bind(encoder);
  // The size a buffer begins with: none, since ensureAvailable makes room for what comes first.
  encoder.nextPowerOfTwo = () => 0;
  // Only what was written is ever read, so a buffer that grows need not be zeroed; and it doubles, where kafkajs grows to the next power of two of what is asked.
  prototype.ensureAvailable = function ensureAvailable(this: EncoderInternals, bytes: number): void {
    const needed = this.offset + bytes;
    if (needed <= this.buf.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.buf.length * 2, SMALLEST_BUFFER));
    this.buf.copy(grown, 0, 0, this.offset);
    this.buf = grown;
  };
  prototype.writeUVarInt = function writeUVarInt(this: EncoderInternals, value: number): EncoderInternals {
    this.ensureAvailable(LONGEST_VAR_INT);
    let rest = value;
    while ((rest & ~0x7f) !== 0) {
      this.buf[this.offset++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buf[this.offset++] = rest;
    return this;
  };
  const small = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value < SMALL;
  prototype.writeVarLong = function (this: EncoderInternals, value: unknown): EncoderInternals {
    return small(value) ? this.writeUVarInt(value * 2) : writeVarLong.call(this as EncoderClass['prototype'], value);
  };
  encoder.sizeOfVarLong = (value) => {
    if (!small(value)) return sizeOfVarLong(value);
    let bytes = 1;
    for (let rest = value * 2; rest >= 0x80; rest = Math.floor(rest / 128)) bytes++;
    return bytes;
  };
}

/** Loaded before the modules that take hold of it, which kafkajs loads with the first record. */
function replaceChecksum(): void {
  const path = require.resolve('kafkajs/src/protocol/recordBatch/crc32C/index.js');
  require(path);
  require.cache[path]!.exports = (bytes: Buffer) => crc32c(bytes);
}

export interface RawClusterOptions extends Pick<KafkaConfig, 'ssl' | 'sasl' | 'clientId' | 'retry' | 'logCreator' | 'logLevel'> {
  readonly brokers: KafkaConfig['brokers'];
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly socketFactory: ISocketFactory;
  readonly isolationLevel: 0 | 1;
}

/** The cluster that kafkajs's own clients are made of, without a client around it. */
export function createCluster(options: RawClusterOptions): RawCluster {
  const Cluster = require('kafkajs/src/cluster/index.js') as new (config: object) => RawCluster;
  const { createLogger } = require('kafkajs/src/loggers/index.js') as { createLogger(config: object): unknown };
  const { logCreator, logLevel, ...cluster } = options;
  return new Cluster({
    ...cluster,
    logger: createLogger({ level: logLevel, logCreator }),
    enforceRequestTimeout: true,
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: false,
    maxInFlightRequests: null,
    offsets: new Map(),
  });
}
