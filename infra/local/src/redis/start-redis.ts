import { join } from 'node:path';
import { openDataDir } from '../data-dir.ts';
import type { Environment } from '../environment.ts';
import { choosePort, localHost, withPortsOfOurChoice } from '../free-port.ts';
import { startManagedServer, type LocalServer } from '../managed-server.ts';
import { findProgram, requireProgramsFor } from '../requirements.ts';
import { redisAnswers } from './ping.ts';

export interface StartRedisOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Where the append-only file is kept. Default: a temporary directory that `close` removes. */
  readonly dataDir?: string;
  /** Settings beside or instead of ours, as in `redis.conf` (`{ maxmemory: '10mb' }`). */
  readonly settings?: Readonly<Record<string, string>>;
  readonly startDeadlineMs?: number;
  /** True for a server that outlives this process (the command `up`). */
  readonly outlivesUs?: boolean;
  readonly env?: Environment;
}

export interface RedisServer extends LocalServer {
  /** `redis://127.0.0.1:<port>` */
  readonly url: string;
}

/**
 * Starts the machine's `redis-server`, append-only and never evicting, and resolves when it answers.
 * Throws LocalServerError: `requirement_missing`, `port_taken`, `start_failed`, `start_timeout`.
 */
export async function startRedis(options: StartRedisOptions = {}): Promise<RedisServer> {
  const env = options.env ?? process.env;
  requireProgramsFor(['redis'], { ...env, BATON_REDIS_URL: undefined });
  return withPortsOfOurChoice({ chosenByUs: options.port === undefined }, () => startOnce(options, env));
}

async function startOnce(options: StartRedisOptions, env: Environment): Promise<RedisServer> {
  const port = await choosePort(options.port, 'Redis', '--redis-port');
  const { dataDir, temporary } = await openDataDir(options.dataDir, 'redis');
  const settings: Record<string, string> = {
    port: String(port),
    bind: localHost,
    dir: dataDir,
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
    ...options.settings,
  };
  const server = await startManagedServer({
    name: 'Redis',
    port,
    dataDir,
    logFile: join(dataDir, 'redis.log'),
    command: findProgram('redis-server', env)!,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    temporary,
    outlivesUs: options.outlivesUs ?? false,
    startDeadlineMs: options.startDeadlineMs ?? 30_000,
    answers: () => redisAnswers(localHost, port),
  });
  return Object.defineProperties({ url: `redis://${server.address}` }, Object.getOwnPropertyDescriptors(server)) as unknown as RedisServer;
}
