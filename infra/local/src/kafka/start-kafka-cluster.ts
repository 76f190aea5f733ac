/** Several Kafka nodes that are one cluster, for what a single one cannot show: leaders that move, copies that follow. */
import type { Environment } from '../environment.ts';
import { LocalServerError } from '../errors.ts';
import { freePorts, localHost, withPortsOfOurChoice } from '../free-port.ts';
import { findJava, requireProgramsFor } from '../requirements.ts';
import { waitUntil } from '../wait-until.ts';
import { newClusterId } from './format.ts';
import { kafkaJars } from './jars.ts';
import { brokersNamed } from './metadata-request.ts';
import { startNode, type KafkaServer } from './start-node.ts';

export interface StartKafkaClusterOptions {
  /** Three is the least of which one may be away, since most controllers must be there. Default 3. */
  readonly nodes?: number;
  /** Of each node, as in Kafka's `server.properties`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Of each node. Default 256. */
  readonly heapMegabytes?: number;
  /** For all of them. Default 120,000: they start side by side. */
  readonly startDeadlineMs?: number;
  readonly env?: Environment;
  /** Told what takes long, such as the one-time download. */
  readonly onProgress?: (line: string) => void;
}

export interface KafkaCluster {
  readonly brokers: readonly string[];
  /** By their id in the cluster, from 1. Each can be stopped, killed and started again by itself. */
  readonly nodes: ReadonlyMap<number, KafkaServer>;
  /** Resolves when each node that runs names all that run. */
  whole(): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const WHOLE_WITHIN_MS = 60_000;

/**
 * Starts an Apache Kafka of several nodes on this machine, every one broker and controller, with as many copies of each topic
 * unless that says otherwise. Resolves when all of them know each other.
 * Throws LocalServerError: `requirement_missing` (Java, Maven), `download_failed`, `start_failed`, `start_timeout`.
 */
export async function startKafkaCluster(options: StartKafkaClusterOptions = {}): Promise<KafkaCluster> {
  const env = options.env ?? process.env;
  const count = options.nodes ?? 3;
  requireProgramsFor(['kafka'], { ...env, BATON_KAFKA_BROKERS: undefined });
  const jars = await kafkaJars({ env, ...(options.onProgress ? { onProgress: options.onProgress } : {}) });
  return withPortsOfOurChoice({ chosenByUs: true }, async () => {
    const ports = await freePorts(count * 2);
    const ids = Array.from({ length: count }, (_, index) => index + 1);
    const controllers = new Map(ids.map((id) => [id, ports[count + id - 1]!]));
    const clusterId = newClusterId();
    const started = await Promise.allSettled(
      ids.map((id) =>
        startNode({
          name: `Kafka node ${id}`,
          id,
          port: ports[id - 1]!,
          controllerPort: controllers.get(id)!,
          controllers,
          copies: count,
          java: findJava(env)!,
          jars,
          clusterId,
          dataDir: undefined,
          settings: options.settings ?? {},
          heapMegabytes: options.heapMegabytes ?? 256,
          startDeadlineMs: options.startDeadlineMs ?? 120_000,
          outlivesUs: false,
        }),
      ),
    );
    const nodes = new Map(started.flatMap((one, index) => (one.status === 'fulfilled' ? [[index + 1, one.value] as const] : [])));
    const cluster = clusterOf(nodes);
    try {
      for (const one of started) if (one.status === 'rejected') throw one.reason;
      await cluster.whole();
    } catch (error) {
      await cluster.close();
      throw error;
    }
    return cluster;
  });
}

function clusterOf(nodes: ReadonlyMap<number, KafkaServer>): KafkaCluster {
  const close = async (): Promise<void> => {
    // Told to stop, the last ones would wait in vain for a controller to take their partitions over; nothing of them is kept.
    await Promise.all([...nodes.values()].map((node) => node.kill()));
    await Promise.all([...nodes.values()].map((node) => node.close()));
  };
  return {
    brokers: [...nodes.values()].map(({ address }) => address),
    nodes,
    async whole() {
      const running = [...nodes.values()].filter(({ pid }) => pid !== undefined);
      await waitUntil(async () => (await Promise.all(running.map(({ port }) => brokersNamed(localHost, port)))).every((named) => named === running.length), {
        deadlineMs: WHOLE_WITHIN_MS,
        everyMs: 100,
        onDeadline: () => new LocalServerError('start_timeout', `The ${running.length} nodes of Kafka that run did not all know each other within ${WHOLE_WITHIN_MS / 1_000} s.`, `Their logs: ${running.map(({ logFile }) => logFile).join(', ')}`),
      });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
