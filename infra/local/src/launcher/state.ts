/** What `up` has started, so that `status` and `down` find it: one file per user, never trusted without a look at the process. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Environment } from '../environment.ts';
import type { LocalServer } from '../managed-server.ts';
import type { ServerName } from '../requirements.ts';
import { processBirth } from './process-birth.ts';

export interface RunningServer {
  readonly pid: number;
  readonly birth: string;
  readonly port: number;
  readonly dataDir: string;
  /** True when the directory is ours and goes away with the server. */
  readonly temporary: boolean;
  readonly logFile: string;
}
export type LauncherState = { readonly [server in ServerName]?: RunningServer };

/** `$XDG_STATE_HOME/baton/servers.json`, otherwise under `~/.local/state`. */
export function stateFile(env: Environment): string {
  const xdg = env['XDG_STATE_HOME'] ?? '';
  return join(xdg === '' ? join(env['HOME'] ?? homedir(), '.local', 'state') : xdg, 'baton', 'servers.json');
}

/** The servers that were started and still live. */
export function readState(env: Environment): LauncherState {
  return Object.fromEntries(Object.entries(readRecorded(env)).filter(([, server]) => processBirth(server.pid) === server.birth));
}

/** What was written down, dead or alive: `down` also removes what a dead server has left. */
export function readRecorded(env: Environment): LauncherState {
  try {
    return JSON.parse(readFileSync(stateFile(env), 'utf8')) as LauncherState;
  } catch {
    return {};
  }
}

export function writeState(env: Environment, state: LauncherState): void {
  const file = stateFile(env);
  if (Object.keys(state).length === 0) return rmSync(file, { force: true });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export function toRunningServer(server: LocalServer, temporary: boolean): RunningServer {
  const pid = server.pid!;
  return { pid, birth: processBirth(pid) ?? '', port: server.port, dataDir: server.dataDir, temporary, logFile: server.logFile };
}
