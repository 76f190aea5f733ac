import { LIMITS, OperatingError } from '@baton/contracts';
import type { HistoryLog } from '@baton/ports';
import type { BatchingProducer } from '../produce/batching-producer.ts';
import { asOneStretch } from '../produce/outgoing.ts';
import type { Chunk, PartitionReader } from '../read/partition-reader.ts';

/** How long a fetch at the end of the log is held by the broker. All reads of a process share a connection, which answers in order. */
const WAIT_AT_END_MS = 100;

export function createHistoryLog(plan: { readonly topic: string; readonly partitions: number; readonly producer: BatchingProducer; readonly reader: PartitionReader }): HistoryLog {
  const { topic, partitions, producer, reader } = plan;
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
      if (from > to) return;
      let ahead: Promise<Chunk> | undefined = reader.fetch(topic, partition, from, WAIT_AT_END_MS);
      for (let next = from; next <= to; ) {
        const chunk: Chunk = await (ahead ?? reader.fetch(topic, partition, next, WAIT_AT_END_MS));
        next = chunk.next;
        // The next chunk is on its way while this one is folded.
        ahead = next <= to && next < chunk.end ? reader.fetch(topic, partition, next, WAIT_AT_END_MS) : undefined;
        ahead?.catch(() => undefined); // awaited in the next round, unless the caller leaves
        const last = chunk.records.at(-1)?.offset ?? -1;
        if (last > to) yield chunk.records.filter(({ offset }) => offset <= to);
        else if (chunk.records.length > 0) yield chunk.records;
      }
    },
    async bounds(partition) {
      check(partition);
      return reader.bounds(topic, partition);
    },
  };
}

