/**
 * One installation at a time in this checkout. The lock is a file with the number of the process that holds it; one whose
 * process is gone is taken over. (Plain files, because this runs on Nodes that have no better lock built in.)
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './places.mjs';

const lockFile = join(root, '.baton', 'install.lock');

/** Waits for the lock and runs `work`; `onWait` is called once when somebody else has it. */
export async function withInstallLock(work, onWait) {
  mkdirSync(dirname(lockFile), { recursive: true });
  for (let waited = false; !tryLock(); waited = true) {
    if (!waited) onWait();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const release = () => rmSync(lockFile, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function tryLock() {
  const mine = `${lockFile}.${process.pid}`;
  // Written first and linked into place: nobody ever sees a lock without its holder.
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, lockFile);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    dropIfStale(mine);
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

function dropIfStale(mine) {
  const holder = holderOf(lockFile);
  if (holder === undefined || isAlive(holder)) return;
  const taken = `${mine}.stale`;
  try {
    renameSync(lockFile, taken);
    // Somebody else may have dropped the stale one and locked between our look and our move: then it goes back.
    if (holderOf(taken) !== holder) linkSync(taken, lockFile);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(taken, { force: true });
  }
}

function holderOf(file) {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
