import type { Connection } from './connection.ts';

/**
 * Removes the keys of a view that a reset has left, in small steps beside the work, and then forgets it. Where this breaks
 * off, the next claim of the partition begins it again. On a Redis Cluster each node is asked by its own process.
 */
export async function dropGeneration({ client }: Connection, view: { readonly base: string; readonly left: string; readonly generation: string }): Promise<void> {
  let cursor = '0';
  do {
    const [next, found] = await client.scan(cursor, 'MATCH', `${view.base}:${view.generation}:*`, 'COUNT', 500);
    if (found.length > 0) await client.unlink(...found);
    cursor = next;
  } while (cursor !== '0');
  await client.srem(view.left, view.generation);
}
