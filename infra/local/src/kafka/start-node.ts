/** One Kafka process, alone or of a cluster: its files, its format, its start. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDataDir } from '../data-dir.ts';
import { localHost } from '../free-port.ts';
import { startManagedServer, type LocalServer } from '../managed-server.ts';
import { formatOnce } from './format.ts';
import { brokerAnswers } from './metadata-request.ts';
import { kafkaSettings, log4jProperties, toProperties, type NodeSettings } from './settings.ts';

export interface KafkaServer extends LocalServer {
  /** What a client is given as its bootstrap list. */
  readonly brokers: readonly string[];
}

export interface NodePlan extends Omit<NodeSettings, 'logDir'> {
  readonly name: string;
  readonly java: string;
  /** Folder of Kafka's jars. */
  readonly jars: string;
  /** The same for every node of a cluster; of a directory that was formatted before, that one's stays. */
  readonly clusterId: string;
  /** Default: a temporary one. */
  readonly dataDir: string | undefined;
  /** Over ours. */
  readonly settings: Readonly<Record<string, string>>;
  readonly heapMegabytes: number;
  readonly startDeadlineMs: number;
  readonly outlivesUs: boolean;
}

/** Resolves when it answers a metadata request, which a node of a cluster does once most of the others are there. */
export async function startNode(plan: NodePlan): Promise<KafkaServer> {
  const { dataDir, temporary } = await openDataDir(plan.dataDir, 'kafka');
  const logDir = join(dataDir, 'log');
  const settingsFile = join(dataDir, 'server.properties');
  const log4jFile = join(dataDir, 'log4j2.properties');
  const jvmArgs = [`-Dlog4j2.configurationFile=${log4jFile}`, '-cp', join(plan.jars, '*')];
  try {
    await mkdir(logDir, { recursive: true });
    await writeFile(settingsFile, toProperties({ ...kafkaSettings({ ...plan, logDir }), ...plan.settings }));
    await writeFile(log4jFile, log4jProperties);
    await formatOnce({ java: plan.java, jvmArgs, settingsFile, logDir, clusterId: plan.clusterId });
  } catch (error) {
    if (temporary) await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
  const server = await startManagedServer({
    name: plan.name,
    port: plan.port,
    dataDir,
    logFile: join(dataDir, 'kafka.log'),
    command: plan.java,
    args: [`-Xmx${plan.heapMegabytes}m`, '-XX:MaxGCPauseMillis=20', '-Djava.awt.headless=true', ...jvmArgs, 'kafka.Kafka', settingsFile],
    temporary,
    outlivesUs: plan.outlivesUs,
    startDeadlineMs: plan.startDeadlineMs,
    answers: () => brokerAnswers(localHost, plan.port),
  });
  return Object.defineProperties({ brokers: [server.address] }, Object.getOwnPropertyDescriptors(server)) as unknown as KafkaServer;
}
