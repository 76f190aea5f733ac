/**
 * Where Kafka's jars are kept and whether they are all there.
 *
 * The folder counts only with its marker, which lists every jar with its size: a download that was cut off, or a file that
 * was removed or truncated since, is fetched again.
 */
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../environment.ts';

/** The same line as the image in docker-compose.yml, so that what the tests prove is what compose runs. */
export const kafkaVersion = '4.1.2';

/** Written last: a list of the jars with their sizes. */
export const markerName = 'complete.json';

/** Outside the repository, shared by every checkout: `$XDG_CACHE_HOME/baton`, otherwise `~/.cache/baton`. */
export function cacheDir(env: Environment): string {
  const xdg = env['XDG_CACHE_HOME'] ?? '';
  return join(xdg === '' ? join(env['HOME'] ?? homedir(), '.cache') : xdg, 'baton');
}

export function jarsDir(env: Environment): string {
  return join(cacheDir(env), `kafka-${kafkaVersion}`);
}

export function isKafkaCached(env: Environment): boolean {
  const dir = jarsDir(env);
  try {
    const jars = Object.entries(JSON.parse(readFileSync(join(dir, markerName), 'utf8')) as Record<string, number>);
    return jars.length > 0 && jars.every(([name, bytes]) => statSync(join(dir, name)).size === bytes);
  } catch {
    return false;
  }
}
