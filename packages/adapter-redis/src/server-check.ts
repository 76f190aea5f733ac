/** Whether a server is one that Baton can stand on: refused at the start rather than found out under load. */
import { OperatingError } from '@baton/contracts';
import type { Redis } from 'ioredis';
import type { RedisLog } from './connection.ts';

const MIN_VERSION = [6, 2] as const;

/** @returns the server's version. @throws OperatingError that says what to change. */
export async function checkServer(client: Redis, log: RedisLog): Promise<string> {
  const version = /redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? '0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < MIN_VERSION[0] || (major === MIN_VERSION[0] && minor < MIN_VERSION[1])) {
    throw new OperatingError('unavailable', `Redis ${version} is too old; ${MIN_VERSION.join('.')} or newer is needed`, { retry: 'no' });
  }
  const policy = await readPolicy(client, log);
  if (policy !== undefined && policy !== 'noeviction') {
    throw new OperatingError('unavailable', `Redis evicts keys (maxmemory-policy ${policy}), which would tear holes into the view and lose wake-ups; set maxmemory-policy noeviction`, { retry: 'no' });
  }
  return version;
}

async function readPolicy(client: Redis, log: RedisLog): Promise<string | undefined> {
  try {
    return ((await client.config('GET', 'maxmemory-policy')) as string[])[1];
  } catch (error) {
    log({ level: 'warn', message: 'the eviction policy of Redis could not be read; make sure that it is noeviction', fields: { detail: (error as Error).message } });
    return undefined;
  }
}
