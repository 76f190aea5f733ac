/**
 * `npm test [-- jest's arguments]`: jest, and then one closing line, `812 passed, 0 failed`, alone and last.
 *
 * Tests that were not run are named, never silent. Where CI is set each of them is a failure, because there everything that
 * the tests need is installed: a test that is left out there would be left out for ever. The one exception says in its name
 * `(cannot run here: <why>)`, for what no installation brings, such as documents that are not part of the repository.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { nodeModules, root } from './places.mjs';

export async function runTests(args) {
  const dir = mkdtempSync(join(tmpdir(), 'baton-results-'));
  const file = join(dir, 'results.json');
  const exitCode = await runChild([join(nodeModules, 'jest', 'bin', 'jest.js'), ...args], {
    nodeArgs: ['--experimental-vm-modules'],
    // Jest looks for its configuration, and even for itself, from where it is started.
    cwd: root,
    env: { BATON_TEST_RESULTS: file },
  });
  const summary = readSummary(file);
  rmSync(dir, { recursive: true, force: true });
  if (summary === undefined) {
    // Jest ended before any test: help, a list of tests, or a crash.
    if (exitCode !== 0) console.log('\n0 passed, 1 failed');
    return exitCode;
  }
  return report(summary, exitCode);
}

function readSummary(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function report({ passed, failed, notRun, interrupted }, exitCode) {
  const inCi = /^(1|true)$/i.test(process.env.CI ?? '');
  const excused = notRun.filter((name) => !inCi || name.includes('(cannot run here: '));
  const missing = notRun.filter((name) => !excused.includes(name));
  const problems = failed.length + missing.length;
  // Jest can fail beside its tests (a global hook, no test found): no failure then would be a lie.
  const beside = exitCode !== 0 && failed.length === 0 ? 1 : 0;
  console.log(
    [
      '',
      ...section('Not run:', excused),
      ...section('Not run, and CI is set, so each is a failure:', missing),
      ...section('Failed:', failed),
      ...(interrupted ? ['The run was interrupted.'] : []),
      ...(beside === 1 ? ['Jest failed outside the tests; see above.'] : []),
      '',
      `${passed} passed, ${problems + beside} failed${excused.length > 0 ? `, ${excused.length} skipped` : ''}`,
    ].join('\n'),
  );
  return exitCode !== 0 ? exitCode : problems > 0 ? 1 : 0;
}

function section(title, names) {
  return names.length === 0 ? [] : [title, ...names.map((name) => `  ${name}`)];
}
