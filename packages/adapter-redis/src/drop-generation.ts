import type { Connection } from './connection.ts';

/** Removes the keys of a view that a reset has left, in small steps beside the work. On a Redis Cluster each node is asked by its own process. */
export async function dropGeneration({ client }: Connection, pattern: string): Promise<void> {
  let cursor = '0';
  do {
    const [next, found] = await client.scan(cursor, 'MATCH', pattern, 'COUNT', 500);
    if (found.length > 0) await client.unlink(...found);
    cursor = next;
  } while (cursor !== '0');
}
