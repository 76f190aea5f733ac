/** Which of the waiting stretches go into the next request. */
import type { Stretch } from './outgoing.ts';

export interface RequestLimits {
  /** Bytes of one request over all partitions. */
  readonly requestBytes: number;
  /** Records of one partition: kafkajs copies the list for every record it groups. */
  readonly partitionRecords: number;
  /** Bytes of one partition, which become one record batch. */
  partitionBytes(topic: string): number;
}

/**
 * How many stretches from the front of the queue fit. At least one; strictly in order, so that nothing overtakes.
 * @param oneTopic only stretches to the topic of the first.
 */
export function countForRequest(waiting: readonly Stretch[], limits: RequestLimits, oneTopic: boolean): number {
  let bytes = 0;
  const perPartition = new Map<string, { bytes: number; records: number }>();
  for (let index = 0; index < waiting.length; index++) {
    const stretch = waiting[index]!;
    const place = `${stretch.topic}|${stretch.partition}`;
    const before = perPartition.get(place) ?? { bytes: 0, records: 0 };
    const after = { bytes: before.bytes + stretch.bytes, records: before.records + stretch.messages.length };
    bytes += stretch.bytes;
    if (index === 0) {
      perPartition.set(place, after);
      continue;
    }
    const fits =
      bytes <= limits.requestBytes &&
      after.bytes <= limits.partitionBytes(stretch.topic) &&
      after.records <= limits.partitionRecords &&
      !(oneTopic && stretch.topic !== waiting[0]!.topic);
    if (!fits) return index;
    perPartition.set(place, after);
  }
  return waiting.length;
}
