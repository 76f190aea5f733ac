/** What a broker's answers to one request say of the stretches in it. */
import { OperatingError } from '@baton/contracts';
import type { Stretch } from './outgoing.ts';

/** Of one partition, as kafkajs gives it. */
export interface PartitionAnswer {
  readonly topicName: string;
  readonly partition: number;
  readonly baseOffset?: string;
}

/**
 * The offset of the first record of each stretch. Stretches of one partition were sent one behind the other.
 * @throws OperatingError `unavailable`, retry `unknown`, where a partition was not answered for, or twice: both happen while
 * its leader changes. kafkajs leaves out, without a word, a partition that has no leader at the moment it looks. That says
 * nothing of whether the topic has it, and nothing of whether an attempt before was written.
 */
export function offsetsOf(stretches: readonly Stretch[], answers: readonly PartitionAnswer[]): readonly number[] {
  const base = new Map<string, number>();
  for (const { topicName, partition, baseOffset } of answers) {
    const place = `${topicName}|${partition}`;
    if (base.has(place)) throw new OperatingError('unavailable', `Partition ${partition} of ${topicName} was written by two brokers while its leader changed`, { retry: 'unknown' });
    base.set(place, Number(baseOffset));
  }
  const taken = new Map<string, number>();
  return stretches.map(({ topic, partition, messages }) => {
    const place = `${topic}|${partition}`;
    const first = base.get(place);
    if (first === undefined || Number.isNaN(first)) throw new OperatingError('unavailable', `Partition ${partition} of ${topic} was not answered for, which happens while its leader changes`, { retry: 'unknown' });
    const before = taken.get(place) ?? 0;
    taken.set(place, before + messages.length);
    return first + before;
  });
}
