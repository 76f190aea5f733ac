/**
 * One server as a child process, with its output in a log file.
 *
 * 1. The server never outlives the process that started it, however that one ends, SIGKILL included: a watcher process holds
 *    the reading end of a pipe from us; when we are gone the pipe ends, and the watcher kills the server and removes its
 *    temporary directory. Handlers of `exit` and of signals would miss exactly the cases that leave orphans.
 * 2. It does not keep our event loop alive: a program that forgets to stop a server still ends, and the server with it.
 * 3. It leads a process group of its own, so that Ctrl-C in a terminal reaches us first and we stop it in order.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { LocalServerError } from '../errors.ts';

export interface ServerProcess {
  readonly pid: number;
  /** Settles when the process has ended, whatever the reason. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  hasExited(): boolean;
  /** SIGTERM, and SIGKILL when it is still there after `deadlineMs`. Resolves when it has ended. */
  stop(options: { deadlineMs: number }): Promise<void>;
  /** Sends a signal to the server's process group; for SIGKILL it also waits for the end. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface SpawnServerOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  /** True for a server that is meant to outlive us (`infra up`): no watcher then. */
  readonly outlivesUs?: boolean;
  /** A directory that the watcher removes together with the server when we die without having done so. */
  readonly temporaryDir?: string;
}

/** Removes the directory only when the server is gone (five seconds at most): one that is dying may still write into it. */
const watcherScript = `read -r _
kill -s KILL -- "-$1" 2>/dev/null
[ -n "$2" ] || exit 0
tries=0
while kill -s 0 -- "-$1" 2>/dev/null && [ $tries -lt 100 ]; do sleep 0.05; tries=$((tries + 1)); done
rm -rf -- "$2"`;

export async function spawnServer(options: SpawnServerOptions): Promise<ServerProcess> {
  const log = openSync(options.logFile, 'a');
  let child: ChildProcess;
  try {
    child = spawn(options.command, options.args, { stdio: ['ignore', log, log], detached: true });
  } finally {
    closeSync(log);
  }
  let end: { code: number | null; signal: NodeJS.Signals | null } | undefined;
  const exited = new Promise<NonNullable<typeof end>>((resolve) => {
    child.once('exit', (code, signal) => {
      end = { code, signal };
      resolve(end);
    });
  });
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new LocalServerError('start_failed', `${options.name} could not be started (${options.command}).`, 'See the cause below.', { cause }));
    });
    child.once('spawn', () => resolve(child.pid!));
  });
  child.unref();
  if (options.outlivesUs !== true) watchOver(pid, options.temporaryDir ?? '', exited);

  function signalGroup(signal: NodeJS.Signals): void {
    try {
      if (end === undefined) process.kill(-pid, signal);
    } catch (error) {
      // Gone between our look and the signal: what was asked for has happened.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  return {
    pid,
    exited,
    hasExited: () => end !== undefined,
    async stop({ deadlineMs }) {
      // A stopped (SIGSTOP) process would keep its SIGTERM waiting until the deadline.
      signalGroup('SIGCONT');
      signalGroup('SIGTERM');
      await endedOr(exited, deadlineMs, () => signalGroup('SIGKILL'));
    },
    async kill(signal) {
      signalGroup(signal);
      if (signal === 'SIGKILL') await endedOr(exited, 10_000, () => undefined);
    },
  };
}

/** The child is unreferenced, so the wait itself keeps the event loop alive until the deadline at the latest. */
async function endedOr(exited: Promise<unknown>, deadlineMs: number, afterDeadline: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      afterDeadline();
      resolve();
    }, deadlineMs);
  });
  await Promise.race([exited, late]);
  clearTimeout(timer);
  const lastCall = setInterval(() => undefined, 1_000);
  await exited;
  clearInterval(lastCall);
}

function watchOver(pid: number, temporaryDir: string, exited: Promise<unknown>): void {
  const watcher = spawn('/bin/sh', ['-c', watcherScript, 'watch', String(pid), temporaryDir], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watcher.unref();
  const pipe = watcher.stdin as (typeof watcher.stdin & { unref?: () => void }) | null;
  pipe?.unref?.();
  pipe?.on('error', () => undefined);
  watcher.on('error', () => undefined);
  // Once the server has ended its number may be given to another process: the watcher must be gone before the pipe is.
  void exited.then(() => watcher.kill('SIGKILL'));
}

/** The last lines of a server's log, for an error message. */
export function logTail(logFile: string, lines = 15): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(no log)';
  }
}
