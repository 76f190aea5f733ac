/** Kafka and Redis for whoever needs both: the addresses of the environment where given, otherwise servers of our own. */
import type { Environment } from './environment.ts';
import { startKafka } from './kafka/start-kafka.ts';
import type { KafkaServer } from './kafka/start-node.ts';
import { startRedis, type RedisServer } from './redis/start-redis.ts';
import { addressVariable, requireProgramsFor } from './requirements.ts';

export interface ServerAddresses {
  readonly kafkaBrokers: readonly string[];
  readonly redisUrl: string;
}

export interface Servers extends ServerAddresses {
  /** What was started here; absent for what the environment gave. */
  readonly kafka: KafkaServer | undefined;
  readonly redis: RedisServer | undefined;
  /** Stops what was started here and leaves the others alone. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Where `BATON_KAFKA_BROKERS` (comma-separated) or `BATON_REDIS_URL` are set they are used as they are; what is missing is
 * started on this machine. Throws LocalServerError, listing everything that is missing at once.
 */
export async function servers(options: { env?: Environment; onProgress?: (line: string) => void } = {}): Promise<Servers> {
  const env = options.env ?? process.env;
  const givenBrokers = brokersOf(env);
  const givenRedis = env[addressVariable.redis]?.trim() || undefined;
  requireProgramsFor(['kafka', 'redis'], env);
  const progress = options.onProgress === undefined ? {} : { onProgress: options.onProgress };
  const [kafka, redis] = await Promise.allSettled([
    givenBrokers === undefined ? startKafka({ env, ...progress }) : undefined,
    givenRedis === undefined ? startRedis({ env }) : undefined,
  ]);
  const close = async (): Promise<void> => {
    await Promise.all([kafka, redis].map(async (one) => (one.status === 'fulfilled' ? one.value?.close() : undefined)));
  };
  if (kafka.status === 'rejected' || redis.status === 'rejected') {
    await close();
    throw (kafka.status === 'rejected' ? kafka : (redis as PromiseRejectedResult)).reason;
  }
  return {
    kafkaBrokers: givenBrokers ?? kafka.value!.brokers,
    redisUrl: givenRedis ?? redis.value!.url,
    kafka: kafka.value,
    redis: redis.value,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Both servers started here, whatever the environment says. */
export async function startLocal(options: { onProgress?: (line: string) => void } = {}): Promise<Servers> {
  return servers({ ...options, env: { ...process.env, [addressVariable.kafka]: undefined, [addressVariable.redis]: undefined } });
}

/** The brokers that the environment names, `undefined` when it names none. */
export function brokersOf(env: Environment): string[] | undefined {
  const brokers = (env[addressVariable.kafka] ?? '').split(',').map((broker) => broker.trim()).filter((broker) => broker !== '');
  return brokers.length === 0 ? undefined : brokers;
}
