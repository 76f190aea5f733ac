/**
 * The orchestrator with a mistake in deciding: what carries `poison` in its data ends the process at once, as a stack or a heap that
 * is exhausted would. Otherwise as services/orchestrator, with shorter sessions, so that the dead are missed sooner.
 */
import { connectWakeUps } from '@baton/adapter-bullmq';
import { connectKafka } from '@baton/adapter-kafka';
import { connectRedis } from '@baton/adapter-redis';
import { isJsonObject, PLATFORM_DEFAULTS, ROOT_BRANCH } from '@baton/contracts';
import { decide } from '@baton/core';
import { createOrchestrator } from '@baton/orchestrator';
import { createLog, hmacTaskTokens, installShutdown, readConfig, serveHealth, systemClock } from '@baton/platform-kit';

const config = readConfig(process.env, { needs: ['kafka', 'redis', 'tokenSecrets'], settings: {} });
const log = createLog({ service: 'orchestrator', level: config.logLevel });
const shutdown = installShutdown({ log });
const { namespace, partitions } = config;
const url = config.redis.url.reveal();
const kafka = await connectKafka({ brokers: config.kafka.brokers, clientId: 'orchestrator', namespace, partitions, timeouts: { sessionMs: 6_000, heartbeatMs: 1_000 }, log: ({ level, message, fields }) => log[level](fields, message) });
const redis = await connectRedis({ url, namespace, partitions });
const wakeUps = await connectWakeUps({ url, namespace, clock: systemClock });
const orchestrator = createOrchestrator(
  {
    history: kafka.historyLog,
    inbox: kafka.inboxSource,
    sender: kafka.inboxSender,
    index: redis.stateIndex,
    bus: kafka.commandBus,
    deadLetters: kafka.deadLetters,
    definitions: kafka.definitions,
    wakeUps,
    poison: redis.poisonWatch,
    clock: systemClock,
    tokens: hmacTaskTokens({ namespace, ...config.tokenSecrets }),
  },
  {
    namespace,
    policy: PLATFORM_DEFAULTS,
    log,
    decide(state, message, facts) {
      const data = message.type === 'result' && state?.status === 'running' ? state.branches[ROOT_BRANCH]?.data : undefined;
      if (isJsonObject(data) && data['poison'] === true) process.kill(process.pid, 'SIGKILL');
      return decide(state, message, facts);
    },
  },
);
const health = await serveHealth(orchestrator.health, config.http);
shutdown.step('engine', 30_000, () => orchestrator.stop());
shutdown.step('wake-ups', 5_000, () => wakeUps.close());
shutdown.step('kafka', 12_000, () => kafka.close());
shutdown.step('redis', 2_000, () => redis.close());
shutdown.step('health', 1_000, () => health.close());
await orchestrator.start();
