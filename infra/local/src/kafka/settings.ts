import { localHost } from '../free-port.ts';

export interface NodeSettings {
  readonly id: number;
  readonly port: number;
  readonly controllerPort: number;
  readonly logDir: string;
  /** Where every node's controller listens, its own included, by id. */
  readonly controllers: ReadonlyMap<number, number>;
  /** Of Kafka's own topics, and of others unless they say so themselves. */
  readonly copies: number;
}

/**
 * A node that is broker and controller at once. What differs from Kafka's defaults, and why:
 * as many copies as there are nodes for; no topic comes into being because somebody misspelled it; a group starts
 * at once instead of waiting three seconds for more members; sessions may be short, so that a test of a dead member need
 * not wait; few partitions and small buffers for Kafka's own topics, which start faster and fit a small heap.
 */
export function kafkaSettings(node: NodeSettings): Record<string, string> {
  const copies = String(node.copies);
  const inSync = String(Math.max(1, node.copies - 1));
  return {
    'process.roles': 'broker,controller',
    'node.id': String(node.id),
    listeners: `PLAINTEXT://${localHost}:${node.port},CONTROLLER://${localHost}:${node.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${localHost}:${node.port}`,
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.voters': [...node.controllers].map(([id, port]) => `${id}@${localHost}:${port}`).join(','),
    'log.dirs': node.logDir,
    'auto.create.topics.enable': 'false',
    'unclean.leader.election.enable': 'false',
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': '4',
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync,
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '500',
    // After a kill the controller waits until the dead broker's session is over before the same broker may come back.
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '500',
    'controlled.shutdown.enable': 'true',
    // Who shortens a retention to see what follows from it does not lose records by chance; who wants that asks for a shorter one.
    'log.retention.check.interval.ms': '3600000',
    'log.cleaner.dedupe.buffer.size': '16777216',
    'num.network.threads': '2',
    'num.io.threads': '4',
  };
}

export function toProperties(settings: Record<string, string>): string {
  // A backslash and a line end are what a properties file would read differently; neither belongs into a path here.
  return Object.entries(settings).map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`).join('');
}

/** Everything to standard output, which goes to the log file; the chatter of start-up stays out. */
export const log4jProperties = `status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %-5p %m (%c{1})%n%throwable
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
logger.raftServer.name = kafka.server.KafkaRaftServer
logger.raftServer.level = info
`;
