import { rm } from 'node:fs/promises';
import type { Environment } from '../environment.ts';
import type { ServerName } from '../requirements.ts';
import { waitUntil } from '../wait-until.ts';
import { lockedLauncher } from './locked.ts';
import { processBirth } from './process-birth.ts';
import { readRecorded, readState, writeState, type RunningServer } from './state.ts';

/** Stops what `up` started; answers which servers that were. Nothing running is nothing wrong. */
export async function down(options: { env: Environment }): Promise<ServerName[]> {
  return lockedLauncher(options.env, async () => {
    const running = Object.keys(readState(options.env)) as ServerName[];
    await stopRecorded(options.env, Object.keys(readRecorded(options.env)) as ServerName[]);
    return running;
  });
}

/** Ends each server in order and forgets it; the temporary directory goes with it. Callers hold the launcher's lock. */
export async function stopRecorded(env: Environment, names: readonly ServerName[]): Promise<void> {
  for (const name of names) {
    const server = readRecorded(env)[name];
    if (server === undefined) continue;
    await stopProcess(server);
    if (server.temporary) await rm(server.dataDir, { recursive: true, force: true });
    const { [name]: _stopped, ...rest } = readRecorded(env);
    writeState(env, rest);
  }
}

async function stopProcess(server: RunningServer): Promise<void> {
  const lives = (): boolean => processBirth(server.pid) === server.birth;
  const gone = (deadlineMs: number): Promise<boolean> =>
    waitUntil(() => !lives(), { deadlineMs, onDeadline: () => new Error(`Process ${server.pid} is still there.`) }).catch(() => false);
  for (const signal of ['SIGCONT', 'SIGTERM', 'SIGKILL'] as const) {
    if (!lives()) return;
    signalGroup(server.pid, signal);
    // SIGCONT first: a server that was stopped (SIGSTOP) would not see its SIGTERM.
    if (signal !== 'SIGCONT' && (await gone(10_000))) return;
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // Gone between our look and the signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
