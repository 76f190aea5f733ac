/** Baton on real servers behind proxies, each process on its own: what the faults act on. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { topicNames, type TopicNames } from '@baton/contracts';
import { applyTopics, connectTopicAdmin } from '@baton/topics';
import { eventually } from '../e2e/eventually.ts';
import { cleanEnvironment } from '../e2e/processes.ts';
import { startProxiedKafka, type ProxiedKafka } from './kafka.ts';
import { SERVICE } from './ledger/transfer.ts';
import type { Cast } from './plan.ts';
import { portPool } from './ports.ts';
import { startProxiedRedis, type ProxiedRedis } from './redis.ts';
import { createRole, type Role, type RoleEvent } from './role.ts';

export interface Stage {
  readonly namespace: string;
  readonly names: TopicNames;
  readonly partitions: number;
  readonly cast: Cast;
  readonly kafka: ProxiedKafka;
  readonly redis: ProxiedRedis;
  readonly roles: ReadonlyMap<string, Role>;
  readonly gateway: Role;
  /** One more orchestrator, that comes and goes; not part of the cast. */
  readonly guest: Role;
  /** Has `logs` and everything that the processes keep. */
  readonly dir: string;
  /** Where the callers reach Kafka. */
  readonly callersBrokers: string;
  readonly accountsFile: string;
  readonly events: readonly RoleEvent[];
  role(name: string): Role;
  /** Takes back whatever a fault has left. */
  restore(): Promise<void>;
  /** Everybody runs and says that it is ready. */
  whole(): Promise<void>;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly orchestrators: number;
  readonly workers: number;
  readonly partitions: number;
  readonly sessionMs: number;
  /** For logs, accounts and artifacts. */
  readonly dir: string;
  readonly onProgress: (line: string) => void;
}

/** Short, so that runs are carried forward every minute. Nothing is removed all the same: the segment that is written to stays. */
const HISTORY_RETENTION_MS = 240_000;
const WHOLE_WITHIN_MS = 240_000;
const CALLERS = 'callers';
const GUEST = 'guest';

export const castOf = ({ orchestrators, workers }: Pick<StageOptions, 'orchestrators' | 'workers'>): Cast => ({
  orchestrators: Array.from({ length: orchestrators }, (_, i) => `orchestrator-${i + 1}`),
  workers: Array.from({ length: workers }, (_, i) => `worker-${i + 1}`),
  gateway: 'gateway',
});

export async function startStage(options: StageOptions): Promise<Stage> {
  const { partitions, dir } = options;
  const namespace = `chaos-${randomBytes(4).toString('hex')}`;
  const names = topicNames(namespace);
  const cast = castOf(options);
  const everybody = [...cast.orchestrators, ...cast.workers, cast.gateway, GUEST];
  mkdirSync(join(dir, 'logs'), { recursive: true });
  const nextPort = portPool();
  const [kafka, redis] = await Promise.all([startProxiedKafka([...everybody, CALLERS], { nextPort, onProgress: options.onProgress }), startProxiedRedis(everybody, nextPort)]);
  const admin = await connectTopicAdmin({ brokers: kafka.brokers });
  await applyTopics(admin, { namespace, partitions, replicationFactor: 1, services: [SERVICE] });
  await admin.configure(names.history, { 'retention.ms': String(HISTORY_RETENTION_MS) });
  await admin.close();

  const events: RoleEvent[] = [];
  const accountsFile = join(dir, 'accounts.sqlite');
  const secret = randomBytes(48).toString('hex');
  const files = { orchestrator: 'services/orchestrator/src/main.ts', worker: 'test/chaos/ledger/worker.ts', gateway: 'services/gateway/src/main.ts' } as const;
  const make = async (name: string, kind: keyof typeof files): Promise<Role> =>
    createRole(
      {
        name,
        file: files[kind],
        ...(kind === 'worker' && { args: [accountsFile] }),
        port: await nextPort(),
        logFile: join(dir, 'logs', `${name}.log`),
        env: {
          ...cleanEnvironment(),
          BATON_NAMESPACE: namespace,
          BATON_PARTITIONS: String(partitions),
          BATON_KAFKA_BROKERS: kafka.brokersOf(name),
          BATON_KAFKA_SESSION_SECONDS: String(options.sessionMs / 1_000),
          BATON_REDIS_URL: redis.urlOf(name),
          BATON_BLOB_DIR: join(dir, 'artifacts'),
          BATON_TOKEN_SECRET: secret,
          BATON_STEP_GRACE_SECONDS: '3',
          OTEL_SDK_DISABLED: 'true',
        },
      },
      (event) => void events.push(event),
    );
  const roles = new Map<string, Role>();
  for (const name of cast.orchestrators) roles.set(name, await make(name, 'orchestrator'));
  for (const name of cast.workers) roles.set(name, await make(name, 'worker'));
  roles.set(cast.gateway, await make(cast.gateway, 'gateway'));
  const guest = await make(GUEST, 'orchestrator');

  const stage: Stage = {
    namespace,
    names,
    partitions,
    cast,
    kafka,
    redis,
    roles,
    gateway: roles.get(cast.gateway)!,
    guest,
    dir,
    callersBrokers: kafka.brokersOf(CALLERS),
    accountsFile,
    events,
    role: (name) => roles.get(name)!,
    async restore() {
      for (const link of [...kafka.links.values(), ...redis.links.values()]) link.mend();
      if (kafka.server.pid === undefined) await kafka.server.restart();
      await redis.restore();
      await guest.end('SIGTERM');
      for (const role of roles.values()) {
        role.thaw();
        role.start();
      }
    },
    async whole() {
      const missing = async (): Promise<readonly string[]> => {
        const ready = await Promise.all([...roles.values()].map((role) => role.isReady()));
        return [...roles.keys()].filter((_, i) => !ready[i]);
      };
      let last: readonly string[] = [];
      await eventually(async () => (last = await missing()).length === 0, 'everybody to be ready', WHOLE_WITHIN_MS, () => `Not ready: ${last.join(', ')}. Logs: ${join(dir, 'logs')}`);
    },
    async close() {
      await Promise.all([...roles.values(), guest].map((role) => role.end('SIGKILL')));
      await Promise.all([kafka.close(), redis.close()]);
    },
  };
  for (const role of roles.values()) role.start();
  try {
    await stage.whole();
  } catch (error) {
    await stage.close();
    throw error;
  }
  return stage;
}
