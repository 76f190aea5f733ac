/** Kafka and Redis as they are, for the commands that look behind the gateway. Joins no group and takes no part in the work. */
import { hash } from 'node:crypto';
import { connectTopicReader, type TopicReader } from '@baton/adapter-kafka';
import { connectRedis, type RedisPorts } from '@baton/adapter-redis';
import { topicNames, usePlatformSha256, type TopicNames } from '@baton/contracts';
import { Failure } from './failure.ts';
import { EXIT } from './exit-codes.ts';
import { kafkaOf } from './kafka.ts';
import { redisUrlOf } from './redis.ts';
import type { World } from './world.ts';

export interface LiveSystem {
  readonly namespace: string;
  readonly names: TopicNames;
  /** Of inbox and history. */
  readonly partitions: number;
  readonly topics: TopicReader;
  readonly redis: RedisPorts;
  readonly redisUrl: string;
}

/** @throws Failure where something is not named or not there, OperatingError where it does not answer. */
export async function withLiveSystem<T>({ env }: World, work: (system: LiveSystem) => Promise<T>): Promise<T> {
  const { brokers, namespace } = kafkaOf(env);
  // Histories are long, and each of their transitions is hashed.
  usePlatformSha256((text) => hash('sha256', text, 'hex'));
  const redisUrl = redisUrlOf(env);
  const names = topicNames(namespace);
  const topics = await connectTopicReader({ brokers });
  try {
    const partitions = (await topics.topics(names.history)).get(names.history);
    if (partitions === undefined) throw new Failure(`There is no topic ${names.history}`, { exit: EXIT.refused, code: 'topics_mismatch', next: 'Name the namespace in BATON_NAMESPACE, or see what differs with: baton topics check' });
    const redis = await connectRedis({ url: redisUrl, namespace, partitions });
    try {
      return await work({ namespace, names, partitions, topics, redis, redisUrl });
    } finally {
      await redis.close();
    }
  } finally {
    await topics.close();
  }
}
