/** The gateway as a process, on Kafka and Redis. */
import { connectKafka } from '@baton/adapter-kafka';
import { connectRedis } from '@baton/adapter-redis';
import { commaList, createLog, flag, currentTrace, hmacTaskTokens,  installShutdown, openDiskBlobStore, readConfig, setting, startTelemetry, startWatchdog, systemClock, WATCHDOG_SETTINGS } from '@baton/platform-kit';
import { z } from 'zod';
import { DEFAULT_PORT } from './config.ts';
import { withCrashPoints } from './crash-points.ts';
import { createGateway } from './gateway.ts';
import { lateViews } from './late-views.ts';

const SERVICE = 'gateway';
const OWN_SETTINGS = {
  ...WATCHDOG_SETTINGS,
  BATON_TAKE_DEFINITIONS: setting(flag().default(false), { fix: 'Set it to true where whoever reaches the gateway may deploy definitions' }),
  BATON_ALLOWED_HOSTS: setting(commaList(z.string().min(1)).optional(), { fix: 'Set it to the names by which browsers may reach the gateway, separated by commas' }),
};

const config = readConfig(process.env, { needs: ['kafka', 'redis', 'blobDir'], settings: OWN_SETTINGS, httpPort: DEFAULT_PORT });
const log = createLog({ service: SERVICE, level: config.logLevel });
const shutdown = installShutdown({ log });
startWatchdog({ service: SERVICE, limitMs: config.own.BATON_BLOCKED_SECONDS * 1_000, log });
const telemetry = await startTelemetry({ service: SERVICE, namespace: config.namespace, log });
const { namespace, partitions } = config;
const { brokers, ssl, sasl, sessionMs } = config.kafka;
const kafka = await connectKafka({
  brokers,
  clientId: SERVICE,
  namespace,
  partitions,
  ...(ssl && { ssl }),
  ...(sasl !== undefined && { sasl: { mechanism: sasl.mechanism, username: sasl.username, password: sasl.password.reveal() } }),
  requires: ['requests', 'inbox', 'lifecycle', 'definitions', 'deadLetters'],
  timeouts: { sessionMs },
  log: ({ level, message, fields }) => log[level](fields, message),
});
const redis = lateViews(() => connectRedis({ url: config.redis.url.reveal(), namespace, partitions, log: ({ level, message, fields }) => log[level](fields, message) }), {
  clock: systemClock,
  log,
  hopeless: (error) => void shutdown.now(error.message),
});
const blobs = await openDiskBlobStore({ directory: config.blobDir });

const gateway = createGateway(
  withCrashPoints({
    views: redis.runViews,
    inbox: kafka.inboxSender,
    definitions: kafka.definitions,
    requests: kafka.requestSource,
    bus: kafka.commandBus,
    deadLetters: kafka.deadLetters,
    deadLetterIndex: redis.deadLetterIndex,
    blobs,
    ...(config.linkSecrets !== undefined && { links: hmacTaskTokens({ namespace, ...config.linkSecrets }) }),
    clock: systemClock,
    log,
    currentTrace,
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', body: await telemetry.metricsText() }),
    checks: {
      kafka: {
        required: true,
        async check() {
          const { reachable, detail } = await kafka.health();
          if (!reachable) throw new Error(detail);
          return detail;
        },
      },
      redis: { required: false, check: () => redis.check() },
    },
  }),
  {
    namespace,
    host: config.http.host,
    port: config.http.port,
    takesDefinitions: config.own.BATON_TAKE_DEFINITIONS,
    ...(config.own.BATON_ALLOWED_HOSTS !== undefined && { allowedHosts: config.own.BATON_ALLOWED_HOSTS }),
  },
);
void gateway.crashed.then((error) => shutdown.now(`the request intake has died: ${error.message}`));
shutdown.step('door', 10_000, async () => {
  gateway.drain();
  await gateway.stop();
});
shutdown.step('kafka', 12_000, () => kafka.close());
shutdown.step('redis', 2_000, () => redis.close());
shutdown.step('telemetry', 3_000, () => telemetry.stop());
await gateway.start();
