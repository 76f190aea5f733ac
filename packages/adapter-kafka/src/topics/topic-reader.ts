/** Looking at what lies on the topics of a namespace, for `baton verify` and `baton doctor`: joins no group, writes nothing. */
import { OperatingError } from '@baton/contracts';
import type { LogRecord } from '@baton/ports';
import { createClient } from '../client/clients.ts';
import { READ_UNCOMMITTED } from '../client/kafkajs-internals.ts';
import { withDeadline } from '../deadline.ts';
import { toOperatingError } from '../errors.ts';
import { readOptions, type KafkaOptions } from '../options.ts';
import { PartitionReader } from '../read/partition-reader.ts';
import { readStretch } from '../read/stretch.ts';
import { TopicCatalogue } from './catalogue.ts';

export interface TopicReader {
  /** Partition counts of all topics whose name begins so, by name. */
  topics(prefix: string): Promise<ReadonlyMap<string, number>>;
  /** First kept offset and the offset the next record will get. */
  bounds(topic: string, partition: number): Promise<{ readonly first: number; readonly next: number }>;
  /** From `from` up to and including `to`. @throws OperatingError `diverged` where the range is no longer kept. */
  read(topic: string, partition: number, range: { readonly from: number; readonly to: number }): AsyncIterable<readonly LogRecord[]>;
  /** How long a record is kept at least, milliseconds; undefined where for ever. */
  retentionMs(topic: string): Promise<number | undefined>;
  /** Offset of the next record by a group's own account; a partition without one is left out. */
  groupOffsets(group: string, topic: string): Promise<readonly { readonly partition: number; readonly committed: number }[]>;
  close(): Promise<void>;
}

/** @throws OperatingError `invalid_input` or `unavailable`. */
export async function connectTopicReader(options: Pick<KafkaOptions, 'brokers' | 'ssl' | 'sasl' | 'log' | 'timeouts'>): Promise<TopicReader> {
  const settings = readOptions({ ...options, clientId: 'baton-reader', namespace: 'default' });
  const { startMs, requestMs, closeMs } = settings.timeouts;
  const { kafka, sockets } = createClient(settings, 'briefly');
  const admin = kafka.admin({ retry: { retries: 3 } });
  const catalogue = new TopicCatalogue(settings, admin);
  const reader = new PartitionReader(settings, READ_UNCOMMITTED);
  const call = async <T>(what: string, work: Promise<T>): Promise<T> => {
    try {
      return await withDeadline(requestMs * 2, what, work);
    } catch (error) {
      throw error instanceof OperatingError ? error : toOperatingError(error, what, 'yes');
    }
  };
  try {
    await withDeadline(startMs, 'Connecting', admin.connect());
  } catch (error) {
    sockets.cut();
    void admin.disconnect().catch(() => undefined);
    throw toOperatingError(error, `No Kafka broker answers at ${settings.brokers.join(', ')}`, 'yes');
  }
  return {
    async topics(prefix) {
      const names = (await call('Listing topics', admin.listTopics())).filter((name) => name.startsWith(prefix));
      if (names.length === 0) return new Map();
      const { topics } = await call('Looking up topics', admin.fetchTopicMetadata({ topics: names }));
      return new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
    },
    bounds: (topic, partition) => reader.bounds(topic, partition),
    read: (topic, partition, { from, to }) => readStretch(reader, { topic, partition, from, to }),
    retentionMs: (topic) => catalogue.retentionMs(topic),
    async groupOffsets(group, topic) {
      const [found] = await call(`Reading the offsets of ${group}`, admin.fetchOffsets({ groupId: group, topics: [topic] }));
      return (found?.partitions ?? []).flatMap(({ partition, offset }) => (Number(offset) < 0 ? [] : [{ partition, committed: Number(offset) }]));
    },
    async close() {
      reader.close();
      await withDeadline(closeMs, 'Disconnecting', admin.disconnect()).catch(() => undefined);
      sockets.cut();
    },
  };
}
