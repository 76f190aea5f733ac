import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { eventually } from '../e2e/eventually.ts';

describe('a process of a benchmark', () => {
  it('does not outlive it, also where that is killed', async () => {
    const program = `import { startChild } from ${JSON.stringify(new URL('child-process.ts', import.meta.url).href)};
      const child = startChild('test-child.ts');
      console.log(await child.says('pid'));`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    parent.kill('SIGKILL');
    await eventually(() => !existsSync(`/proc/${pid}`), 'the process to end');
  });
});
