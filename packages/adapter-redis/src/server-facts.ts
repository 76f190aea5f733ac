/** A server as it is, also where it is none that Baton can stand on: for `baton doctor`. */
import type { Redis } from 'ioredis';
import { openConnection, type RedisOptions } from './connection.ts';

export interface ServerFacts {
  readonly version: string;
  /** Undefined where the server does not tell its settings. */
  readonly policy: string | undefined;
  readonly appendOnly: boolean | undefined;
  /** Whether anybody may come in without a password; undefined where it could not be tried. */
  readonly open: boolean | undefined;
  readonly role: string;
  readonly replicas: readonly { readonly address: string; readonly state: string; readonly behindBytes: number }[];
  readonly usedBytes: number;
  /** 0: as much as the machine has. */
  readonly maxBytes: number;
  /** Its clock minus this machine's, milliseconds; half of the time that the question took is taken off. */
  readonly clockAheadMs: number;
}

/** @throws OperatingError `unavailable`. */
export async function readServerFacts(options: Pick<RedisOptions, 'url' | 'namespace'>): Promise<ServerFacts> {
  const connection = await openConnection({ ...options, partitions: 1 });
  try {
    return await connection.command('looking at the server', async (client) => {
      const info = await client.info();
      const field = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
      const [policy, appendOnly] = [await setting(client, 'maxmemory-policy'), await setting(client, 'appendonly')];
      const askedMs = Date.now();
      const [seconds, micros] = await client.time();
      const clockAheadMs = Number(seconds) * 1_000 + Number(micros) / 1_000 - (askedMs + Date.now()) / 2;
      const end = Number(field('master_repl_offset') ?? 0);
      return {
        version: field('redis_version') ?? 'unknown',
        policy,
        appendOnly: appendOnly === undefined ? undefined : appendOnly === 'yes',
        open: await letsAnybodyIn(options.url),
        role: field('role') ?? 'unknown',
        replicas: [...info.matchAll(/^slave\d+:ip=([^,]*),port=(\d+),state=([^,]*),offset=(\d+)/gm)].map(([, ip, port, state, offset]) => ({ address: `${ip}:${port}`, state: state!, behindBytes: Math.max(0, end - Number(offset)) })),
        usedBytes: Number(field('used_memory') ?? 0),
        maxBytes: Number(field('maxmemory') ?? 0),
        clockAheadMs,
      };
    });
  } finally {
    await connection.close();
  }
}

async function setting(client: Redis, name: string): Promise<string | undefined> {
  try {
    return ((await client.config('GET', name)) as string[])[1];
  } catch {
    return undefined;
  }
}

/** Tried by coming without what the address holds. */
async function letsAnybodyIn(url: string): Promise<boolean | undefined> {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  try {
    const connection = await openConnection({ url: bare.toString(), namespace: 'doctor', partitions: 1 });
    try {
      return await connection.client.ping().then(() => true, (error: Error) => (error.message.startsWith('NOAUTH') ? false : undefined));
    } finally {
      await connection.close();
    }
  } catch (error) {
    return /NOAUTH|WRONGPASS/.test((error as Error).message) ? false : undefined;
  }
}
