import { LIMITS, OperatingError } from '@baton/contracts';
import type { HistoryLog } from '@baton/ports';
import type { BatchingProducer } from '../produce/batching-producer.ts';
import { asOneStretch } from '../produce/outgoing.ts';
import type { PartitionReader } from '../read/partition-reader.ts';
import { readStretch } from '../read/stretch.ts';
import type { TopicCatalogue } from '../topics/catalogue.ts';

export function createHistoryLog(plan: { readonly topic: string; readonly partitions: number; readonly producer: BatchingProducer; readonly reader: PartitionReader; readonly catalogue: TopicCatalogue }): HistoryLog {
  const { topic, partitions, producer, reader, catalogue } = plan;
  const check = (partition: number): void => {
    if (!Number.isInteger(partition) || partition < 0 || partition >= partitions) throw new OperatingError('topics_mismatch', `Expected a partition below ${partitions}, but found ${partition}`, { retry: 'no' });
  };
  return {
    partitions,
    async append(partition, records) {
      check(partition);
      if (records.length === 0) throw new OperatingError('internal', 'Expected records to append, but found none', { retry: 'no' });
      const stretch = asOneStretch(topic, partition, records, LIMITS.recordBytes);
      return { baseOffset: await producer.send(stretch) };
    },
    async *read(partition, { from, to }) {
      check(partition);
      yield* readStretch(reader, { topic, partition, from, to });
    },
    async bounds(partition) {
      check(partition);
      return reader.bounds(topic, partition);
    },
    retentionMs: () => catalogue.retentionMs(topic),
  };
}

