/** The views on one Redis, for one process. */
import type { DeadLetterIndex, PoisonWatch, RunViews, StateIndex } from '@baton/ports';
import { openConnection, type RedisOptions } from './connection.ts';
import { deadLetterIndex } from './dead-letter-index.ts';
import { keysOf } from './keys.ts';
import { poisonWatch } from './poison-watch.ts';
import { runViews } from './run-views.ts';
import { checkServer } from './server-check.ts';
import { stateIndex } from './state-index.ts';
import { viewInspector, type ViewInspector } from './view-inspector.ts';

export interface RedisPorts {
  readonly stateIndex: StateIndex;
  readonly runViews: RunViews;
  readonly deadLetterIndex: DeadLetterIndex;
  readonly poisonWatch: PoisonWatch;
  readonly inspector: ViewInspector;
  /** Forgets a partition's view, so that its lane builds it again from the history. @returns false where there was none. */
  drop(partition: number): Promise<boolean>;
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
  const index = stateIndex(parts);
  return {
    stateIndex: index,
    runViews: runViews(parts),
    deadLetterIndex: deadLetterIndex(parts),
    poisonWatch: poisonWatch(parts),
    inspector: viewInspector(parts, (partition) => index.meta(partition)),
    drop: async (partition) => (await connection.script('drop-2', [parts.keys.meta(partition), parts.keys.left(partition)], [])) === 1,
    check: () => connection.command('asking the server', (client) => checkServer(client, log)),
    close: () => connection.close(),
  };
}
