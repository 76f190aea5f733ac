/**
 * Keeps an attempt from writing again what an earlier one has written.
 *
 * Where partitions of one send have their leaders on several brokers, kafkajs notes by broker who has answered, and asks the
 * others again. A partition that moves meanwhile, from a broker that has answered to one that has not, is sent again under a
 * new sequence number, which no broker can know for a repetition: the log has it twice, in both places by its rightful owner.
 * A partitioner is asked before each attempt and sees the leaders of the moment, so it is the place to say no.
 */
import type { ICustomPartitioner, PartitionMetadata } from 'kafkajs';
import type { Stretch } from './outgoing.ts';

/** kafkajs tries again after errors of its own alone. */
export class LeadersMoved extends Error {
  override readonly name = 'LeadersMoved';
  constructor(topic: string, partition: number) {
    super(`The leader of partition ${partition} of ${topic} changed between two attempts to write to it, and the first may have reached it`);
  }
}

export class Leaders {
  readonly #partitions = new Map<string, Set<number>>();
  readonly #metadata = new Map<string, readonly PartitionMetadata[]>();
  /** Of every attempt so far. */
  readonly #asked = new Set<number>();

  /** A send begins: what was asked before is of no account. */
  begin(stretches: readonly Stretch[]): void {
    this.#partitions.clear();
    this.#metadata.clear();
    this.#asked.clear();
    for (const { topic, partition } of stretches) {
      const known = this.#partitions.get(topic);
      if (known === undefined) this.#partitions.set(topic, new Set([partition]));
      else known.add(partition);
    }
  }

  /** Sends each message to the partition that it names. Its function throws LeadersMoved. */
  readonly partitioner: ICustomPartitioner = () => ({ topic, partitionMetadata, message }) => {
    if (this.#metadata.get(topic) !== partitionMetadata) this.#look(topic, partitionMetadata);
    return message.partition!;
  };

  #look(topic: string, now: readonly PartitionMetadata[]): void {
    const before = this.#metadata.get(topic);
    for (const partition of this.#partitions.get(topic) ?? []) {
      // A single broker that was asked has not answered, or there would be no other attempt.
      if (before !== undefined && this.#asked.size > 1 && leaderOf(before, partition) !== leaderOf(now, partition)) throw new LeadersMoved(topic, partition);
    }
    for (const partition of this.#partitions.get(topic) ?? []) this.#asked.add(leaderOf(now, partition));
    this.#metadata.set(topic, now);
  }
}

const NONE = -1;
const leaderOf = (metadata: readonly PartitionMetadata[], partition: number): number => metadata.find(({ partitionId }) => partitionId === partition)?.leader ?? NONE;
