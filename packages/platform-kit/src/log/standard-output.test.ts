import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { standardOutput } from './standard-output.ts';

const failure = (code: string): Error => Object.assign(new Error(code), { code });

/** A file of so many bytes at most; `room` may be changed. */
function disk(code = 'ENOSPC') {
  const file = { room: Number.POSITIVE_INFINITY, text: '', calls: 0 };
  const output = standardOutput((bytes) => {
    file.calls++;
    if (file.room === 0) throw failure(code);
    const written = Math.min(bytes.byteLength, file.room);
    file.room -= written;
    file.text += Buffer.from(bytes.subarray(0, written)).toString();
    return written;
  });
  return { file, output };
}

describe('the output of the log', () => {
  it('drops what a full disk does not take, and goes on with whole lines when there is room (F43)', () => {
    const { file, output } = disk();
    output.write('one\n');
    file.room = 2;
    for (const line of ['two\n', 'three\n', 'four\n']) output.write(line);
    expect(file.text).toBe('one\ntw');
    file.room = Number.POSITIVE_INFINITY;
    output.write('five\n');
    output.write('six\n');
    expect(file.text).toBe('one\ntw\nfive\nsix\n');
  });

  it('writes on where the system took a part of a line', () => {
    const parts: string[] = [];
    const output = standardOutput((bytes) => parts.push(Buffer.from(bytes.subarray(0, 3)).toString()) && Math.min(3, bytes.byteLength));
    output.write('eight\n');
    expect(parts.join('')).toBe('eight\n');
  });

  it('waits a moment for a reader that is slow, once', () => {
    const { file, output } = disk('EAGAIN');
    file.room = 0;
    output.write('lost\n');
    expect(file.calls).toBe(21);
    output.write('lost as well\n');
    expect(file.calls).toBe(22);
    file.room = 100;
    output.write('there\n');
    expect(file.text).toBe('there\n');
  });

  (existsSync('/dev/full') ? it : it.skip)('neither ends nor holds up a process whose disk is full, also when it exits (F43)', async () => {
    const program = `import { createLog } from ${JSON.stringify(new URL('./log.ts', import.meta.url).href)};
      const log = createLog({ service: 'probe' });
      for (let i = 0; i < 1_000; i++) log.info({ i }, 'a line');
      process.stderr.write('went on');
      process.exit(7);`;
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program], { stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'], env: {} });
    let said = '';
    child.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect(await once(child, 'close')).toEqual([7, null]);
    expect(said).toBe('went on');
  });
});
