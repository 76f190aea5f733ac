import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { processBirth } from '../launcher/process-birth.ts';
import { waitUntil } from '../wait-until.ts';
import { spawnServer } from './server-process.ts';

const moduleUrl = new URL('./server-process.ts', import.meta.url).href;

describe('a server process', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'baton-process-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const gone = (pid: number): Promise<true> =>
    waitUntil(() => (processBirth(pid) === undefined ? true : undefined), { deadlineMs: 60_000, onDeadline: () => new Error(`Process ${pid} is still there.`) });

  /** A program of its own that starts a server, says its process id, and then does what `ending` says. */
  function startOwner(ending: string): { owner: ReturnType<typeof spawn>; serverPid: Promise<number> } {
    const script = `import { spawnServer } from ${JSON.stringify(moduleUrl)};
      const server = await spawnServer({ name: 'sleeper', command: 'sleep', args: ['60'], logFile: ${JSON.stringify(join(dir, 'log'))}, temporaryDir: ${JSON.stringify(join(dir, 'data'))} });
      console.log(server.pid);
      ${ending}`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const serverPid = new Promise<number>((resolve) => owner.stdout!.once('data', (chunk) => resolve(Number(String(chunk)))));
    return { owner, serverPid };
  }

  it('does not outlive its owner when that is killed with SIGKILL, and takes its temporary directory along', async () => {
    execFileSync('mkdir', [join(dir, 'data')]);
    const { owner, serverPid } = startOwner('setInterval(() => undefined, 1000);');
    const pid = await serverPid;
    expect(processBirth(pid)).toBeDefined();
    owner.kill('SIGKILL');
    await gone(pid);
    await waitUntil(() => !existsSync(join(dir, 'data')), { deadlineMs: 60_000, onDeadline: () => new Error('The directory is still there.') });
  });

  it('neither keeps a finished owner alive nor stays behind it', async () => {
    const { owner, serverPid } = startOwner('');
    const pid = await serverPid;
    await new Promise((resolve) => owner.once('exit', resolve));
    await gone(pid);
  });

  it('is killed at the deadline when it does not listen to SIGTERM', async () => {
    const server = await spawnServer({ name: 'deaf', command: '/bin/sh', args: ['-c', 'trap "" TERM; echo ready; while :; do sleep 0.05; done'], logFile: join(dir, 'log') });
    const { readFileSync } = await import('node:fs');
    await waitUntil(() => readFileSync(join(dir, 'log'), 'utf8').includes('ready'), { deadlineMs: 60_000, onDeadline: () => new Error('The program did not start.') });
    await server.stop({ deadlineMs: 200 });
    expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(server.hasExited()).toBe(true);
  });

  it('says which program could not be started', async () => {
    await expect(spawnServer({ name: 'Nothing', command: join(dir, 'absent'), args: [], logFile: join(dir, 'log') })).rejects.toMatchObject({ code: 'start_failed', message: expect.stringContaining('Nothing') });
  });
});
