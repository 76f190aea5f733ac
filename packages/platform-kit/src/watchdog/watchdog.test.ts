/** The watchdog in processes of their own, since it ends them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';

const LIMIT_MS = 500;
const startOf = (limitMs: number): string => `import { startWatchdog } from ${JSON.stringify(new URL('./watchdog.ts', import.meta.url).href)};
const watchdog = startWatchdog({ service: 'probe', limitMs: ${limitMs}, log: { error: (fields, message) => console.log(message, fields) } });
const busy = (ms) => { const until = performance.now() + ms; while (performance.now() < until); };
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));`;

describe('the watchdog', () => {
  let child: ChildProcess;
  let said = '';
  afterEach(() => void child.kill('SIGKILL'));
  const run = (program: string, limitMs = LIMIT_MS): Promise<readonly [number | null, NodeJS.Signals | null]> => {
    said = '';
    child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', `${startOf(limitMs)}\n${program}`], { stdio: ['ignore', 'pipe', 'inherit'], env: {} });
    child.stdout!.on('data', (chunk: Buffer) => (said += chunk.toString()));
    return once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  };

  it('ends a process whose event loop is blocked, saying so in its log (F3)', async () => {
    // It hears no signal, and SIGTERM would have to wait for ever.
    expect(await run(`process.on('SIGTERM', () => undefined); await pause(100); for (;;);`)).toEqual([null, 'SIGKILL']);
    expect(JSON.parse(said)).toMatchObject({ level: 'fatal', service: 'probe', blockedMs: LIMIT_MS, msg: expect.stringContaining('the event loop is blocked') });
  });

  it('leaves one alone that is busy for long, in pieces, and does not keep it from ending', async () => {
    // Three seconds in all where two are the limit, but an eighth of one at a time: a machine that gives the process no time for much longer is no excuse to end it.
    expect(await run('for (let i = 0; i < 24; i++) { busy(125); await pause(100); }', 2_000)).toEqual([0, null]);
    expect(said).toBe('');
  });

  it('leaves one alone that stood still as a whole', async () => {
    const ended = run(`console.log('up'); await pause(${LIMIT_MS}); await watchdog.stop(); console.log('over');`);
    await once(child.stdout!, 'data');
    child.kill('SIGSTOP');
    await sleep(LIMIT_MS * 4);
    child.kill('SIGCONT');
    expect(await ended).toEqual([0, null]);
    expect(said).toBe('up\nover\n');
  });

  it('no longer watches once it was stopped', async () => {
    expect(await run(`await watchdog.stop(); busy(${LIMIT_MS * 3});`)).toEqual([0, null]);
  });
});
