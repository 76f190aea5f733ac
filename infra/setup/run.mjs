/**
 * `node infra/setup/run.mjs <task> [arguments]`: what the scripts in package.json call.
 *
 * Runs on whatever Node (20 or newer) the machine has, before anything is installed, so it is plain JavaScript on built-ins.
 * It sees to the dependencies, then hands over to the task under the Node 24 that comes with them. The task's exit code is
 * ours; 64 is a call that makes no sense, 69 is a machine on which the dependencies cannot be installed.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { CannotInstall, ensureInstalled } from './install.mjs';
import { root } from './places.mjs';
import { tasks } from './tasks.mjs';
import { runTests } from './run-tests.mjs';

const oldestNode = 20;
const [name, ...args] = process.argv.slice(2);
const task = Object.hasOwn(tasks, name ?? '') ? tasks[name] : undefined;

if (Number(process.versions.node.split('.')[0]) < oldestNode) {
  fail(69, `This is Node ${process.versions.node}; Baton needs ${oldestNode} or newer to start.\nInstall a newer one (nodejs.org, your distribution, nvm, fnm, …) and run the same command again.`);
} else if (task === undefined) {
  const list = Object.entries(tasks).map(([task, { says }]) => `  ${task.padEnd(18)} ${says}`);
  fail(64, `${name === undefined ? 'Which task?' : `There is no task "${name}".`} There are:\n${list.join('\n')}`);
} else {
  try {
    await ensureInstalled();
    if (task.run === 'tests') process.exitCode = await runTests(args);
    else if (existsSync(join(root, task.entry))) process.exitCode = await runChild([join(root, task.entry), ...args]);
    else fail(64, `"${name}" is not part of this checkout (${task.entry} is missing).`);
  } catch (error) {
    if (!(error instanceof CannotInstall)) throw error;
    fail(69, error.message);
  }
}

function fail(exitCode, message) {
  console.error(message);
  process.exitCode = exitCode;
}
