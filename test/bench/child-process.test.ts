import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { eventually } from '../e2e/eventually.ts';

/** Also gone is one whose remains nobody has taken away, as in a container whose first process takes none. */
const lives = (pid: number): boolean => {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

describe('a process of a benchmark', () => {
  it('does not outlive it, also where that is killed', async () => {
    const program = `import { startChild } from ${JSON.stringify(new URL('child-process.ts', import.meta.url).href)};
      const child = startChild('test-child.ts');
      console.log(await child.says('pid'));`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
    expect(lives(pid)).toBe(true);
    parent.kill('SIGKILL');
    await eventually(() => !lives(pid), 'the process to end');
  });
});
