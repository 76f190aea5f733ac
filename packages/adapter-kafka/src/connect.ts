/** Every port on one Kafka cluster, for one process. */
import { LIMITS, OperatingError } from '@baton/contracts';
import type { CommandBus, CommandSource, DeadLetters, Definitions, HistoryLog, InboxSender, InboxSource, RequestSender, RequestSource } from '@baton/ports';
import { createClient } from './client/clients.ts';
import { READ_UNCOMMITTED } from './client/kafkajs-internals.ts';
import { withDeadline } from './deadline.ts';
import { toOperatingError } from './errors.ts';
import { groupNames } from './groups.ts';
import type { GroupMember } from './group/member.ts';
import { readOptions, type KafkaOptions, type KafkaSettings } from './options.ts';
import { createCommandBus } from './ports/command-bus.ts';
import { createCommandSource } from './ports/command-source.ts';
import { createDeadLetters } from './ports/dead-letters.ts';
import { createDefinitions } from './ports/definitions.ts';
import { createHistoryLog } from './ports/history-log.ts';
import { createInboxSender, createInboxSource } from './ports/inbox.ts';
import { createRequestSender, createRequestSource } from './ports/requests.ts';
import { BatchingProducer } from './produce/batching-producer.ts';
import { openSender } from './produce/sender.ts';
import { createWriter } from './produce/writer.ts';
import type { Following } from './read/follow.ts';
import { PartitionReader } from './read/partition-reader.ts';
import { TopicCatalogue } from './topics/catalogue.ts';

export interface KafkaPorts {
  readonly historyLog: HistoryLog;
  readonly inboxSender: InboxSender;
  readonly inboxSource: InboxSource;
  readonly commandBus: CommandBus;
  readonly commandSource: CommandSource;
  readonly deadLetters: DeadLetters;
  readonly definitions: Definitions;
  readonly requestSource: RequestSource;
  readonly requestSender: RequestSender;
  /** Of inbox and history. */
  readonly partitions: number;
  /** Asks a broker; never throws. */
  health(): Promise<KafkaHealth>;
  /** Stops what is subscribed, sends what waits, closes every connection. */
  close(): Promise<void>;
}

export interface KafkaHealth {
  /** A broker answered just now. */
  readonly reachable: boolean;
  readonly detail: string;
  /** Epoch milliseconds of the last acknowledged write; absent where nothing was written. */
  readonly lastAckMs?: number;
  /** Epoch milliseconds of the last write that failed. */
  readonly lastWriteFailureMs?: number;
  /** A consumer has died for good: the process should end. */
  readonly crashed: boolean;
}

/** Bytes of dead letters exceed those of other records: they carry one, in base64. As in the topic's `max.message.bytes`. */
const DEAD_LETTER_RECORD_BYTES = 2_097_152;
const REQUEST_BYTES = 1_048_576;
const QUEUE_BYTES = 67_108_864;
const PARTITION_RECORDS = 1_000;

/**
 * Connects and checks the topics.
 * @throws OperatingError `invalid_input` for options with mistakes, `unavailable` where no broker answers, `topics_mismatch` with the command that mends them.
 */
export async function connectKafka(options: KafkaOptions): Promise<KafkaPorts> {
  return connectWith(readOptions(options));
}

/** As connectKafka, for tests that meddle with the network. */
export async function connectWith(settings: KafkaSettings): Promise<KafkaPorts> {
  const { log, timeouts } = settings;
  const { kafka, sockets } = createClient(settings, 'briefly');
  const admin = kafka.admin({ retry: { retries: 2 } });
  const catalogue = new TopicCatalogue(settings, admin);
  const { names } = catalogue;

  let partitions: number;
  try {
    const connecting = (async () => {
      await admin.connect();
      return catalogue.check();
    })();
    partitions = await withDeadline(timeouts.startMs, 'Connecting to Kafka', connecting);
  } catch (error) {
    sockets.cut();
    void admin.disconnect().catch(() => undefined);
    if (error instanceof OperatingError && error.code === 'topics_mismatch') throw error;
    throw toOperatingError(error, `No Kafka broker answers at ${settings.brokers.join(', ')}`, 'yes');
  }

  const maxBytesOf = (topic: string): number => (topic === names.deadLetters ? DEAD_LETTER_RECORD_BYTES : LIMITS.recordBytes);
  const producerOf = (name: string): BatchingProducer =>
    new BatchingProducer({
      name,
      open: () => openSender(settings),
      limits: { requestBytes: REQUEST_BYTES, partitionRecords: PARTITION_RECORDS, partitionBytes: maxBytesOf },
      queueBytes: QUEUE_BYTES,
      waitMs: timeouts.sendMs,
      log,
    });
  // The history has a producer of its own: a command topic that cannot be written must not fail a commit.
  const historyProducer = producerOf('history');
  const producer = producerOf('messages');
  const writer = createWriter(producer, maxBytesOf);
  const reader = new PartitionReader(settings, READ_UNCOMMITTED);
  const members = new Set<GroupMember>();
  const followings = new Set<Following>();
  let closing: Promise<void> | undefined;

  const close = async (): Promise<void> => {
    await Promise.allSettled([...members].map((member) => member.stop()));
    await Promise.allSettled([historyProducer.close(), producer.close(), ...[...followings].map((following) => following.stop())]);
    reader.close();
    await withDeadline(timeouts.closeMs, 'Disconnecting', admin.disconnect()).catch(() => undefined);
    sockets.cut();
  };

  return {
    historyLog: createHistoryLog({ topic: names.history, partitions, producer: historyProducer, reader, catalogue }),
    inboxSender: createInboxSender({ topic: names.inbox, partitions, writer }),
    inboxSource: createInboxSource(settings, { topic: names.inbox, partitions, group: groupNames(settings.namespace).orchestrators, reader, members }),
    commandBus: createCommandBus({ catalogue, writer }),
    commandSource: createCommandSource(settings, { catalogue, members }),
    deadLetters: createDeadLetters(settings, { catalogue, writer, followings }),
    definitions: createDefinitions(settings, { topic: names.definitions, writer, followings }),
    requestSource: createRequestSource(settings, { topic: names.requests, members }),
    requestSender: createRequestSender({ topic: names.requests, catalogue, writer }),
    partitions,
    async health() {
      const lastAckMs = Math.max(historyProducer.lastAckMs ?? 0, producer.lastAckMs ?? 0);
      const lastWriteFailureMs = Math.max(historyProducer.lastFailure?.atMs ?? 0, producer.lastFailure?.atMs ?? 0);
      const facts = { ...(lastAckMs > 0 && { lastAckMs }), ...(lastWriteFailureMs > 0 && { lastWriteFailureMs }), crashed: [...members].some((member) => member.crashed) };
      try {
        const { brokers } = await withDeadline(timeouts.connectMs, 'Asking a broker', admin.describeCluster());
        return { reachable: true, detail: `${brokers.length} broker${brokers.length === 1 ? '' : 's'}`, ...facts };
      } catch (error) {
        return { reachable: false, detail: `No broker answers at ${settings.brokers.join(', ')}: ${(error as Error).message}`, ...facts };
      }
    },
    close: () => (closing ??= close()),
  };
}
