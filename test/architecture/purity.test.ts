import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { root } from './source.ts';

const violations = [
  ['no-clock', 'export const a = Date.now();'],
  ['no-clock', 'export const a = new Date();'],
  ['no-clock', 'export const a = Date();'],
  ['no-clock', 'export const { now } = Date;'],
  ['no-clock', 'export const a = performance.now();'],
  ['no-clock', 'export const a = setTimeout(String, 5);'],
  ['no-chance', 'export const a = Math.random();'],
  ['no-chance', 'export const { random } = Math;'],
  ['no-chance', 'export const a = crypto.randomUUID();'],
  ['no-async', 'export async function a() {}'],
  ['no-async', 'export const a = async () => 1;'],
  ['no-async', 'export const a = Promise.resolve(1);'],
  ['no-async', `export const a = import('zod');`],
  ['no-io', 'export const a = process.env;'],
  ['no-io', `console.log('x');`],
  ['no-io', `export const a = fetch('x');`],
  ['no-locale', `export const a = 'a'.localeCompare('b');`],
  ['no-locale', 'export const a = (5).toLocaleString();'],
  ['no-locale', 'export const a = new Intl.NumberFormat();'],
] as const;

const harmless = `
export const a = new Date(5);
export const b = Math.max(1, Date.UTC(2020, 1));
export const c = (date: Date, crypto: string) => crypto + date.getTime();
export const d = { process: 1, fetch() { return 2; } };
export const e = d.process + d.fetch();
export type F = Promise<Date>;
`;

const files: Record<string, string> = {
  'packages/core/src/harmless.ts': harmless,
  'packages/core/src/clock.test.ts': 'export const a = Date.now();',
  'services/orchestrator/src/clock.ts': 'export const a = Date.now();',
  'packages/runtime/src/violation.ts': 'export async function a() { await Promise.resolve(Date.now()); }',
};
for (const [index, [, text]] of violations.entries()) for (const name of ['core', 'workflow', 'expressions']) files[`packages/${name}/src/violation-${index}.ts`] = text;

/** The linter with our configuration, once, on a repository that holds nothing but these files. */
let output: string;
let fixture: string;
beforeAll(() => {
  fixture = mkdtempSync(join(tmpdir(), 'baton-purity-'));
  cpSync(join(root, '.oxlintrc.json'), join(fixture, '.oxlintrc.json'));
  cpSync(join(root, 'test/architecture/lint'), join(fixture, 'test/architecture/lint'), { recursive: true });
  cpSync(join(root, 'tsconfig.base.json'), join(fixture, 'tsconfig.json'));
  symlinkSync(join(root, 'node_modules'), join(fixture, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(fixture, dirname(path)), { recursive: true });
    writeFileSync(join(fixture, path), `${text}\n`);
  }
  try {
    output = execFileSync(join(root, 'node_modules/.bin/oxlint'), ['-f', 'unix'], { cwd: fixture, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    output = (error as { stdout: string }).stdout;
  }
});
afterAll(() => rmSync(fixture, { recursive: true, force: true }));

function rulesBroken(path: string): string[] {
  const lines = output.split('\n').filter((line) => line.includes(`${path}:`));
  return [...new Set(lines.flatMap((line) => /\[Error\/purity\((no-\w+)\)\]/.exec(line)?.[1] ?? []))].sort();
}

describe('the fences of the pure packages', () => {
  it.each(violations.map(([rule, text], index) => [rule, text, index] as const))('%s bites on: %s', (rule, _text, index) => {
    expect(rulesBroken(`packages/core/src/violation-${index}.ts`)).toEqual([rule]);
    expect(rulesBroken(`packages/workflow/src/violation-${index}.ts`)).toEqual([rule]);
    expect(rulesBroken(`packages/expressions/src/violation-${index}.ts`)).toEqual([rule]);
  });

  it('leave the rest alone', () => {
    expect(rulesBroken('packages/core/src/harmless.ts')).toEqual([]);
    expect(rulesBroken('packages/core/src/clock.test.ts')).toEqual([]);
    expect(rulesBroken('services/orchestrator/src/clock.ts')).toEqual([]);
  });

  it('let the runtime wait, but not read the clock', () => {
    expect(rulesBroken('packages/runtime/src/violation.ts')).toEqual(['no-clock']);
  });

  it.each(['core', 'workflow', 'expressions'])('%s compiles where neither a clock nor a socket exists', (name) => {
    const { compilerOptions } = JSON.parse(readFileSync(join(root, 'packages', name, 'tsconfig.json'), 'utf8')) as { compilerOptions: unknown };
    expect(compilerOptions).toMatchObject({ lib: ['ES2023'], types: [] });
  });
});
