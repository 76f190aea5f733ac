import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDataDir } from '../data-dir.ts';
import type { Environment } from '../environment.ts';
import { LocalServerError } from '../errors.ts';
import { choosePort, freePort, localHost } from '../free-port.ts';
import { startManagedServer, type LocalServer } from '../managed-server.ts';
import { findJava, requireProgramsFor } from '../requirements.ts';
import { formatOnce } from './format.ts';
import { kafkaJars } from './jars.ts';
import { brokerAnswers } from './metadata-request.ts';
import { kafkaSettings, log4jProperties, toProperties } from './settings.ts';

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

export interface KafkaServer extends LocalServer {
  /** What a client is given as its bootstrap list. */
  readonly brokers: readonly string[];
}

/**
 * Starts a single-node Apache Kafka (KRaft) on this machine and resolves when it answers a metadata request.
 * Throws LocalServerError: `requirement_missing` (Java, Maven), `download_failed`, `port_taken`, `start_failed`, `start_timeout`.
 */
export async function startKafka(options: StartKafkaOptions = {}): Promise<KafkaServer> {
  const env = options.env ?? process.env;
  requireProgramsFor(['kafka'], { ...env, BATON_KAFKA_BROKERS: undefined });
  const jars = await kafkaJars({ env, ...(options.onProgress ? { onProgress: options.onProgress } : {}) });
  // A port of our choice may be taken by somebody else before the broker has it: then another is chosen.
  const tries = options.port === undefined && options.controllerPort === undefined ? 3 : 1;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options, jars, env);
    } catch (error) {
      const lostTheRace = error instanceof LocalServerError && error.code === 'start_failed' && /Address already in use|BindException/.test(error.message);
      if (!lostTheRace || attempt >= tries) throw error;
    }
  }
}

async function startOnce(options: StartKafkaOptions, jars: string, env: Environment): Promise<KafkaServer> {
  const port = await choosePort(options.port, 'Kafka', '--kafka-port');
  const controllerPort = options.controllerPort ?? (await freePortOtherThan(port));
  const { dataDir, temporary } = await openDataDir(options.dataDir, 'kafka');
  const java = findJava(env)!;
  const logDir = join(dataDir, 'log');
  const settingsFile = join(dataDir, 'server.properties');
  const log4jFile = join(dataDir, 'log4j2.properties');
  const jvmArgs = [`-Dlog4j2.configurationFile=${log4jFile}`, '-cp', join(jars, '*')];
  try {
    await mkdir(logDir, { recursive: true });
    await writeFile(settingsFile, toProperties({ ...kafkaSettings({ port, controllerPort, logDir }), ...options.settings }));
    await writeFile(log4jFile, log4jProperties);
    await formatOnce({ java, jvmArgs, settingsFile, logDir });
  } catch (error) {
    if (temporary) await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
  const server = await startManagedServer({
    name: 'Kafka',
    port,
    dataDir,
    logFile: join(dataDir, 'kafka.log'),
    command: java,
    args: [`-Xmx${options.heapMegabytes ?? 512}m`, '-XX:MaxGCPauseMillis=20', '-Djava.awt.headless=true', ...jvmArgs, 'kafka.Kafka', settingsFile],
    temporary,
    outlivesUs: options.outlivesUs ?? false,
    startDeadlineMs: options.startDeadlineMs ?? 60_000,
    answers: () => brokerAnswers(localHost, port),
  });
  return Object.defineProperties({ brokers: [server.address] }, Object.getOwnPropertyDescriptors(server)) as unknown as KafkaServer;
}

async function freePortOtherThan(port: number): Promise<number> {
  for (;;) {
    const candidate = await freePort();
    if (candidate !== port) return candidate;
  }
}
