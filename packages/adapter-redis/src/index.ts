/** The fast view on Redis. Nothing outside of this package knows the client. */
export { connectRedis, type RedisPorts } from './connect-redis.ts';
export type { RedisLog, RedisOptions } from './connection.ts';
