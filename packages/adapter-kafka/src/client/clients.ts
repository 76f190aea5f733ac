/** Clients of one process, each with sockets of its own so that it can be ended for good. */
import { Kafka, logLevel, type KafkaConfig, type SASLOptions } from 'kafkajs';
import type { KafkaSettings } from '../options.ts';
import { createCluster, mendKafkajs, type RawCluster } from './kafkajs-internals.ts';
import { kafkajsLog } from './log.ts';
import { Sockets } from './sockets.ts';

/**
 * How often kafkajs tries to connect before it gives up. `briefly` for whoever tells a person that there is no broker.
 * `while-sending` about as long as a send may take. `for-hours` for members of groups: one that gives up comes back as
 * another member, and the group waits for the old one until its session is over.
 */
export type Persistence = 'briefly' | 'while-sending' | 'for-hours';

const RETRIES: Readonly<Record<Persistence, number>> = { briefly: 4, 'while-sending': 12, 'for-hours': 10_000 };

export interface Client {
  readonly kafka: Kafka;
  readonly sockets: Sockets;
}

export function createClient(settings: KafkaSettings, persistence: Persistence): Client {
  mendKafkajs();
  const sockets = new Sockets(settings.network);
  return { kafka: new Kafka(configOf(settings, sockets, persistence)), sockets };
}

export interface ReaderCluster {
  readonly cluster: RawCluster;
  readonly sockets: Sockets;
}

export function createReaderCluster(settings: KafkaSettings, isolationLevel: 0 | 1): ReaderCluster {
  mendKafkajs();
  const sockets = new Sockets(settings.network);
  return { cluster: createCluster({ ...configOf(settings, sockets, 'briefly'), isolationLevel }), sockets };
}

function configOf(settings: KafkaSettings, sockets: Sockets, persistence: Persistence) {
  return {
    brokers: () => sockets.bootstrap(settings.brokers),
    socketFactory: sockets.factory,
    clientId: settings.clientId,
    connectionTimeout: settings.timeouts.connectMs,
    requestTimeout: settings.timeouts.requestMs,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, factor: 0.2, multiplier: 2, retries: RETRIES[persistence] },
    logLevel: logLevel.WARN,
    logCreator: kafkajsLog(settings.log),
    ...(settings.ssl !== undefined && { ssl: settings.ssl }),
    ...(settings.sasl !== undefined && { sasl: settings.sasl as SASLOptions }),
  } satisfies KafkaConfig;
}
