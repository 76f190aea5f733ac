/** Clients of one process, each with sockets of its own so that it can be ended for good. */
import { Kafka, logLevel, type KafkaConfig, type SASLOptions } from 'kafkajs';
import type { KafkaSettings } from '../options.ts';
import { createCluster, mendKafkajs, type RawCluster } from './kafkajs-internals.ts';
import { kafkajsLog } from './log.ts';
import { Sockets } from './sockets.ts';

/** Of connecting and finding coordinators; kafkajs nests these loops, so each is short and the caller's deadline is the judge. */
const CLIENT_RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, factor: 0.2, multiplier: 2, retries: 4 } as const;

export interface Client {
  readonly kafka: Kafka;
  readonly sockets: Sockets;
}

export function createClient(settings: KafkaSettings): Client {
  mendKafkajs();
  const sockets = new Sockets(settings.network);
  return { kafka: new Kafka({ ...configOf(settings), socketFactory: sockets.factory }), sockets };
}

export interface ReaderCluster {
  readonly cluster: RawCluster;
  readonly sockets: Sockets;
}

export function createReaderCluster(settings: KafkaSettings, isolationLevel: 0 | 1): ReaderCluster {
  mendKafkajs();
  const sockets = new Sockets(settings.network);
  const { brokers, connectionTimeout, requestTimeout, ...rest } = configOf(settings);
  return { cluster: createCluster({ ...rest, brokers, connectionTimeout, requestTimeout, socketFactory: sockets.factory, isolationLevel }), sockets };
}

function configOf(settings: KafkaSettings) {
  return {
    brokers: [...settings.brokers],
    clientId: settings.clientId,
    connectionTimeout: settings.timeouts.connectMs,
    requestTimeout: settings.timeouts.requestMs,
    retry: CLIENT_RETRY,
    logLevel: logLevel.WARN,
    logCreator: kafkajsLog(settings.log),
    ...(settings.ssl !== undefined && { ssl: settings.ssl }),
    ...(settings.sasl !== undefined && { sasl: settings.sasl as SASLOptions }),
  } satisfies KafkaConfig;
}
