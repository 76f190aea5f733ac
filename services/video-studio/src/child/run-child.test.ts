import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ChildFailed } from '../errors.ts';
import { processesNaming, until } from '../testing/programs.ts';
import { testDirectory } from '../testing/test-directory.ts';
import { runChild } from './run-child.ts';

const directory = testDirectory();
afterAll(directory.remove);
const signal = new AbortController().signal;
const node = (script: string, more: Partial<Parameters<typeof runChild>[0]> = {}) =>
  runChild({ program: process.execPath, args: ['-e', script], signal, deadlineMs: 120_000, stdout: { maxBytes: 1_000 }, ...more });
const failure = async (run: Promise<unknown>): Promise<ChildFailed> => {
  const error = await run.then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(ChildFailed);
  return error as ChildFailed;
};

describe('a child', () => {
  it('is given its input and answers with its output', async () => {
    const out = await node('process.stdin.pipe(process.stdout)', { stdin: Buffer.from('héllo') });
    expect(out.toString()).toBe('héllo');
  });

  it('writes to a file where one is named', async () => {
    const toFile = join(directory.path, 'out');
    await node('console.log("x".repeat(100000))', { stdout: { toFile } });
    expect(readFileSync(toFile, 'utf8').length).toBe(100_001);
  });

  it('that fails says why, with the end of its standard error and no more of it', async () => {
    const error = await failure(node('for (let i = 0; i < 20000; i++) console.error("line " + i); process.exitCode = 7'));
    expect(error.why).toBe('exit');
    expect(error.message).toContain('ended with code 7');
    expect(error.stderrTail).toContain('line 19999');
    expect(error.stderrTail.length).toBeLessThan(4_001);
  });

  it('keeps progress lines out of the error', async () => {
    const error = await failure(node('console.error("frame=1"); console.error("bad slide"); process.exitCode = 1', { onStderrLine: (line) => line.startsWith('frame=') }));
    expect(error.stderrTail).toBe('bad slide');
  });

  it('that is not there is an error that names it', async () => {
    const error = await failure(node('', { program: '/nowhere/ffmpeg' }));
    expect(error).toMatchObject({ why: 'not-started', program: 'ffmpeg' });
  });

  it('that passes its deadline is killed', async () => {
    const error = await failure(node('setInterval(() => {}, 1000); process.on("SIGTERM", () => {})', { deadlineMs: 500 }));
    expect(error.why).toBe('deadline');
    expect(error.message).toContain('did not end within 500 ms');
  });

  it('that writes too much is killed', async () => {
    expect(await failure(node('for (;;) require("node:fs").writeSync(1, "x".repeat(1000))'))).toMatchObject({ why: 'output' });
  });

  it('is dead when an abort has been answered, and the answer is the reason', async () => {
    const stop = new AbortController();
    const mark = join(directory.path, 'started');
    const run = node(`require("node:fs").writeFileSync(${JSON.stringify(mark)}, ""); setInterval(() => {}, 1000)`, { signal: stop.signal });
    await until('the child has started', () => existsSync(mark));
    expect(processesNaming(mark).length).toBe(process.platform === 'linux' ? 1 : 0);
    stop.abort(new Error('the run was cancelled'));
    await expect(run).rejects.toThrow('the run was cancelled');
    expect(processesNaming(mark)).toEqual([]);
  });

  it('is not started for a signal that has fired', async () => {
    await expect(node('', { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late');
  });

  it('that ends without reading everything has ended well', async () => {
    async function* endless() { for (;;) { yield Buffer.alloc(65_536); await Promise.resolve(); } }
    await expect(node('process.stdin.once("data", () => process.exit(0))', { stdin: endless() })).resolves.toEqual(Buffer.alloc(0));
  });

  it('is killed when its input fails, and that failure is the answer', async () => {
    async function* broken() { yield Buffer.from('x'); throw new Error('the narration is gone'); }
    await expect(node('process.stdin.resume(); setInterval(() => {}, 1000)', { stdin: broken() })).rejects.toThrow('the narration is gone');
  });

  it('sees the end of an open input only when we are gone', async () => {
    const out = await node('process.stdin.on("end", () => console.log("end")).resume(); setTimeout(() => { console.log("time"); process.exit() }, 300)', { stdin: 'open' });
    expect(out.toString()).toBe('time\n');
  });

  it('knows nothing of our credentials', async () => {
    process.env['VIDEO_TEST_PASSWORD'] = 'secret';
    try {
      const out = await node('console.log(Object.keys(process.env).join())');
      expect(out.toString()).toContain('PATH');
      expect(out.toString()).not.toMatch(/VIDEO_TEST_PASSWORD|NODE_OPTIONS/);
    } finally {
      delete process.env['VIDEO_TEST_PASSWORD'];
    }
  });
});
