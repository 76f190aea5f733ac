/**
 * How a service ends: steps in the order they were added, each with its deadline, on SIGTERM or SIGINT. A second signal
 * ends the process at once. What nobody caught is logged, and ends it too: its state can no longer be trusted.
 */
import type { Log } from '../log/log.ts';

export interface Shutdown {
  /** Adds a step that runs after those added before. Past its deadline the next one begins. */
  step(name: string, deadlineMs: number, work: () => Promise<void> | void): void;
  /** Begins the shutdown from inside, such as when a consumer has died. The first call decides the exit code. */
  now(reason: string, exitCode?: number): Promise<void>;
}

export interface ShutdownOptions {
  readonly log: Log;
  /** Default: the process's own signals and exit; a double in tests. */
  readonly process?: ShutdownProcess;
}

export interface ShutdownProcess {
  on(event: string, listener: (...args: never[]) => void): unknown;
  exit(code: number): void;
}

/** Listens for signals and uncaught errors from now on. One in a process. */
export function installShutdown(options: ShutdownOptions): Shutdown {
  const { log } = options;
  const target: ShutdownProcess = options.process ?? (process as unknown as ShutdownProcess);
  const steps: { readonly name: string; readonly deadlineMs: number; readonly work: () => Promise<void> | void }[] = [];
  let ending: Promise<void> | undefined;

  const end = async (reason: string, exitCode: number): Promise<void> => {
    log.info({ reason }, 'stopping');
    let code = exitCode;
    for (const { name, deadlineMs, work } of steps) {
      const trouble = await within(deadlineMs, work);
      if (trouble === undefined) continue;
      code = code === 0 ? 1 : code;
      log.error({ step: name, err: trouble }, 'a step of the shutdown failed; going on with the next');
    }
    log.info({ exitCode: code }, 'stopped');
    target.exit(code);
  };
  const now = (reason: string, exitCode = 1): Promise<void> => (ending ??= end(reason, exitCode));

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    target.on(signal, () => {
      if (ending === undefined) return void now(signal, 0);
      log.warn({ signal }, 'second signal: ending at once');
      target.exit(1);
    });
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    target.on(event, (error: unknown) => {
      log.fatal({ err: error instanceof Error ? error : new Error(String(error)), event }, 'an error that nobody caught: ending');
      target.exit(1);
    });
  }
  return { step: (name, deadlineMs, work) => void steps.push({ name, deadlineMs, work }), now };
}

async function within(deadlineMs: number, work: () => Promise<void> | void): Promise<Error | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Error>((resolve) => {
    timer = setTimeout(() => resolve(new Error(`not done within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    return await Promise.race([Promise.resolve(work()).then(() => undefined), late]);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    clearTimeout(timer);
  }
}
