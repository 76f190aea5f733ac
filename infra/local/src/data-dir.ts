import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The directory given, made if need be, or a temporary one that goes away with the server. */
export async function openDataDir(given: string | undefined, name: string): Promise<{ dataDir: string; temporary: boolean }> {
  if (given === undefined) return { dataDir: await mkdtemp(join(tmpdir(), `baton-${name}-`)), temporary: true };
  const dataDir = resolve(given);
  await mkdir(dataDir, { recursive: true });
  return { dataDir, temporary: false };
}
