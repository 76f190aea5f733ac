import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const setup = fileURLToPath(new URL('.', import.meta.url));
const jest = fileURLToPath(new URL('../../node_modules/jest', import.meta.url));

/** A repository as small as can be: this folder, a lock file, one task, and an npm that does what the test says. */
let root: string;

interface Outcome {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

function start(args: readonly string[], env: Record<string, string> = {}): { child: ReturnType<typeof spawn>; ended: Promise<Outcome> } {
  const { npm_execpath: _caller, CI: _ci, ...rest } = process.env;
  const child = spawn(process.execPath, [join(root, 'infra/setup/run.mjs'), ...args], {
    cwd: root, // or jest would take the real repository for its own, and run this very test in it, for ever
    env: { ...rest, NODE_OPTIONS: '', PATH: `${join(root, 'bin')}:${process.env['PATH']}`, NODE_BINARY: process.execPath, JEST_PACKAGE: jest, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  return { child, ended: new Promise((resolve) => child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }))) };
}
const run = (args: readonly string[], env?: Record<string, string>): Promise<Outcome> => start(args, env).ended;

const installs = `echo run >> "$(dirname "$0")/../npm-runs"
mkdir -p node_modules/node/bin node_modules/.bin
ln -sf "$NODE_BINARY" node_modules/node/bin/node
ln -sfn "$JEST_PACKAGE" node_modules/jest
echo '{"packages":{}}' > node_modules/.package-lock.json`;

async function npmThat(script: string): Promise<void> {
  await writeFile(join(root, 'bin/npm'), `#!/bin/sh\n${script}\n`);
  await chmod(join(root, 'bin/npm'), 0o755);
}
const npmRuns = async (): Promise<number> => (await readFile(join(root, 'npm-runs'), 'utf8').catch(() => '')).split('\n').length - 1;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'baton-setup-'));
  await mkdir(join(root, 'bin'));
  await cp(setup, join(root, 'infra/setup'), { recursive: true });
  await writeFile(join(root, 'package.json'), '{"type":"module"}');
  await writeFile(join(root, 'package-lock.json'), '{"packages":{"node_modules/node":{"version":"24.0.0"}}}');
  await writeFile(join(root, 'infra/setup/tasks.mjs'), `export const tasks = { hello: { entry: 'hello.mjs', says: '' }, test: { run: 'tests', says: '' } };`);
  await writeFile(join(root, 'hello.mjs'), `console.log('hello', ...process.argv.slice(2)); process.exitCode = 7;`);
  await npmThat(installs);
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('a task', () => {
  it('has its dependencies installed first, once, and then runs with its arguments and exit code', async () => {
    const first = await run(['hello', '--out', 'a b']);
    expect(first).toMatchObject({ exitCode: 7, stdout: 'hello --out a b\n' });
    expect(first.stderr).toMatch(/^Installing the dependencies \(1 packages.*\nDependencies installed .*\n$/);
    expect(await run(['hello'])).toMatchObject({ exitCode: 7, stderr: '' });
    expect(await npmRuns()).toBe(1);
  });

  it('is installed anew when package-lock.json has changed', async () => {
    await run(['hello']);
    await writeFile(join(root, 'package-lock.json'), '{"packages":{"node_modules/node":{"version":"24.0.1"}}}');
    await run(['hello']);
    expect(await npmRuns()).toBe(2);
  });

  it('takes what npm itself has installed, when that fits', async () => {
    await run(['hello']);
    await rm(join(root, 'node_modules/.baton-installed'));
    await writeFile(join(root, 'node_modules/.package-lock.json'), '{"packages":{"node_modules/node":{"version":"24.0.0"}}}');
    await run(['hello']);
    expect(await npmRuns()).toBe(1);
  });

  it('waits for another command that is installing, instead of doing it twice', async () => {
    await npmThat(`sleep 0.5\n${installs}`);
    const outcomes = await Promise.all([run(['hello']), run(['hello']), run(['hello'])]);
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([7, 7, 7]);
    expect(outcomes.filter(({ stderr }) => stderr.includes('waiting for it'))).toHaveLength(2);
    expect(await npmRuns()).toBe(1);
  });

  it('takes over the lock of an installation that was killed', async () => {
    await mkdir(join(root, '.baton'));
    const dead = spawn('true');
    await new Promise((resolve) => dead.once('exit', resolve));
    await writeFile(join(root, '.baton/install.lock'), String(dead.pid));
    expect(await run(['hello'])).toMatchObject({ exitCode: 7 });
  });

  it.each([
    ['npm error code ENOTFOUND', /registry cannot be reached.*run the same command again/s],
    ['npm error code ENOSPC', /disk is full/],
    ['npm error code EACCES', /may not write here/],
    ['npm error `npm ci` can only install packages when your package.json and package-lock.json are in sync', /complete-lockfile/],
    ['npm error something else', /See what npm said.*something else/s],
  ])('says what to do after "%s"', async (words, advice) => {
    await npmThat(`echo '${words}' >&2; exit 1`);
    const outcome = await run(['hello']);
    expect(outcome).toMatchObject({ exitCode: 69, stdout: '' });
    expect(outcome.stderr).toMatch(advice);
  });

  it('says so when Node 24 did not come with the dependencies', async () => {
    await npmThat('mkdir -p node_modules');
    expect((await run(['hello'])).stderr).toMatch(/ignore-scripts/);
  });

  it('gets the signals that we get, and its end by one is told as the shell does', async () => {
    await writeFile(join(root, 'hello.mjs'), `process.on('SIGTERM', () => { console.log('asked to stop'); process.exit(5); }); setInterval(() => {}, 1000); console.log('ready');`);
    const { child, ended } = start(['hello']);
    await new Promise((resolve) => child.stdout!.once('data', resolve));
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ exitCode: 5, stdout: 'ready\nasked to stop\n' });
    await writeFile(join(root, 'hello.mjs'), `process.kill(process.pid, 'SIGKILL');`);
    expect(await run(['hello'])).toMatchObject({ exitCode: 137 });
  });

  it('that does not exist is answered with those that do', async () => {
    expect(await run(['helo'])).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('hello') });
  });
});

describe('npm test', () => {
  beforeEach(async () => {
    await writeFile(join(root, 'jest.config.js'), `export default { reporters: ['default', '<rootDir>/infra/setup/results-reporter.mjs'], testMatch: ['<rootDir>/tests/*.test.js'], transform: {} };`);
    await mkdir(join(root, 'tests'));
  });
  const suite = (name: string, source: string): Promise<void> => writeFile(join(root, 'tests', `${name}.test.js`), source);
  const closingLine = ({ stdout }: Outcome): string | undefined => stdout.trimEnd().split('\n').at(-1);

  it('closes with the count, alone on the last line', async () => {
    await suite('good', `it('a', () => {}); it('b', () => {});`);
    const outcome = await run(['test']);
    expect(outcome.exitCode).toBe(0);
    expect(closingLine(outcome)).toBe('2 passed, 0 failed');
  });

  it('counts failed tests, suites that do not load, and failing hooks', async () => {
    await suite('bad', `it('a', () => { throw new Error('no'); }); it('b', () => {});`);
    await suite('broken', `import './absent.js';`);
    await suite('hook', `it('c', () => {}); afterAll(() => { throw new Error('late'); });`);
    const outcome = await run(['test']);
    expect(outcome.exitCode).toBe(1);
    expect(closingLine(outcome)).toBe('2 passed, 3 failed');
    expect(outcome.stdout).toMatch(/Failed:.*tests\/bad\.test\.js › a/s);
    expect(outcome.stdout).toContain('tests/broken.test.js could not be run');
  });

  const left = `it('a', () => {}); it.skip('b', () => {}); describe.skip('real (cannot run here: no documents)', () => { it('c', () => {}); }); it.todo('d');`;

  it('names what was not run', async () => {
    await suite('left', left);
    const outcome = await run(['test']);
    expect(outcome.exitCode).toBe(0);
    expect(closingLine(outcome)).toBe('1 passed, 0 failed, 3 skipped');
    expect(outcome.stdout).toMatch(/Not run:\n  tests\/left\.test\.js › b\n.*› d\n/s);
  });

  it('fails for it where CI is set, unless nothing could have made it run', async () => {
    await suite('left', left);
    const outcome = await run(['test'], { CI: 'true' });
    expect(outcome.exitCode).toBe(1);
    expect(closingLine(outcome)).toBe('1 passed, 2 failed, 1 skipped');
  });

  it('does not call missing what was not asked for', async () => {
    await suite('good', `it('wanted', () => {}); it('other', () => {});`);
    expect(closingLine(await run(['test', '-t', '^wanted'], { CI: 'true' }))).toBe('1 passed, 0 failed');
  });

  it('fails when there is no test', async () => {
    const outcome = await run(['test', 'nowhere']);
    expect(outcome.exitCode).toBe(1);
    expect(closingLine(outcome)).toBe('0 passed, 1 failed');
  });
});
