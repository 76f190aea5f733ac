/** Programs as processes of their own: started until they say they are ready, and killed as a test likes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { freePort, SERVICE_NODE_OPTIONS } from '@baton/local';
import { eventually } from './eventually.ts';

export interface Proc {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Its newest words. */
  output(): string;
  /** Sends a signal that lets it go on. */
  send(signal: NodeJS.Signals): void;
  /** Sends a signal; resolves with exit code or signal once it has ended. */
  kill(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

export interface ProcOptions {
  readonly args?: readonly string[];
  /** For Node itself, before the file. */
  readonly nodeArgs?: readonly string[];
  /** Over the environment of the others. */
  readonly env?: NodeJS.ProcessEnv;
  /** False: resolves once it runs. Default: once it says that it is ready. */
  readonly untilReady?: boolean;
}

const READY_WITHIN_MS = 180_000;
const KEPT_OUTPUT = 400_000;

const running = new Set<ChildProcess>();
// A test run that is broken off leaves no processes behind.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** @param file from the root of the repository. @throws Error with what it said where it ends before it is ready. */
export async function startProcess(name: string, file: string, env: NodeJS.ProcessEnv, options: ProcOptions = {}): Promise<Proc> {
  const { args = [], nodeArgs = [], untilReady = true } = options;
  const port = await freePort();
  const child = spawn(process.execPath, [...SERVICE_NODE_OPTIONS, ...nodeArgs, fileURLToPath(new URL(`../../${file}`, import.meta.url)), ...args], { env: { ...env, ...options.env, BATON_HTTP_PORT: String(port) }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-KEPT_OUTPUT)));
  const ended = new Promise<number | NodeJS.Signals>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code ?? -1)));
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  void ended.then(() => running.delete(child));
  const proc: Proc = {
    name,
    pid: child.pid!,
    port,
    ended,
    output: () => output,
    send: (signal) => void child.kill(signal),
    kill(signal) {
      if (!hasEnded()) child.kill(signal);
      return ended;
    },
  };
  if (!untilReady) return proc;
  try {
    await eventually(
      async () => {
        if (hasEnded()) throw new Error(`${name} ended before it was ready`);
        const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
        return answer?.ok === true;
      },
      `${name} to be ready`,
      READY_WITHIN_MS,
    );
  } catch (error) {
    await proc.kill('SIGKILL');
    throw new Error(`${(error as Error).message}:\n${output.slice(-5_000)}`);
  }
  return proc;
}

/** The environment of this process without what belongs to the platform or to the test runner. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('BATON_') && name !== 'NODE_OPTIONS'));
}
