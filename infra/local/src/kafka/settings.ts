import { localHost } from '../free-port.ts';

/**
 * A single node that is broker and controller at once. What differs from Kafka's defaults, and why:
 * replication factors of one (there is one node); no topic comes into being because somebody misspelled it; a group starts
 * at once instead of waiting three seconds for more members; sessions may be short, so that a test of a dead member need
 * not wait; few partitions and small buffers for Kafka's own topics, which start faster and fit a 512 MB heap.
 */
export function kafkaSettings(node: { port: number; controllerPort: number; logDir: string }): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    listeners: `PLAINTEXT://${localHost}:${node.port},CONTROLLER://${localHost}:${node.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${localHost}:${node.port}`,
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.voters': `1@${localHost}:${node.controllerPort}`,
    'log.dirs': node.logDir,
    'auto.create.topics.enable': 'false',
    'unclean.leader.election.enable': 'false',
    'default.replication.factor': '1',
    'min.insync.replicas': '1',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '4',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '500',
    // After a kill the controller waits until the dead broker's session is over before the same broker may come back.
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '500',
    'controlled.shutdown.enable': 'true',
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
