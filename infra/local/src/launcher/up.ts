import { join, resolve } from 'node:path';
import type { Environment } from '../environment.ts';
import { LocalServerError } from '../errors.ts';
import { startKafka } from '../kafka/start-kafka.ts';
import { startRedis } from '../redis/start-redis.ts';
import { requireProgramsFor, type ServerName } from '../requirements.ts';
import { lockedLauncher } from './locked.ts';
import { stopRecorded } from './down.ts';
import { readRecorded, readState, toRunningServer, writeState, type LauncherState } from './state.ts';

export interface UpOptions {
  readonly kafkaPort?: number;
  readonly redisPort?: number;
  /** Topics and keys are kept under here; default: temporary, gone after `down`. */
  readonly dataDir?: string;
  readonly env: Environment;
  readonly onProgress?: (line: string) => void;
}

/**
 * Starts what does not run yet and leaves it running. Called again it answers with the same servers; with other ports or
 * another directory than those it throws `bad_option` instead of ignoring the wish.
 */
export async function up(options: UpOptions): Promise<LauncherState> {
  const { env } = options;
  requireProgramsFor(['kafka', 'redis'], { ...env, BATON_KAFKA_BROKERS: undefined, BATON_REDIS_URL: undefined });
  return lockedLauncher(env, async () => {
    const alreadyRunning = readState(env);
    await stopRecorded(env, deadOnes(readRecorded(env), alreadyRunning));
    refuseOtherWishes(options, alreadyRunning);
    const dirOf = (server: ServerName): { dataDir?: string } => (options.dataDir === undefined ? {} : { dataDir: join(options.dataDir, server) });
    const temporary = options.dataDir === undefined;
    let state = alreadyRunning;
    try {
      // One after the other, each written down at once: whatever happens then, `down` knows of it.
      if (state.redis === undefined) {
        const redis = await startRedis({ env, outlivesUs: true, ...dirOf('redis'), ...(options.redisPort === undefined ? {} : { port: options.redisPort }) });
        writeState(env, (state = { ...state, redis: toRunningServer(redis, temporary) }));
      }
      if (state.kafka === undefined) {
        const progress = options.onProgress === undefined ? {} : { onProgress: options.onProgress };
        const kafka = await startKafka({ env, outlivesUs: true, ...progress, ...dirOf('kafka'), ...(options.kafkaPort === undefined ? {} : { port: options.kafkaPort }) });
        writeState(env, (state = { ...state, kafka: toRunningServer(kafka, temporary) }));
      }
      return state;
    } catch (error) {
      // All or nothing: half of a pair is of no use and would be forgotten.
      await stopRecorded(env, deadOnes(state, alreadyRunning));
      throw error;
    }
  });
}

function deadOnes(recorded: LauncherState, kept: LauncherState): ServerName[] {
  return (Object.keys(recorded) as ServerName[]).filter((server) => kept[server] === undefined);
}

function refuseOtherWishes(options: UpOptions, running: LauncherState): void {
  const wishes = [
    { option: '--kafka-port', wanted: options.kafkaPort, is: running.kafka?.port },
    { option: '--redis-port', wanted: options.redisPort, is: running.redis?.port },
    { option: '--data', wanted: dirIfKept(options.dataDir, 'kafka'), is: running.kafka?.dataDir },
    { option: '--data', wanted: dirIfKept(options.dataDir, 'redis'), is: running.redis?.dataDir },
  ];
  for (const { option, wanted, is } of wishes) {
    if (wanted === undefined || is === undefined || wanted === is) continue;
    throw new LocalServerError('bad_option', `${option}: a server already runs with ${is}, not with ${wanted}.`, 'Stop it first: npm run infra -- down');
  }
}

function dirIfKept(dataDir: string | undefined, server: ServerName): string | undefined {
  return dataDir === undefined ? undefined : resolve(dataDir, server);
}
