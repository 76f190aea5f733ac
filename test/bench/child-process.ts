/** A process of a benchmark: told things, asked what it costs, and ended with the benchmark, however that ends. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { usageOfProcess, type Usage } from './measure.ts';

export interface Child {
  usage(): Usage;
  tell(message: Readonly<Record<string, unknown>>): void;
  /** What it says under this name next. @throws Error where it ends before. */
  says(name: string): Promise<unknown>;
  /** Asks it to end, by a signal or a message. Resolves when it has. */
  end(how: 'SIGTERM' | { readonly stop: true }): Promise<void>;
}

export interface ChildOptions {
  /** Its only argument, as JSON. */
  readonly task?: unknown;
  /** Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** For Node itself, before the file. Default: what keeps this process from warning. */
  readonly nodeArgs?: readonly string[];
}

/** Not all of what this process was given: with `--eval` among it, each child would run the benchmark again. */
const QUIET = process.execArgv.filter((arg) => arg.startsWith('--disable-warning='));
const WITH_PARENT = new URL('with-parent.ts', import.meta.url).href;

/** @param file beside this one. */
export function startChild(file: string, { task, env = process.env, nodeArgs = QUIET }: ChildOptions = {}): Child {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), task === undefined ? [] : [JSON.stringify(task)], { env, execArgv: [...nodeArgs, '--import', WITH_PARENT], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    usage: () => usageOfProcess(child.pid!),
    tell: (message) => void child.send(message),
    says: (name) =>
      new Promise((resolve, reject) => {
        const failed = (code: number | null): void => reject(new Error(`A process of the benchmark ended with ${code}; its log is above`));
        const listen = (message: Readonly<Record<string, unknown>>): void => {
          if (!(name in message)) return;
          child.off('message', listen);
          child.off('exit', failed);
          resolve(message[name]);
        };
        child.once('exit', failed);
        child.on('message', listen);
      }),
    async end(how) {
      if (how === 'SIGTERM') child.kill(how);
      else if (child.connected) child.send(how);
      await ended;
    },
  };
}
