import type { Environment } from '../environment.ts';
import { choosePort, freePorts, withPortsOfOurChoice } from '../free-port.ts';
import { findJava, requireProgramsFor } from '../requirements.ts';
import { newClusterId } from './format.ts';
import { kafkaJars } from './jars.ts';
import { startNode, type KafkaServer } from './start-node.ts';

export interface StartKafkaOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Default: a free one. Only this node itself uses it. */
  readonly controllerPort?: number;
  /** Where topics are kept. Default: a temporary directory that `close` removes. One that was used before goes on with its data. */
  readonly dataDir?: string;
  /** Broker settings beside or instead of ours, as in Kafka's `server.properties`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Most heap the broker may take, in megabytes. Default 512. */
  readonly heapMegabytes?: number;
  /** Default 60,000: a broker is up in two to five seconds, a busy machine may take longer. */
  readonly startDeadlineMs?: number;
  /** True for a broker that outlives this process (the command `up`); it must then be stopped by its process id. */
  readonly outlivesUs?: boolean;
  readonly env?: Environment;
  /** Told what takes long, such as the one-time download. */
  readonly onProgress?: (line: string) => void;
}

const ID = 1;

/**
 * Starts a single-node Apache Kafka (KRaft) on this machine and resolves when it answers a metadata request.
 * Throws LocalServerError: `requirement_missing` (Java, Maven), `download_failed`, `port_taken`, `start_failed`, `start_timeout`.
 */
export async function startKafka(options: StartKafkaOptions = {}): Promise<KafkaServer> {
  const env = options.env ?? process.env;
  requireProgramsFor(['kafka'], { ...env, BATON_KAFKA_BROKERS: undefined });
  const jars = await kafkaJars({ env, ...(options.onProgress ? { onProgress: options.onProgress } : {}) });
  return withPortsOfOurChoice({ chosenByUs: options.port === undefined && options.controllerPort === undefined }, async () => {
    const port = await choosePort(options.port, 'Kafka', '--kafka-port');
    const controllerPort = options.controllerPort ?? (await freePorts(1, [port]))[0]!;
    return startNode({
      name: 'Kafka',
      id: ID,
      port,
      controllerPort,
      controllers: new Map([[ID, controllerPort]]),
      copies: 1,
      java: findJava(env)!,
      jars,
      clusterId: newClusterId(),
      dataDir: options.dataDir,
      settings: options.settings ?? {},
      heapMegabytes: options.heapMegabytes ?? 512,
      startDeadlineMs: options.startDeadlineMs ?? 60_000,
      outlivesUs: options.outlivesUs ?? false,
    });
  });
}
