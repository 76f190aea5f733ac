import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { node24, taskEnvironment } from './places.mjs';

/**
 * Warnings that say nothing to a person who runs a command, and that would stand on every screen: Node's about features that
 * we use on purpose and test (its SQLite, type stripping, ES modules in jest), and kafkajs's timer with a negative delay.
 * Any other warning is shown.
 */
const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];

/** Runs a program under Node 24 with our terminal, and answers its exit code (128 + n when signal n ended it). */
export function runChild(args, { nodeArgs = [], env = {}, cwd = process.cwd() } = {}) {
  const child = spawn(node24, [...quiet, ...nodeArgs, ...args], { cwd, stdio: 'inherit', env: { ...taskEnvironment(), ...env } });
  const forward = (signal) => {
    // A terminal's Ctrl-C goes to the whole group: handed on, the child would see it twice and take it for "at once".
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of signals) process.off(name, forward);
      resolve(signal === null ? code : 128 + constants.signals[signal]);
    });
  });
}
