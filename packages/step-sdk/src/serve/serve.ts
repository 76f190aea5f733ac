/** `serve`: a step service as a process, or as a part of another one. */
import { hostname } from 'node:os';
import {
  createHealth,
  createLog,
  installShutdown,
  readConfig,
  serveHealth,
  setting,
  silentLog,
  startTelemetry,
  systemClock,
  wholeNumber,
  type Environment,
  type Health,
  type Log,
  type Settings,
} from '@baton/platform-kit';
import type { Clock } from '@baton/ports';
import type { Workflow } from '@baton/workflow';
import { z } from 'zod';
import type { AnyStep } from '../step.ts';
import { checkService } from './check-service.ts';
import { runService, type RunningService } from './run-service.ts';
import type { StepTransport } from './transport.ts';

export interface ServeOptions {
  /** Its name, by which workflows mean it: `<service>/<step>`. */
  readonly service: string;
  readonly steps: readonly AnyStep[];
  /** Published when it starts: new runs take these from then on, runs that go on keep what they began with. */
  readonly workflows?: readonly Workflow[];
  /**
   * Names of workflows that may refuse inputs from now on that were taken before; without it such a service does not start.
   * Default none, or BATON_ALLOW_BREAKING_INPUT, names with commas between them.
   */
  readonly allowBreakingInput?: readonly string[];
  /** Attempts at once in this process. Default 4, or BATON_STEP_CONCURRENCY. */
  readonly concurrency?: number;
  /** How long what is open may go on when the service is told to stop. Default 25,000, or BATON_STEP_GRACE_SECONDS. */
  readonly graceMs?: number;
  /** How long an attempt may take before its lease is sent. Default 1,000. */
  readonly leaseAfterMs?: number;
  /** The service's own BATON_* variables, which are otherwise refused as unknown. Read them with `readConfig` of `@baton/platform-kit`. */
  readonly settings?: Settings;
  /** Default process.env. */
  readonly env?: Environment;
  /** Where commands come from and answers go. With it `serve` is a part of another process: no environment is read, and no server, telemetry or signal handler is started. Default: Kafka as the environment says. */
  readonly transport?: StepTransport;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Default: standard output; silent with `transport`. */
  readonly log?: Log;
  /** Told when the consumer has died for good, where `transport` is given. Otherwise the process ends. */
  readonly onCrash?: (error: Error) => void;
}

export interface ServiceHandle {
  readonly health: Health;
  /** Of /livez, /readyz and /metrics; undefined with `transport`. */
  readonly port: number | undefined;
  /** Attempts in this process at the moment. */
  readonly openAttempts: number;
  /** Takes nothing new, gives what is open its grace, hands back the rest. Calling it again waits for the same end. */
  stop(): Promise<void>;
}

const DEFAULTS = { concurrency: 4, graceMs: 25_000, leaseAfterMs: 1_000 } as const;
const OWN_SETTINGS = {
  BATON_STEP_CONCURRENCY: setting(wholeNumber({ min: 1, max: 1_000 }).optional(), { fix: 'Set it to the number of attempts that may run at once in the process' }),
  BATON_ALLOW_BREAKING_INPUT: setting(z.string().optional(), { fix: 'Set it to the names of workflows whose input may become narrower, with commas between them' }),
  BATON_STEP_GRACE_SECONDS: setting(wholeNumber({ min: 0, max: 86_400 }).optional(), { fix: 'Set it to the seconds that open attempts may go on when the service stops, below the grace period of whoever stops it' }),
};

/**
 * Starts a step service. As a process of its own it reads the environment, connects to Kafka, serves health and metrics,
 * and drains on SIGTERM.
 * @throws TypeError for steps and workflows that do not fit together; ConfigError with every problem of the environment; OperatingError `breaking_input` where a workflow would take less than before, `unavailable` where Kafka is away.
 */
export async function serve(options: ServeOptions): Promise<ServiceHandle> {
  checkService(options.service, options.steps, options.workflows ?? []);
  return options.transport === undefined ? asProcess(options) : asPart(options, options.transport);
}

const workerName = (): string => `${hostname()}/${process.pid}`.slice(-128);

async function asPart(options: ServeOptions, transport: StepTransport): Promise<ServiceHandle> {
  let crash: Error | undefined;
  const service = await start(options, transport, {
    log: options.log ?? silentLog,
    allowBreakingInput: options.allowBreakingInput ?? [],
    concurrency: options.concurrency ?? DEFAULTS.concurrency,
    graceMs: options.graceMs ?? DEFAULTS.graceMs,
    crashed(error) {
      crash = error;
      options.onCrash?.(error);
    },
  });
  const consumer = { name: 'consumer', check: () => crash?.message };
  const health = createHealth({ live: [consumer], ready: [consumer] });
  return handleOf(service, health, undefined, () => {
    health.draining();
    return service.stop();
  });
}

async function asProcess(options: ServeOptions): Promise<ServiceHandle> {
  const { service: name } = options;
  const config = readConfig(options.env ?? process.env, { needs: ['kafka', 'blobDir'], settings: { ...options.settings, ...OWN_SETTINGS } });
  const log = options.log ?? createLog({ service: name, level: config.logLevel });
  const shutdown = installShutdown({ log });
  const telemetry = await startTelemetry({ service: name, namespace: config.namespace, log });
  // Loaded here, so that tests of steps do not load a Kafka client.
  const { connectTransport } = await import('./kafka-transport.ts');
  const transport = await connectTransport(name, config, log);
  let crash: Error | undefined;
  const own = config.own as { BATON_ALLOW_BREAKING_INPUT?: string; BATON_STEP_CONCURRENCY?: number; BATON_STEP_GRACE_SECONDS?: number };
  const graceMs = options.graceMs ?? (own.BATON_STEP_GRACE_SECONDS === undefined ? DEFAULTS.graceMs : own.BATON_STEP_GRACE_SECONDS * 1_000);
  const service = await start(options, transport, {
    log,
    graceMs,
    allowBreakingInput: options.allowBreakingInput ?? own.BATON_ALLOW_BREAKING_INPUT?.split(',').map((one) => one.trim()) ?? [],
    concurrency: options.concurrency ?? own.BATON_STEP_CONCURRENCY ?? DEFAULTS.concurrency,
    crashed(error) {
      crash = error;
      log.error({ err: error }, 'the consumer of commands has died');
      void shutdown.now('the consumer of commands has died');
    },
  });
  const health = createHealth({
    live: [{ name: 'consumer', check: () => crash?.message }],
    ready: [{ name: 'kafka', check: () => transport.health().then(({ reachable, detail }) => (reachable ? undefined : detail)) }],
    metrics: () => telemetry.metricsText(),
  });
  const server = await serveHealth(health, config.http);
  log.info({ host: config.http.host, port: server.port }, 'health and metrics are served');

  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    health.draining();
    return (stopping ??= service.stop().then(() => transport.close()));
  };
  // Grace, then what handing back and leaving may take.
  shutdown.step('drain', graceMs + 25_000, stop);
  shutdown.step('telemetry', 3_000, () => telemetry.stop());
  shutdown.step('health', 1_000, () => server.close());
  return handleOf(service, health, server.port, async () => {
    await stop();
    await telemetry.stop();
    await server.close();
  });
}

function start(options: ServeOptions, transport: StepTransport, found: { readonly log: Log; readonly allowBreakingInput: readonly string[]; readonly concurrency: number; readonly graceMs: number; crashed(error: Error): void }): Promise<RunningService> {
  return runService({
    ...found,
    service: options.service,
    steps: options.steps,
    workflows: options.workflows ?? [],
    transport,
    clock: options.clock ?? systemClock,
    worker: workerName(),
    leaseAfterMs: options.leaseAfterMs ?? DEFAULTS.leaseAfterMs,
  });
}

function handleOf(service: RunningService, health: Health, port: number | undefined, stop: () => Promise<void>): ServiceHandle {
  return {
    health,
    port,
    get openAttempts() {
      return service.openAttempts;
    },
    stop,
  };
}
