import { Namespace, OperatingError, type TopicNames } from '@baton/contracts';
import type { KafkaConfig } from 'kafkajs';
import type { NetworkHooks } from './client/sockets.ts';

export interface KafkaOptions {
  /** Bootstrap addresses, `host:port`. */
  readonly brokers: readonly string[];
  /** How this process is called in the broker's logs and quotas, such as `orchestrator`. */
  readonly clientId: string;
  readonly namespace: string;
  /** Partitions of inbox and history. Absent: as the broker has them; both must agree. */
  readonly partitions?: number;
  readonly ssl?: KafkaConfig['ssl'];
  readonly sasl?: KafkaSasl;
  /** Told what is worth knowing. Default: nothing is logged. */
  readonly log?: KafkaLog;
  /** Topics that must exist when connecting; a process that may not see a topic leaves it out. Default: all but command topics, which are checked when first used. */
  readonly requires?: readonly RequiredTopic[];
  readonly timeouts?: Partial<KafkaTimeouts>;
  /** How reading from groups is tuned. */
  readonly consumer?: Partial<ConsumerTuning>;
}

export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

export type RequiredTopic = Exclude<keyof TopicNames, 'command'>;

export type KafkaLog = (entry: { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly message: string; readonly fields: Readonly<Record<string, string | number | boolean>> }) => void;

/** All in milliseconds. */
export interface KafkaTimeouts {
  /** One TCP (and TLS) connection. Default 3,000. */
  readonly connectMs: number;
  /** Reaching a broker and checking the topics, all in all. Default 15,000. */
  readonly startMs: number;
  /** One request to a broker. Default 6,000. */
  readonly requestMs: number;
  /** One send with everything that is retried inside; after it the outcome is unknown. Default 9,000, below the lane's own deadline. */
  readonly sendMs: number;
  /** One read of a chunk or of bounds, with what is retried inside. Default 9,000. */
  readonly readMs: number;
  /** A member that is silent for so long has lost its partitions. Default 30,000. */
  readonly sessionMs: number;
  /** A member hears of a rebalance with its next heartbeat, and all wait for the last one. Default 1,000, or a third of sessionMs where that is less. */
  readonly heartbeatMs: number;
  /** How long a rebalance waits for members to rejoin. Default 60,000. */
  readonly rebalanceMs: number;
  /** How long a rejoin waits for records that were handed over. Default 10,000: a step takes its lease after one second. */
  readonly handoverMs: number;
  /** Leaving a group and closing connections. Default 10,000. */
  readonly closeMs: number;
}

export interface ConsumerTuning {
  /** How long the broker may hold a fetch that finds nothing. Data ends it at once; it bounds how late a paused partition is taken up again when nothing else comes. Default 250 ms. */
  readonly maxWaitMs: number;
  /** Bytes of one partition in one fetch. Default 524,288. */
  readonly partitionBytes: number;
  /** Records fetched ahead per partition before its fetching is paused. Default 1,000. */
  readonly aheadRecords: number;
  /** Bytes fetched ahead per partition before its fetching is paused. Default 1,048,576. */
  readonly aheadBytes: number;
  /** Positions are written after so long. Default 1,000 ms. */
  readonly commitEveryMs: number;
}

const DEFAULT_TIMEOUTS: KafkaTimeouts = {
  connectMs: 3_000,
  startMs: 15_000,
  requestMs: 6_000,
  sendMs: 9_000,
  readMs: 9_000,
  sessionMs: 30_000,
  heartbeatMs: 1_000,
  rebalanceMs: 60_000,
  handoverMs: 10_000,
  closeMs: 10_000,
};

const DEFAULT_CONSUMER: ConsumerTuning = { maxWaitMs: 250, partitionBytes: 524_288, aheadRecords: 1_000, aheadBytes: 1_048_576, commitEveryMs: 1_000 };

const ALL_TOPICS: readonly RequiredTopic[] = ['requests', 'inbox', 'history', 'lifecycle', 'events', 'definitions', 'deadLetters'];

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly namespace: string;
  readonly partitions: number | undefined;
  readonly ssl: KafkaConfig['ssl'] | undefined;
  readonly sasl: KafkaSasl | undefined;
  readonly log: KafkaLog;
  readonly requires: readonly RequiredTopic[];
  readonly timeouts: KafkaTimeouts;
  readonly consumer: ConsumerTuning;
  readonly network: NetworkHooks;
}

/** @throws OperatingError `invalid_input` that lists everything that is wrong at once. */
export function readOptions(options: KafkaOptions): KafkaSettings {
  const problems: string[] = [];
  if (!Array.isArray(options.brokers) || options.brokers.length === 0) problems.push('brokers: expected at least one address such as "localhost:9092"');
  for (const broker of options.brokers ?? []) {
    if (typeof broker !== 'string' || !/^[^\s:/]+:\d{1,5}$/.test(broker)) problems.push(`brokers: expected host:port, but found "${broker}"`);
  }
  if (typeof options.clientId !== 'string' || options.clientId === '') problems.push('clientId: expected a name such as "orchestrator"');
  const namespace = Namespace.safeParse(options.namespace);
  if (!namespace.success) problems.push(`namespace: ${namespace.error.issues[0]!.message}, but found "${options.namespace}"`);
  if (options.partitions !== undefined && !(Number.isInteger(options.partitions) && options.partitions > 0)) problems.push(`partitions: expected a whole number from 1, but found ${options.partitions}`);
  const heartbeatMs = Math.min(DEFAULT_TIMEOUTS.heartbeatMs, Math.floor((options.timeouts?.sessionMs ?? DEFAULT_TIMEOUTS.sessionMs) / 3));
  const timeouts = { ...DEFAULT_TIMEOUTS, heartbeatMs, ...options.timeouts };
  const consumer = { ...DEFAULT_CONSUMER, ...options.consumer };
  for (const [name, value] of [...Object.entries(timeouts), ...Object.entries(consumer)]) {
    if (!(Number.isFinite(value) && value > 0)) problems.push(`${name}: expected a number above 0, but found ${value}`);
  }
  if (timeouts.heartbeatMs * 3 > timeouts.sessionMs) problems.push(`heartbeatMs: expected at most a third of sessionMs (${timeouts.sessionMs}), but found ${timeouts.heartbeatMs}`);
  if (timeouts.handoverMs >= timeouts.rebalanceMs) problems.push(`handoverMs: expected less than rebalanceMs (${timeouts.rebalanceMs}), but found ${timeouts.handoverMs}`);
  if (consumer.maxWaitMs > timeouts.heartbeatMs) problems.push(`maxWaitMs: expected at most heartbeatMs (${timeouts.heartbeatMs}), since heartbeats go out between fetches, but found ${consumer.maxWaitMs}`);
  if (problems.length > 0) throw new OperatingError('invalid_input', `The Kafka options have mistakes:\n${problems.map((problem) => `- ${problem}`).join('\n')}`, { retry: 'no' });
  return {
    brokers: [...options.brokers],
    clientId: options.clientId,
    namespace: options.namespace,
    partitions: options.partitions,
    ssl: options.ssl,
    sasl: options.sasl,
    log: options.log ?? (() => undefined),
    requires: options.requires ?? ALL_TOPICS,
    timeouts,
    consumer,
    network: {},
  };
}
