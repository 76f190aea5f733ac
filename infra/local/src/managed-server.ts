/**
 * What Kafka and Redis have in common once they run: stop, kill, start again on the same port and data, clean up.
 * How each is started and when it is ready comes in as functions.
 */
import { rm } from 'node:fs/promises';
import { LocalServerError } from './errors.ts';
import { localHost } from './free-port.ts';
import { logTail, spawnServer, type ServerProcess } from './process/server-process.ts';
import { waitUntil } from './wait-until.ts';

export interface LocalServer {
  readonly port: number;
  /** `127.0.0.1:<port>` */
  readonly address: string;
  readonly dataDir: string;
  readonly logFile: string;
  /** The running process, `undefined` while stopped or killed. */
  readonly pid: number | undefined;
  /** Stops in order (SIGTERM, SIGKILL after ten seconds). The data stays; stopping twice does nothing. */
  stop(): Promise<void>;
  /** Sends a signal: SIGKILL (the default, waits for the end), SIGSTOP and SIGCONT are what faults are made of. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts again on the same port and data, stopping it first where it still runs. Resolves when it answers. */
  restart(): Promise<void>;
  /** Stops and removes the data directory, unless that was given by the caller. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ManagedServerPlan {
  readonly name: string;
  readonly port: number;
  readonly dataDir: string;
  readonly logFile: string;
  readonly command: string;
  readonly args: readonly string[];
  /** True removes `dataDir` on close, and when we die. */
  readonly temporary: boolean;
  readonly outlivesUs: boolean;
  readonly startDeadlineMs: number;
  /** One try: does the server answer as one that is ready? */
  answers(): Promise<boolean>;
}

const stopDeadlineMs = 10_000;

export async function startManagedServer(plan: ManagedServerPlan): Promise<LocalServer> {
  let current: ServerProcess | undefined;

  async function start(): Promise<void> {
    const started = await spawnServer({
      name: plan.name,
      command: plan.command,
      args: plan.args,
      logFile: plan.logFile,
      outlivesUs: plan.outlivesUs,
      ...(plan.temporary ? { temporaryDir: plan.dataDir } : {}),
    });
    current = started;
    try {
      await waitUntil(
        async () => {
          if (started.hasExited()) {
            throw new LocalServerError('start_failed', `${plan.name} ended while it was starting. Its last words:\n${logTail(plan.logFile)}`, `The whole log: ${plan.logFile}`);
          }
          return plan.answers();
        },
        {
          deadlineMs: plan.startDeadlineMs,
          onDeadline: () =>
            new LocalServerError('start_timeout', `${plan.name} did not answer on ${localHost}:${plan.port} within ${plan.startDeadlineMs / 1000} s. Its last words:\n${logTail(plan.logFile)}`, `The whole log: ${plan.logFile}`),
        },
      );
    } catch (error) {
      await started.kill('SIGKILL');
      throw error;
    }
  }
  async function stop(): Promise<void> {
    await current?.stop({ deadlineMs: stopDeadlineMs });
  }
  async function close(): Promise<void> {
    await stop();
    if (plan.temporary) await rm(plan.dataDir, { recursive: true, force: true });
  }

  try {
    await start();
  } catch (error) {
    // The log is in the message; a directory nobody knows of would stay for ever.
    if (plan.temporary) await rm(plan.dataDir, { recursive: true, force: true });
    throw error;
  }
  return {
    port: plan.port,
    address: `${localHost}:${plan.port}`,
    dataDir: plan.dataDir,
    logFile: plan.logFile,
    get pid() {
      return current === undefined || current.hasExited() ? undefined : current.pid;
    },
    stop,
    kill: async (signal = 'SIGKILL') => current?.kill(signal),
    async restart() {
      await stop();
      await start();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
