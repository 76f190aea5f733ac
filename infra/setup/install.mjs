/** Sees to it that the dependencies are installed: `npm ci`, only when they are not, once for all who ask at the same time. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { withInstallLock } from './install-lock.mjs';
import { isInstalled, stampInstalled } from './installed.mjs';
import { node24, nodeModules, root } from './places.mjs';

/** The dependencies cannot be installed on this machine now; the message says what to do. */
export class CannotInstall extends Error {}

export async function ensureInstalled() {
  if (isInstalled()) return;
  await withInstallLock(async () => {
    // Whoever had the lock before us has probably done it.
    if (!isInstalled()) await install();
  }, () => console.error('Another command is installing the dependencies; waiting for it …'));
}

async function install() {
  const total = packagesWanted();
  const startedMs = Date.now();
  const progress = showProgress(total);
  const { exitCode, output } = await npmCi();
  progress.end();
  if (exitCode !== 0) throw new CannotInstall(explain(exitCode, output));
  if (!existsSync(node24)) {
    throw new CannotInstall(
      'The dependencies are installed, but Node 24 did not come with them (npm did not run the install script of the package "node").\n' +
        'Check that ignore-scripts is off (npm config get ignore-scripts) and run the same command again.',
    );
  }
  stampInstalled();
  console.error(`Dependencies installed (${total} packages, ${Math.round((Date.now() - startedMs) / 1000)} s).`);
}

function npmCi() {
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error', '--progress=false'];
  const [command, first] = npmCommand();
  const child = spawn(command, [...first, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    // An npm too old to know `allowScripts` would let node-av's install script download programs that we do not use.
    env: { ...process.env, SKIP_FFMPEG: 'true' },
    shell: process.platform === 'win32',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ exitCode: -1, output: error.message }));
    child.once('close', (exitCode, signal) => resolve({ exitCode: exitCode ?? -1, output: signal === null ? output : `npm was ended by ${signal}.` }));
  });
}

/** The npm that called us where it did, otherwise the one on the PATH. */
function npmCommand() {
  const caller = process.env.npm_execpath ?? '';
  return basename(caller) === 'npm-cli.js' && existsSync(caller) ? [process.execPath, [caller]] : ['npm', []];
}

function packagesWanted() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages).filter(([path, entry]) => path.startsWith('node_modules/') && entry.optional !== true && entry.link !== true).length;
}

/** One line on a terminal, with how far it has come; two plain ones where the output goes to a file. */
function showProgress(total) {
  const first = `Installing the dependencies (${total} packages, once; about a minute) …`;
  if (!process.stderr.isTTY) {
    console.error(first);
    return { end: () => undefined };
  }
  process.stderr.write(first);
  const timer = setInterval(() => {
    const share = Math.min(99, Math.round((100 * packagesPresent()) / total));
    process.stderr.write(`\r\x1b[2K${first} ${share} %`);
  }, 500);
  return {
    end() {
      clearInterval(timer);
      process.stderr.write('\r\x1b[2K');
    },
  };
}

function packagesPresent() {
  const list = (dir) => {
    try {
      return readdirSync(dir).filter((name) => !name.startsWith('.'));
    } catch {
      return [];
    }
  };
  return list(nodeModules).reduce((count, name) => count + (name.startsWith('@') ? list(join(nodeModules, name)).length : 1), 0);
}

const troubles = [
  { sign: /ENOSPC|no space left/i, says: 'The disk is full. Free about 1.5 GB (the packages and npm\'s cache)' },
  { sign: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|network/i, says: 'The package registry cannot be reached. Check the network, or the registry and proxy in npm\'s settings (npm config get registry)' },
  { sign: /E401|E403|ENEEDAUTH/, says: 'The package registry refuses us. Check the access settings of npm (npm config get registry, npm login)' },
  { sign: /EACCES|EPERM|EROFS/, says: 'npm may not write here. Check who owns this folder and npm\'s cache (npm config get cache)' },
  { sign: /EINTEGRITY/, says: 'A package differs from what package-lock.json says of it. Empty npm\'s cache (npm cache clean --force)' },
  { sign: /in sync|EUSAGE/, says: 'package.json and package-lock.json do not fit each other. Run npm install, then node infra/setup/complete-lockfile.mjs' },
  { sign: /ENOENT.*npm|npm: (command )?not found/, says: 'npm was not found. Install it (it comes with Node)' },
];

function explain(exitCode, output) {
  const logFile = join(root, '.baton', 'install.log');
  mkdirSync(join(root, '.baton'), { recursive: true });
  writeFileSync(logFile, output);
  const trouble = troubles.find(({ sign }) => sign.test(output));
  const lastWords = output.trim().split('\n').filter((line) => !line.includes('A complete log')).slice(-6).map((line) => `  ${line}`).join('\n');
  return `The dependencies could not be installed (npm ci ended with ${exitCode}).\n${trouble === undefined ? 'See what npm said' : trouble.says}, and run the same command again.\n\nnpm said:\n${lastWords}\n(all of it: ${logFile})`;
}
