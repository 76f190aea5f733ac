/** A view beside the ones that are in use, under a namespace of its own; nothing of it is left when it is closed. */
import { randomBytes } from 'node:crypto';
import { connectRedis, type RedisPorts } from './connect-redis.ts';
import { openConnection, type RedisOptions } from './connection.ts';

export interface ScratchView extends Pick<RedisPorts, 'stateIndex' | 'inspector'> {
  readonly namespace: string;
  /** Removes all of it. Again is no error. */
  close(): Promise<void>;
}

/** @throws OperatingError where Redis cannot be reached or is not as it must be. */
export async function openScratchView(options: Omit<RedisOptions, 'namespace'>): Promise<ScratchView> {
  const namespace = `drill-${randomBytes(6).toString('hex')}`;
  const { stateIndex, inspector, close } = await connectRedis({ ...options, namespace });
  let closing: Promise<void> | undefined;
  return {
    namespace,
    stateIndex,
    inspector,
    close: () =>
      (closing ??= (async () => {
        await close();
        // A connection of its own: what closes after trouble must not depend on what had the trouble.
        const connection = await openConnection({ ...options, namespace });
        try {
          await connection.command('removing a scratch view', (client) => removeAll(client, `{b:${namespace}:*`));
        } finally {
          await connection.close();
        }
      })()),
  };
}

async function removeAll(client: Awaited<ReturnType<typeof openConnection>>['client'], match: string): Promise<void> {
  let cursor = '0';
  do {
    const [next, found] = await client.scan(cursor, 'MATCH', match, 'COUNT', 500);
    if (found.length > 0) await client.unlink(...found);
    cursor = next;
  } while (cursor !== '0');
}
