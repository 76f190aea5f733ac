import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Environment } from '../environment.ts';
import { LocalServerError } from '../errors.ts';
import { exclusively } from '../process/exclusive.ts';
import { stateFile } from './state.ts';

/** One `up` or `down` of a user at a time: two of them together would start two brokers and remember one. */
export async function lockedLauncher<T>(env: Environment, work: () => Promise<T>): Promise<T> {
  const lockFile = `${stateFile(env)}.lock`;
  mkdirSync(dirname(lockFile), { recursive: true });
  const onDeadline = (): Error => new LocalServerError('start_timeout', 'Another `npm run infra` has been at work for five minutes.', 'Wait for it or stop it, and start again.');
  return exclusively(lockFile, { deadlineMs: 300_000, onDeadline }, work);
}
