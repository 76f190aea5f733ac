/** The fast view on Redis. Nothing outside of this package knows the client. */
export { connectRedis, type RedisPorts } from './connect-redis.ts';
export type { RedisLog, RedisOptions } from './connection.ts';
export type { InspectedRun, ViewInspector } from './view-inspector.ts';
export { openScratchView, type ScratchView } from './scratch-view.ts';
export { readServerFacts, type ServerFacts } from './server-facts.ts';
