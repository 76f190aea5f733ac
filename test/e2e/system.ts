/** Baton on real servers for one test file: processes that can be killed, topics and keys of their own. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectKafka, type KafkaPorts } from '@baton/adapter-kafka';
import { connectRedis, type RedisPorts } from '@baton/adapter-redis';
import { createClient, type BatonClient } from '@baton/client';
import { isTerminal, readCommand, topicNames, type Command, type Json, type RunView, type TopicNames } from '@baton/contracts';
import type { ServerAddresses } from '@baton/local';
import { applyTopics, connectTopicAdmin } from '@baton/topics';
import { eventually } from './eventually.ts';
import { cleanEnvironment, startProcess, type Proc } from './processes.ts';
import { keyOf, readTruth, type Truth } from './truth.ts';
import { openWire, type Wire } from './wire.ts';

/** One line of the workers' ledger: what was executed, and when. */
export interface LedgerEntry {
  readonly what: string;
  readonly runId: string;
  readonly stepId: string;
  readonly attempt: number;
  readonly idem: string;
  readonly atMs: number;
  readonly pid: number;
}

export interface System {
  readonly namespace: string;
  readonly names: TopicNames;
  readonly kafka: KafkaPorts;
  readonly redis: RedisPorts;
  readonly wire: Wire;
  readonly client: BatonClient;
  orchestrator(): Promise<Proc>;
  worker(): Promise<Proc>;
  /** Starts runs side by side. @returns their ids, in order. */
  startMany(count: number, workflow: string, input?: (index: number) => Json): Promise<readonly string[]>;
  /** Waits until the public events say that each of the runs has ended, and gives them as the door shows them. */
  ended(runIds: readonly string[], deadlineMs?: number): Promise<readonly RunView[]>;
  ledger(): readonly LedgerEntry[];
  truth(): Promise<Truth>;
  /**
   * Everything that must hold once all runs have ended: history without gap, view as the fold, no command lost or invented,
   * executions per command within `executions`, idempotency keys stable.
   */
  expectSound(options: { readonly executions: number }): Promise<Truth>;
  /** All that the processes have said, for messages. */
  said(): string;
  close(): Promise<void>;
}

export const PARTITIONS = 6;
const SERVICE = 'e2e';
const ENDS = new Set(['baton.run.completed', 'baton.run.failed', 'baton.run.cancelled']);

export async function startSystem(addresses: ServerAddresses): Promise<System> {
  const namespace = `e2e-${randomBytes(5).toString('hex')}`;
  const names = topicNames(namespace);
  const { kafkaBrokers: brokers, redisUrl } = addresses;
  const admin = await connectTopicAdmin({ brokers });
  await applyTopics(admin, { namespace, partitions: PARTITIONS, replicationFactor: 1, services: [SERVICE] });
  await admin.close();
  const dir = mkdtempSync(join(tmpdir(), 'baton-e2e-'));
  const ledgerFile = join(dir, 'ledger');
  const env = {
    ...cleanEnvironment(),
    BATON_NAMESPACE: namespace,
    BATON_PARTITIONS: String(PARTITIONS),
    BATON_KAFKA_BROKERS: brokers.join(','),
    BATON_REDIS_URL: redisUrl,
    BATON_BLOB_DIR: join(dir, 'artifacts'),
    BATON_TOKEN_SECRET: randomBytes(48).toString('hex'),
    BATON_STEP_GRACE_SECONDS: '3',
    OTEL_SDK_DISABLED: 'true',
  };
  const procs: Proc[] = [];
  const start = async (name: string, file: string, args: readonly string[] = []): Promise<Proc> => {
    const proc = await startProcess(name, file, env, args);
    procs.push(proc);
    return proc;
  };
  const [kafka, redis, wire, gateway] = await Promise.all([
    connectKafka({ brokers, clientId: 'e2e', namespace }),
    connectRedis({ url: redisUrl, namespace, partitions: PARTITIONS }),
    openWire(brokers, names, [SERVICE]),
    start('gateway', 'services/gateway/src/main.ts'),
  ]);
  const client = createClient({ baseUrl: `http://127.0.0.1:${gateway.port}` });
  const ledger = (): readonly LedgerEntry[] => {
    try {
      return readFileSync(ledgerFile, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as LedgerEntry);
    } catch {
      return [];
    }
  };
  const said = (): string => procs.map(({ name, pid, output }) => `--- ${name} ${pid}\n${output().split('\n').filter((line) => /"level":(40|50|60)/.test(line)).slice(-12).join('\n')}`).join('\n');
  const ended = async (runIds: readonly string[], deadlineMs = 120_000): Promise<readonly RunView[]> => {
    const open = (): readonly string[] => {
      const over = new Set(wire.lifecycle().filter(({ type }) => ENDS.has(type)).map(({ subject }) => subject));
      return runIds.filter((runId) => !over.has(runId));
    };
    await eventually(() => open().length === 0, `${runIds.length} runs to end`, deadlineMs, () => `${open().length} still open: ${open().slice(0, 5).join(', ')}\n${said()}`);
    const views: RunView[] = [];
    // The event may be out before the view has the end.
    for (const runId of runIds) views.push(await eventually(() => client.get(runId).then((run) => isTerminal(run.status) && run), `the view to show the end of ${runId}`));
    return views;
  };

  return {
    namespace,
    names,
    kafka,
    redis,
    wire,
    client,
    orchestrator: () => start('orchestrator', 'services/orchestrator/src/main.ts'),
    worker: () => start('worker', 'test/e2e/worker.ts', [ledgerFile]),
    async startMany(count, workflow, input = () => ({})) {
      const started = await Promise.all(Array.from({ length: count }, (_, index) => client.start(workflow, input(index))));
      return started.map(({ runId }) => runId);
    },
    ended,
    ledger,
    truth: () => readTruth(kafka),
    async expectSound({ executions }) {
      const truth = await readTruth(kafka);
      for (const [runId, state] of truth.runs) {
        if (!isTerminal(state.status)) throw new Error(`I2: run ${runId} is ${state.status}`);
        await eventually(async () => same(await redis.runViews.get(runId), state), `I5: the view of run ${runId} to be as the fold`, 60_000, () => JSON.stringify(state));
      }
      const sent = new Map<string, number>();
      for (const { value } of wire.records(names.command(SERVICE))) {
        const command = commandIn(value);
        if (command?.t === 'run-step') sent.set(command.key, (sent.get(command.key) ?? 0) + 1);
      }
      for (const key of truth.commands.keys()) if (!sent.has(key)) throw new Error(`I7: the command ${key} was not published`);
      for (const key of sent.keys()) if (!truth.commands.has(key)) throw new Error(`I7: the command ${key} was published, but the history does not have it`);
      const done = new Map<string, LedgerEntry[]>();
      for (const entry of ledger()) {
        if (entry.what.endsWith('-aborted')) continue;
        if (entry.idem !== `${entry.runId}/${entry.stepId}`) throw new Error(`The idempotency key of ${keyOf(entry)} is ${entry.idem}`);
        done.set(keyOf(entry), [...(done.get(keyOf(entry)) ?? []), entry]);
      }
      for (const [key, entries] of done) {
        if (entries.length > executions) {
          const when = entries.map(({ pid, atMs }) => `by ${pid} at ${new Date(atMs).toISOString()}`).join(', ');
          throw new Error(`I12: the command ${key} was executed ${entries.length} times (${when}), sent ${sent.get(key)} times\n${said()}`);
        }
        if (!truth.commands.has(key)) throw new Error(`I7: ${key} was executed, but the history does not have it`);
      }
      return truth;
    },
    said,
    async close() {
      await Promise.all(procs.map((proc) => proc.kill('SIGKILL')));
      await Promise.all([wire.close(), kafka.close(), redis.close()]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Undefined where a test has written something else there. */
function commandIn(value: Uint8Array | null): Command | undefined {
  try {
    return readCommand(value ?? new Uint8Array());
  } catch {
    return undefined;
  }
}

const same = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner)) ?? 'undefined';
