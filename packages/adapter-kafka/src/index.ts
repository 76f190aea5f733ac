/** Baton's ports on Apache Kafka. Nothing outside of this package knows the client. */
export { connectKafka, type KafkaHealth, type KafkaPorts } from './connect.ts';
export { groupNames } from './groups.ts';
export type { ConsumerTuning, KafkaLog, KafkaOptions, KafkaSasl, KafkaTimeouts, RequiredTopic } from './options.ts';
export { connectTopicAdmin, type TopicAdmin, type TopicDescription } from './topics/topic-admin.ts';
export { connectTopicReader, type TopicReader } from './topics/topic-reader.ts';
export { connectClusterInspector, type ClusterInspector, type ConsumerGroup } from './topics/cluster.ts';
