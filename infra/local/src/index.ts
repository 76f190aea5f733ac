/** Kafka and Redis on a machine without containers: for tests, for the demo, and for developers by `npm run infra`. */
export { LocalServerError, type LocalServerErrorCode } from './errors.ts';
export { freePort } from './free-port.ts';
export { startKafka, type StartKafkaOptions } from './kafka/start-kafka.ts';
export { startKafkaCluster, type KafkaCluster, type StartKafkaClusterOptions } from './kafka/start-kafka-cluster.ts';
export { type KafkaServer } from './kafka/start-node.ts';
export { kafkaVersion } from './kafka/jar-cache.ts';
export { type LocalServer } from './managed-server.ts';
export { startRedis, type RedisServer, type StartRedisOptions } from './redis/start-redis.ts';
export { missingRequirements, type MissingRequirement, type ServerName } from './requirements.ts';
export { SERVICE_NODE_OPTIONS } from './node-options.ts';
export { servers, startLocal, type ServerAddresses, type Servers } from './servers.ts';
export { describeWithServers } from './testing/describe-with-servers.ts';
export { hostTestServers, hostVariable, type TestServersHost } from './testing/host.ts';
export { testKafka, testNamespace, testRedis, testServers } from './testing/test-servers.ts';
