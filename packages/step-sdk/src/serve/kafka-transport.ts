/** The transport of production: Kafka, and artifacts in a directory. */
import { connectKafka, type KafkaPorts } from '@baton/adapter-kafka';
import { openDiskBlobStore, type Log, type PlatformConfig } from '@baton/platform-kit';
import type { StepTransport } from './transport.ts';

export interface KafkaTransport extends StepTransport {
  readonly health: KafkaPorts['health'];
  close(): Promise<void>;
}

type Config = PlatformConfig & Required<Pick<PlatformConfig, 'kafka' | 'blobDir'>>;

/** @throws OperatingError where Kafka or the directory cannot be reached, with what mends it. */
export async function connectTransport(service: string, config: Config, log: Log): Promise<KafkaTransport> {
  const { brokers, ssl, sasl, sessionMs } = config.kafka;
  const blobs = await openDiskBlobStore({ directory: config.blobDir });
  const kafka = await connectKafka({
    brokers,
    clientId: service,
    namespace: config.namespace,
    partitions: config.partitions,
    ...(ssl && { ssl }),
    ...(sasl !== undefined && { sasl: { mechanism: sasl.mechanism, username: sasl.username, password: sasl.password.reveal() } }),
    requires: ['inbox', 'definitions', 'deadLetters'],
    timeouts: { sessionMs },
    log: ({ level, message, fields }) => log[level](fields, message),
  });
  return {
    commands: kafka.commandSource,
    inbox: kafka.inboxSender,
    deadLetters: kafka.deadLetters,
    definitions: kafka.definitions,
    blobs,
    health: () => kafka.health(),
    close: () => kafka.close(),
  };
}
