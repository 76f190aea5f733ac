/** The views on one Redis, for one process. */
import type { DeadLetterIndex, RunViews, StateIndex } from '@baton/ports';
import { openConnection, type RedisOptions } from './connection.ts';
import { deadLetterIndex } from './dead-letter-index.ts';
import { keysOf } from './keys.ts';
import { runViews } from './run-views.ts';
import { checkServer } from './server-check.ts';
import { stateIndex } from './state-index.ts';

export interface RedisPorts {
  readonly stateIndex: StateIndex;
  readonly runViews: RunViews;
  readonly deadLetterIndex: DeadLetterIndex;
  /** Asks the server. @returns its version. @throws OperatingError with what is wrong. */
  check(): Promise<string>;
  close(): Promise<void>;
}

const SEVEN_DAYS_MS = 7 * 86_400_000;

/** @throws OperatingError where Redis cannot be reached, is too old, or may evict keys. */
export async function connectRedis(options: RedisOptions): Promise<RedisPorts> {
  const connection = await openConnection(options);
  const log = options.log ?? (() => undefined);
  try {
    await checkServer(connection.client, log);
  } catch (error) {
    await connection.close();
    throw error;
  }
  const parts = { connection, keys: keysOf(options.namespace), partitions: options.partitions, keepEndedMs: options.keepEndedMs ?? SEVEN_DAYS_MS, log };
  return {
    stateIndex: stateIndex(parts),
    runViews: runViews(parts),
    deadLetterIndex: deadLetterIndex(parts),
    check: () => connection.command('asking the server', (client) => checkServer(client, log)),
    close: () => connection.close(),
  };
}
