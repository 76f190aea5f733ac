/** The orchestrator as a process of its own on a namespace of its own, as production runs it, with what a benchmark reads of it. */
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { applyTopics, connectTopicAdmin } from '@baton/topics';
import { freePort, SERVICE_NODE_OPTIONS } from '@baton/local';
import { eventually } from '../e2e/eventually.ts';
import { cleanEnvironment } from '../e2e/processes.ts';
import { startChild, type Child } from './child-process.ts';
import type { Usage } from './measure.ts';
import { countsOf, type Counts } from './orchestrator-counts.ts';

export interface Place {
  readonly brokers: readonly string[];
  readonly redisUrl: string;
  readonly namespace: string;
  readonly partitions: number;
  /** What task tokens are signed with. */
  readonly secret: string;
  /** For every process of the platform. */
  readonly env: NodeJS.ProcessEnv;
}

/** Creates the topics. */
export async function preparePlace({ brokers, redisUrl, namespace, partitions, services }: Pick<Place, 'brokers' | 'redisUrl' | 'namespace' | 'partitions'> & { readonly services: readonly string[] }): Promise<Place> {
  const admin = await connectTopicAdmin({ brokers });
  await applyTopics(admin, { namespace, partitions, replicationFactor: 1, services });
  await admin.close();
  const secret = randomBytes(32).toString('hex');
  const env = {
    ...cleanEnvironment(),
    BATON_KAFKA_BROKERS: brokers.join(','),
    BATON_REDIS_URL: redisUrl,
    BATON_NAMESPACE: namespace,
    BATON_PARTITIONS: String(partitions),
    BATON_TOKEN_SECRET: secret,
    BATON_BLOB_DIR: tmpdir(),
    BATON_LOG_LEVEL: 'warn',
    BATON_HTTP_PORT: '0',
    // For profiles of the processes: BENCH_NODE_OPTIONS='--cpu-prof --cpu-prof-dir=…'.
    NODE_OPTIONS: process.env['BENCH_NODE_OPTIONS'] ?? '',
  };
  return { brokers, redisUrl, namespace, partitions, secret, env };
}

export interface OrchestratorProcess {
  usage(): Usage;
  /** What it counts, as /metrics says. */
  counts(): Promise<Counts>;
  /** Of its memory, after a collection. */
  aliveBytes(): Promise<number>;
  /** Resolves when every lane is ready. */
  ready(): Promise<void>;
  /** Its usage once it has had nothing to do for `ms`. */
  settled(ms: number): Promise<Usage>;
  stop(): Promise<void>;
}

/** Less CPU time than this in a second is nothing to do. */
const IDLE_CPU_SECONDS = 0.25;
const SETTLES_WITHIN_MS = 600_000;

export async function startOrchestrator({ env }: Place): Promise<OrchestratorProcess> {
  const port = await freePort();
  const child = startChild('../../services/orchestrator/src/main.ts', { env: { ...env, BATON_HTTP_PORT: String(port) }, nodeArgs: [...SERVICE_NODE_OPTIONS, '--import', new URL('heap-probe.ts', import.meta.url).href] });
  const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(10_000) });
  return {
    usage: () => child.usage(),
    counts: async () => countsOf(await (await get('/metrics')).text()),
    async aliveBytes() {
      const said = child.says('aliveBytes');
      child.tell({ alive: true });
      return (await said) as number;
    },
    ready: async () => void (await eventually(async () => (await get('/readyz').catch(() => undefined))?.ok, 'the orchestrator to be ready', 90_000)),
    settled: (ms) => settled(child, ms),
    stop: () => child.end('SIGTERM'),
  };
}

async function settled(child: Child, ms: number): Promise<Usage> {
  const deadlineMs = performance.now() + SETTLES_WITHIN_MS;
  let before = child.usage();
  for (let quietMs = 0; quietMs < ms; ) {
    if (performance.now() > deadlineMs) throw new Error('Waited in vain for the orchestrator to have nothing to do');
    await pause(1_000);
    const now = child.usage();
    quietMs = now.cpuSeconds - before.cpuSeconds < IDLE_CPU_SECONDS ? quietMs + 1_000 : 0;
    before = now;
  }
  return before;
}
