/** The orchestrator as a process: Kafka holds the truth, Redis the view, BullMQ wakes delays. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectWakeUps } from '@baton/adapter-bullmq';
import { connectKafka } from '@baton/adapter-kafka';
import { connectRedis } from '@baton/adapter-redis';
import { createLog, hmacTaskTokens, installShutdown, openDiskBlobStore, openDiskCheckpoints, readConfig, serveHealth, setting, startTelemetry, startWatchdog, systemClock, WATCHDOG_SETTINGS, wholeNumber } from '@baton/platform-kit';
import { z } from 'zod';
import { withCrashPoints } from './crash-points.ts';
import { readDefaultsFile } from './defaults-file.ts';
import { createOrchestrator } from './orchestrator.ts';
import { tracedWakeUps } from './traced-wake-ups.ts';

const SERVICE = 'orchestrator';
const SHIPPED_DEFAULTS = fileURLToPath(new URL('../platform-defaults.json', import.meta.url));
const OWN_SETTINGS = {
  ...WATCHDOG_SETTINGS,
  BATON_DEFAULTS_FILE: setting(z.string().optional(), { fix: 'Set it to the path of a JSON file with max_retries, timeout_seconds, retry_backoff and default_error_handler' }),
  BATON_CACHED_RUNS: setting(wholeNumber({ min: 10, max: 1_000_000 }).optional(), { fix: 'Set it to the number of runs that a lane keeps in memory' }),
  BATON_HISTORY_VERSION: setting(z.enum(['1', '2'], 'expected a version').default('2'), { fix: 'Set it to 2; to 1 while orchestrators that know no other are still running' }),
  BATON_TAKE_OVER_FROM_GROUP: setting(z.string().optional(), { fix: 'Set it to the consumer group that has owned the partitions and has ended for good, as the lane says when it has diverged' }),
};

const config = readConfig(process.env, { needs: ['kafka', 'redis', 'tokenSecrets'], settings: OWN_SETTINGS });
const log = createLog({ service: SERVICE, level: config.logLevel });
const shutdown = installShutdown({ log });
startWatchdog({ service: SERVICE, limitMs: config.own.BATON_BLOCKED_SECONDS * 1_000, log });
const policy = readDefaultsFile(config.own.BATON_DEFAULTS_FILE ?? SHIPPED_DEFAULTS);
const telemetry = await startTelemetry({ service: SERVICE, namespace: config.namespace, log });
const { namespace, partitions } = config;
const url = config.redis.url.reveal();

const { brokers, ssl, sasl, sessionMs } = config.kafka;
const kafka = await connectKafka({
  brokers,
  clientId: SERVICE,
  namespace,
  partitions,
  ssl,
  ...(sasl !== undefined && { sasl: { mechanism: sasl.mechanism, username: sasl.username, password: sasl.password.reveal() } }),
  timeouts: { sessionMs },
  log: ({ level, message, fields }) => log[level](fields, message),
});
const redis = await connectRedis({ url, namespace, partitions });
const checkpoints =
  config.blobDir === undefined
    ? undefined
    : await openDiskCheckpoints({ directory: join(config.blobDir, 'checkpoints'), namespace, damaged: (file, why) => log.error({ file, why }, 'a checkpoint is damaged and passed over') });
const blobs = config.blobDir === undefined ? undefined : await openDiskBlobStore({ directory: config.blobDir });
const wakeUps = await connectWakeUps({ url, namespace, clock: systemClock, log: ({ level, message, detail }) => log[level]({ detail }, message) });

const orchestrator = createOrchestrator(
  withCrashPoints({
    history: kafka.historyLog,
    inbox: kafka.inboxSource,
    sender: kafka.inboxSender,
    index: redis.stateIndex,
    bus: kafka.commandBus,
    deadLetters: kafka.deadLetters,
    definitions: kafka.definitions,
    wakeUps: tracedWakeUps(wakeUps),
    poison: redis.poisonWatch,
    clock: systemClock,
    tokens: hmacTaskTokens({ namespace, ...config.tokenSecrets }),
    ...(checkpoints !== undefined && { checkpoints }),
    ...(blobs !== undefined && { blobs }),
  }),
  {
    namespace,
    policy,
    log,
    metrics: () => telemetry.metricsText(),
    onCrash: (error) => {
      log.error({ err: error }, 'the inbox consumer has died');
      void shutdown.now('the inbox consumer has died');
    },
    lanes: {
      historyVersion: config.own.BATON_HISTORY_VERSION === '1' ? 1 : 2,
      ...(config.own.BATON_CACHED_RUNS !== undefined && { cachedRuns: config.own.BATON_CACHED_RUNS }),
      ...(config.own.BATON_TAKE_OVER_FROM_GROUP !== undefined && { takeOverFromGroup: config.own.BATON_TAKE_OVER_FROM_GROUP }),
    },
  },
);
const health = await serveHealth(orchestrator.health, config.http);
shutdown.step('engine', 30_000, () => orchestrator.stop());
shutdown.step('wake-ups', 5_000, () => wakeUps.close());
shutdown.step('kafka', 12_000, () => kafka.close());
shutdown.step('redis', 2_000, () => redis.close());
shutdown.step('telemetry', 3_000, () => telemetry.stop());
shutdown.step('health', 1_000, () => health.close());
await orchestrator.start();
log.info({ namespace, partitions, brokers: brokers.join(','), port: health.port }, 'orchestrator started');
