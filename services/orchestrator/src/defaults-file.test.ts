import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PLATFORM_DEFAULTS } from '@baton/contracts';
import { readDefaultsFile } from './defaults-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'baton-defaults-'));
});
afterEach(() => rmSync(dir, { recursive: true }));
const file = (content: string): string => {
  const path = join(dir, 'defaults.json');
  writeFileSync(path, content);
  return path;
};

describe('the platform defaults file', () => {
  it('that is shipped says what is built in', () => {
    expect(readDefaultsFile(fileURLToPath(new URL('../platform-defaults.json', import.meta.url)))).toEqual(PLATFORM_DEFAULTS);
  });

  it('may name any of the four; the rest stay as built in', () => {
    expect(readDefaultsFile(file('{"max_retries": 7, "default_error_handler": "continue"}'))).toEqual({ ...PLATFORM_DEFAULTS, max_retries: 7, default_error_handler: 'continue' });
  });

  it('takes "exponential" for the documented backoff', () => {
    expect(readDefaultsFile(file('{"retry_backoff": "exponential"}')).retry_backoff).toEqual(PLATFORM_DEFAULTS.retry_backoff);
  });

  it('lists every mistake with the path of the file', () => {
    const path = file('{"max_retries": -1, "timeout": 3, "default_error_handler": "explode"}');
    expect(() => readDefaultsFile(path)).toThrow(new RegExp(`${path}[\\s\\S]*/max_retries[\\s\\S]*/default_error_handler`));
  });

  it('that is missing says which variable to set', () => {
    expect(() => readDefaultsFile(join(dir, 'nowhere.json'))).toThrow('BATON_DEFAULTS_FILE');
  });
});
