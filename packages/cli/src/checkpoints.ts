import { join } from 'node:path';
import type { Checkpoints } from '@baton/ports';
import type { World } from './world.ts';

/** Where the orchestrators keep their checkpoints; undefined where BATON_BLOB_DIR does not say. */
export async function checkpointsOf({ env }: World, namespace: string): Promise<Checkpoints | undefined> {
  const directory = (env['BATON_BLOB_DIR'] ?? '').trim();
  if (directory === '') return undefined;
  const { openDiskCheckpoints } = await import('@baton/platform-kit');
  return openDiskCheckpoints({ directory: join(directory, 'checkpoints'), namespace });
}
