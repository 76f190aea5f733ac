import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openAccounts, type Accounts, type Movement } from './accounts.ts';

const movement = (change: Partial<Movement> = {}): Movement => ({ idem: 'run/1', runId: 'run', what: 'debit', from: 'a', to: 'b', cents: 5, ...change });

describe('the accounts', () => {
  let dir: string;
  let file: string;
  let accounts: Accounts;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'baton-accounts-'));
    file = join(dir, 'accounts.sqlite');
    accounts = openAccounts(file);
  });
  afterEach(() => {
    accounts.close();
    rmSync(dir, { recursive: true });
  });

  it('move an amount once for each idempotency key, whatever comes with it the second time', () => {
    expect(accounts.move(movement())).toBe(true);
    expect(accounts.move(movement())).toBe(false);
    expect(accounts.move(movement({ cents: 7 }))).toBe(false);
    expect(accounts.move(movement({ idem: 'run/2', from: 'b', to: 'c', cents: 2 }))).toBe(true);
    expect(accounts.balances()).toEqual(new Map([['a', -5], ['b', 3], ['c', 2]]));
    expect(accounts.movements()).toEqual([movement(), movement({ idem: 'run/2', from: 'b', to: 'c', cents: 2 })]);
  });

  it('move each amount once when three processes move the same ones at once, one of which is killed', async () => {
    const script = `const { openAccounts } = await import(process.argv[1]);
      const accounts = openAccounts(process.argv[2]);
      console.log('begun');
      for (let i = 0; i < 400; i++) accounts.move({ idem: 'key-' + i, runId: 'run', what: 'debit', from: 'a', to: 'b', cents: 1 });`;
    const start = () => spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, fileURLToPath(new URL('./accounts.ts', import.meta.url)), file], { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env['PATH'] } });
    const [one, two, killed] = [start(), start(), start()];
    const ends = [one, two, killed].map((child) => once(child, 'exit'));
    await once(killed.stdout, 'data');
    killed.kill('SIGKILL');
    expect(await Promise.all(ends)).toEqual([[0, null], [0, null], [null, 'SIGKILL']]);
    expect(accounts.balances()).toEqual(new Map([['a', -400], ['b', 400]]));
    expect(accounts.movements()).toHaveLength(400);
  });
});
