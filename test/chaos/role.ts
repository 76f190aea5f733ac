/**
 * A process of the system that faults may end, freeze and bring back. While it is wanted, somebody sees to it that it runs,
 * as a cluster would: one that ends by itself is started again.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SERVICE_NODE_OPTIONS } from '@baton/local';
import { eventually } from '../e2e/eventually.ts';

export interface RolePlan {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  readonly args?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Of its HTTP, the same for its whole life. */
  readonly port: number;
  readonly logFile: string;
}

/** What happened to a process, for the report. */
export interface RoleEvent {
  readonly atMs: number;
  readonly role: string;
  /** Of the process that it happened to. */
  readonly pid: number;
  readonly what: 'started' | 'killed' | 'told to stop' | 'frozen' | 'thawed' | 'ended by itself';
  readonly detail?: string;
}

export interface Role {
  readonly name: string;
  readonly url: string;
  readonly logFile: string;
  readonly up: boolean;
  /** Begins it, and goes on doing so where it ends by itself. @param env on top of its own, from now on. */
  start(env?: NodeJS.ProcessEnv): void;
  /** SIGKILL or SIGTERM; resolves once it has ended. It stays away until it is started. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  freeze(): void;
  thaw(): void;
  isReady(): Promise<boolean>;
  untilReady(): Promise<void>;
}

const RESTART_AFTER_MS = 1_000;
/** Beyond what one is given to drain. */
const KILL_AFTER_MS = 60_000;
const READY_WITHIN_MS = 120_000;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export function createRole(plan: RolePlan, tell: (event: RoleEvent) => void): Role {
  let child: ChildProcess | undefined;
  let wanted = false;
  let frozen = false;
  let extra: NodeJS.ProcessEnv = {};
  const note = (what: RoleEvent['what'], { pid }: ChildProcess, detail?: string): void => tell({ atMs: Date.now(), role: plan.name, pid: pid!, what, ...(detail !== undefined && { detail }) });

  function launch(): void {
    const log = openSync(plan.logFile, 'a');
    const started = spawn(process.execPath, [...SERVICE_NODE_OPTIONS, fileURLToPath(new URL(`../../${plan.file}`, import.meta.url)), ...(plan.args ?? [])], { env: { ...plan.env, ...extra, BATON_HTTP_PORT: String(plan.port) }, stdio: ['ignore', log, log] });
    closeSync(log);
    child = started;
    running.add(started);
    note('started', started);
    started.once('exit', (code, signal) => {
      running.delete(started);
      if (child === started) child = undefined;
      if (!wanted) return;
      note('ended by itself', started, `${signal ?? code}`);
      setTimeout(() => {
        if (wanted && child === undefined) launch();
      }, RESTART_AFTER_MS).unref();
    });
  }

  const role: Role = {
    name: plan.name,
    url: `http://127.0.0.1:${plan.port}`,
    logFile: plan.logFile,
    get up() {
      return child !== undefined;
    },
    start(env = {}) {
      extra = { ...extra, ...env };
      wanted = true;
      if (child === undefined) launch();
    },
    async end(signal) {
      wanted = false;
      const ending = child;
      if (ending === undefined) return;
      const ended = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
      note(signal === 'SIGKILL' ? 'killed' : 'told to stop', ending);
      ending.kill(signal);
      const tooLong = setTimeout(() => ending.kill('SIGKILL'), KILL_AFTER_MS);
      await ended;
      clearTimeout(tooLong);
    },
    freeze() {
      frozen = true;
      if (child === undefined) return;
      note('frozen', child);
      child.kill('SIGSTOP');
    },
    thaw() {
      if (!frozen) return;
      frozen = false;
      if (child === undefined) return;
      child.kill('SIGCONT');
      note('thawed', child);
    },
    async isReady() {
      if (child === undefined) return false;
      const answer = await fetch(`${role.url}/readyz`, { signal: AbortSignal.timeout(3_000) }).catch(() => undefined);
      return answer?.ok === true;
    },
    async untilReady() {
      await eventually(() => role.isReady(), `${plan.name} to be ready`, READY_WITHIN_MS, () => `Its log: ${plan.logFile}`);
    },
  };
  return role;
}
