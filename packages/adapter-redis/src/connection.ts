/** The connection: fails fast when Redis is away, comes back by itself, and tells every failure as an OperatingError. */
import { OperatingError } from '@baton/contracts';
import { Redis } from 'ioredis';
import { defineScripts, type RunScript } from './scripts.ts';

export type RedisLog = (entry: { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly message: string; readonly fields: Readonly<Record<string, string | number | boolean>> }) => void;

export interface RedisOptions {
  /** redis:// or rediss:// URL. */
  readonly url: string;
  readonly namespace: string;
  /** Of inbox and history. */
  readonly partitions: number;
  /** Told what is worth knowing. Default: nothing is logged. */
  readonly log?: RedisLog;
  /** One command. Default 5,000 ms. */
  readonly commandDeadlineMs?: number;
  /** How long a run that has ended stays in the view. Default seven days. */
  readonly keepEndedMs?: number;
}

export interface Connection {
  readonly client: Redis;
  /** @throws OperatingError `unavailable`. */
  script: RunScript;
  /** Runs a command. @throws OperatingError `unavailable`. */
  command<T>(what: string, work: (client: Redis) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const CONNECT_DEADLINE_MS = 10_000;

/** @throws OperatingError where Redis cannot be reached or is not as it must be. */
export async function openConnection(options: RedisOptions): Promise<Connection> {
  const { url, namespace, log = () => undefined, commandDeadlineMs = 5_000 } = options;
  let connectedOnce = false;
  let trouble: Error | undefined;
  const client = new Redis(url, {
    lazyConnect: true,
    connectionName: `baton-${namespace}`,
    // What cannot be sent now must fail now: the lane holds the truth and decides when to try again.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandDeadlineMs,
    connectTimeout: CONNECT_DEADLINE_MS,
    // The first connection stands or falls at once; one that stood comes back by itself.
    retryStrategy: (times) => (connectedOnce ? Math.min(50 * 2 ** Math.min(times, 6), 2_000) : null),
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
  let away = false;
  client.on('error', (error: Error) => {
    if (!away && connectedOnce) log({ level: 'warn', message: 'Redis is away', fields: { detail: error.message } });
    away = true;
    trouble = error;
  });
  client.on('ready', () => {
    if (away) log({ level: 'info', message: 'Redis is back', fields: {} });
    away = false;
  });
  const script = defineScripts(client);
  const command = async <T>(what: string, work: (client: Redis) => Promise<T>): Promise<T> => {
    try {
      return await work(client);
    } catch (cause) {
      throw toOperatingError(what, cause);
    }
  };
  try {
    await client.connect();
    connectedOnce = true;
  } catch (error) {
    // ioredis rejects with "Connection is closed"; why it was closed came as an event.
    const cause = trouble ?? (error as Error);
    throw new OperatingError('unavailable', `Redis cannot be reached at ${withoutSecrets(url)}: ${cause.message}`, { retry: 'yes', cause });
  }
  return {
    client,
    script: (name, keys, args) => command(name, () => script(name, keys, args)),
    command,
    async close() {
      client.disconnect();
    },
  };
}

function toOperatingError(what: string, cause: unknown): OperatingError {
  if (cause instanceof OperatingError) return cause;
  const detail = cause instanceof Error ? cause.message : String(cause);
  if (detail.startsWith('OOM')) return new OperatingError('unavailable', 'Redis is out of memory (maxmemory) and refuses writes; give it more, nothing is lost meanwhile', { retry: 'yes', cause });
  return new OperatingError('unavailable', `Redis did not answer ${what}: ${detail}`, { retry: 'yes', cause });
}

export function withoutSecrets(url: string): string {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    return 'the given address';
  }
}
