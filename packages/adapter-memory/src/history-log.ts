import { OperatingError } from '@baton/contracts';
import type { HistoryLog } from '@baton/ports';
import type { Broker } from './log/broker.ts';
import { PartitionReader } from './log/partition-reader.ts';
import type { PortParts } from './port-parts.ts';
import { bytesOf } from './bytes.ts';

export function historyLog({ broker, names, session, clock }: PortParts): HistoryLog {
  const topic = names.history;
  return {
    partitions: broker.partitions,
    async append(partition, records) {
      session.check();
      const timestampMs = clock.nowMs();
      const baseOffset = await broker.append(topic, partition, records.map(({ key, value }) => ({ key, value: bytesOf(value), headers: {}, timestampMs })));
      session.check();
      return { baseOffset };
    },
    async *read(partition, { from, to }) {
      session.check();
      const log = broker.log(topic, partition);
      refuseCut(broker, topic, partition, from, to);
      const reader = new PartitionReader(log, from);
      try {
        for (let position = from; position <= to; ) {
          const fetched = await reader.next();
          session.check();
          if (fetched === undefined) return;
          if (fetched.fetchedFrom > position) refuseCut(broker, topic, partition, position, to);
          const records = fetched.records.filter(({ offset }) => offset <= to);
          if (records.length > 0) yield records;
          position = fetched.records.at(-1)!.offset + 1;
        }
      } finally {
        reader.stop();
      }
    },
    async bounds(partition) {
      session.check();
      const { first, next } = broker.log(topic, partition);
      return { first, next };
    },
    // What is dropped here goes by size, and only when it is in the view.
    retentionMs: async () => undefined,
  };
}

function refuseCut(broker: Broker, topic: string, partition: number, from: number, to: number): void {
  const { first } = broker.log(topic, partition);
  if (from < first && from <= to) {
    throw new OperatingError('diverged', `${topic}/${partition} is kept from offset ${first} on, but ${from} was asked for; the embedded log without a directory keeps a limited past`, { retry: 'no' });
  }
}
