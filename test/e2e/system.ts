/** Baton on real servers for one test file: processes that can be killed, topics and keys of their own. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectKafka, type KafkaPorts } from '@baton/adapter-kafka';
import { connectRedis, type RedisPorts } from '@baton/adapter-redis';
import { createClient, type BatonClient } from '@baton/client';
import { isTerminal, readCommand, topicNames, type Command, type Json, type RunState, type RunView, type TopicNames } from '@baton/contracts';
import type { ServerAddresses } from '@baton/local';
import { applyTopics, connectTopicAdmin } from '@baton/topics';
import { eventually } from './eventually.ts';
import { cleanEnvironment, startProcess, type Proc, type ProcOptions } from './processes.ts';
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
  /** Of the processes: artifacts, checkpoints, the ledger. */
  readonly directory: string;
  readonly kafka: KafkaPorts;
  readonly redis: RedisPorts;
  readonly wire: Wire;
  readonly client: BatonClient;
  orchestrator(options?: ProcOptions): Promise<Proc>;
  worker(options?: ProcOptions): Promise<Proc>;
  /** Beside the one that is there and that `client` speaks to. */
  gateway(options?: ProcOptions): Promise<Proc>;
  /** Any program in the environment of the others. @param file from the root of the repository. */
  program(name: string, file: string): Promise<Proc>;
  /** Starts runs side by side. @returns their ids, in order. */
  startMany(count: number, workflow: string, input?: (index: number) => Json): Promise<readonly string[]>;
  /** Waits until the public events say that each of the runs has ended. */
  untilEnded(runIds: readonly string[], deadlineMs?: number): Promise<void>;
  /** As untilEnded, and gives them as the door shows them. */
  ended(runIds: readonly string[], deadlineMs?: number): Promise<readonly RunView[]>;
  ledger(): readonly LedgerEntry[];
  truth(): Promise<Truth>;
  /**
   * Everything that must hold once all runs have ended: history without gap, view as the fold, no command lost or invented,
   * executions per command within `executions`, idempotency keys stable. `republished`: a command that was published several times,
   * which nobody can rule out where an acknowledgement was lost, may be executed as often, by one worker each.
   */
  expectSound(options: { readonly executions: number; readonly republished?: boolean }): Promise<Truth>;
  /** All that the processes have said, for messages. */
  said(): string;
  close(): Promise<void>;
}

export const PARTITIONS = 6;
const SERVICE = 'e2e';
/** Runs whose view is looked at side by side. */
const LOOKED_AT_ONCE = 50;
const GATEWAY = 'services/gateway/src/main.ts';
const ENDS = new Set(['baton.run.completed', 'baton.run.failed', 'baton.run.cancelled']);

export interface SystemOptions extends Pick<ProcOptions, 'env' | 'nodeArgs'> {
  /** Copies of each topic. Default 1. */
  readonly replicationFactor?: number;
  /** Default PARTITIONS. */
  readonly partitions?: number;
  /** Services of the platform that take part, beside that of the tests. Default: none. */
  readonly services?: readonly string[];
}

/** @param common for each of its processes. */
export async function startSystem(addresses: ServerAddresses, { replicationFactor = 1, partitions = PARTITIONS, services: others = [], ...common }: SystemOptions = {}): Promise<System> {
  const namespace = `e2e-${randomBytes(5).toString('hex')}`;
  const names = topicNames(namespace);
  const { kafkaBrokers: brokers, redisUrl } = addresses;
  const services = [SERVICE, ...others];
  const admin = await connectTopicAdmin({ brokers });
  await applyTopics(admin, { namespace, partitions, replicationFactor, services });
  await admin.close();
  const dir = mkdtempSync(join(tmpdir(), 'baton-e2e-'));
  const ledgerFile = join(dir, 'ledger');
  const env = {
    ...cleanEnvironment(),
    BATON_NAMESPACE: namespace,
    BATON_PARTITIONS: String(partitions),
    BATON_KAFKA_BROKERS: brokers.join(','),
    BATON_REDIS_URL: redisUrl,
    BATON_BLOB_DIR: join(dir, 'artifacts'),
    BATON_TOKEN_SECRET: randomBytes(48).toString('hex'),
    BATON_STEP_GRACE_SECONDS: '3',
    OTEL_SDK_DISABLED: 'true',
    ...common.env,
  };
  const procs: Proc[] = [];
  const start = async (name: string, file: string, options: ProcOptions = {}): Promise<Proc> => {
    const proc = await startProcess(name, file, env, { ...options, nodeArgs: [...(common.nodeArgs ?? []), ...(options.nodeArgs ?? [])] });
    procs.push(proc);
    return proc;
  };
  const [kafka, redis, wire, gateway] = await Promise.all([
    connectKafka({ brokers, clientId: 'e2e', namespace }),
    connectRedis({ url: redisUrl, namespace, partitions }),
    openWire(brokers, names, services),
    start('gateway', GATEWAY),
  ]);
  const client = createClient({ baseUrl: `http://127.0.0.1:${gateway.port}` });
  const ledger = (): readonly LedgerEntry[] => {
    try {
      return readFileSync(ledgerFile, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as LedgerEntry);
    } catch {
      return [];
    }
  };
  const said = (): string => procs.map(({ name, pid, output }) => `--- ${name} ${pid}\n${output().split('\n').filter((line) => /"level":"(warn|error|fatal)"/.test(line)).slice(-12).join('\n')}`).join('\n');
  const timesPublished = (): ReadonlyMap<string, number> => {
    const times = new Map<string, number>();
    for (const { value } of services.flatMap((service) => wire.records(names.command(service)))) {
      const command = commandIn(value);
      if (command?.t === 'run-step') times.set(command.key, (times.get(command.key) ?? 0) + 1);
    }
    return times;
  };
  const untilEnded = async (runIds: readonly string[], deadlineMs = 120_000): Promise<void> => {
    const open = (): readonly string[] => {
      const over = new Set(wire.lifecycle().filter(({ type }) => ENDS.has(type)).map(({ subject }) => subject));
      return runIds.filter((runId) => !over.has(runId));
    };
    await eventually(() => open().length === 0, `${runIds.length} runs to end`, deadlineMs, () => `${open().length} still open: ${open().slice(0, 5).join(', ')}\n${said()}`);
  };
  const ended = async (runIds: readonly string[], deadlineMs?: number): Promise<readonly RunView[]> => {
    await untilEnded(runIds, deadlineMs);
    // A view that was wiped is built again first; whoever asked meanwhile would be told so.
    await eventually(async () => (await redis.runViews.missing()).length === 0, 'the view of every partition to be there', 60_000, said);
    const views: RunView[] = [];
    // The event may be out before the view has the end.
    for (const runId of runIds) views.push(await eventually(() => client.get(runId).then((run) => isTerminal(run.status) && run), `the view to show the end of ${runId}`));
    return views;
  };

  return {
    namespace,
    names,
    directory: dir,
    kafka,
    redis,
    wire,
    client,
    orchestrator: (options) => start('orchestrator', 'services/orchestrator/src/main.ts', options),
    worker: (options) => start('worker', 'test/e2e/worker.ts', { ...options, args: [ledgerFile] }),
    gateway: (options) => start('gateway', GATEWAY, options),
    program: (name, file) => start(name, file),
    async startMany(count, workflow, input = () => ({})) {
      const started = await Promise.all(Array.from({ length: count }, (_, index) => client.start(workflow, input(index))));
      return started.map(({ runId }) => runId);
    },
    untilEnded,
    ended,
    ledger,
    truth: () => readTruth(kafka),
    async expectSound({ executions, republished = false }) {
      const truth = await readTruth(kafka);
      for (const [runId, state] of truth.runs) if (!isTerminal(state.status)) throw new Error(`I2: run ${runId} is ${state.status}`);
      const asFold = ([runId, state]: readonly [string, RunState]): Promise<boolean> => eventually(async () => same(await redis.runViews.get(runId), state), `I5: the view of run ${runId} to be as the fold`, 60_000, () => JSON.stringify(state));
      const runs = [...truth.runs];
      for (let i = 0; i < runs.length; i += LOOKED_AT_ONCE) await Promise.all(runs.slice(i, i + LOOKED_AT_ONCE).map(asFold));
      // The commands are read while others are written: what is out may not have been seen here yet.
      let sent = timesPublished();
      const unpublished = (): readonly string[] => [...truth.commands.keys()].filter((key) => !sent.has(key));
      await eventually(() => unpublished().length === 0 || ((sent = timesPublished()), false), 'I7: every command of the history to be published', 60_000, () => unpublished().join(', '));
      for (const key of sent.keys()) if (!truth.commands.has(key)) throw new Error(`I7: the command ${key} was published, but the history does not have it`);
      const done = new Map<string, LedgerEntry[]>();
      for (const entry of ledger()) {
        if (entry.what.endsWith('-aborted')) continue;
        if (entry.idem !== `${entry.runId}/${entry.stepId}`) throw new Error(`The idempotency key of ${keyOf(entry)} is ${entry.idem}`);
        done.set(keyOf(entry), [...(done.get(keyOf(entry)) ?? []), entry]);
      }
      for (const [key, entries] of done) {
        const workers = new Set(entries.map(({ pid }) => pid)).size;
        const most = republished ? Math.max(executions, Math.min(workers, sent.get(key) ?? 0)) : executions;
        if (entries.length > most) {
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
