/** Do the packages in node_modules fit package-lock.json? Answered from files alone, in milliseconds. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { node24, nodeModules, root } from './places.mjs';

/** Inside node_modules, so that it goes when that goes. */
const stampFile = join(nodeModules, '.baton-installed');

export function isInstalled() {
  if (!existsSync(node24)) return false;
  if (readOr(stampFile, '') === fingerprint()) return true;
  // Somebody may have installed by npm itself: npm's own record of what it put there answers that.
  if (!matchesNpmsRecord()) return false;
  stampInstalled();
  return true;
}

export function stampInstalled() {
  writeFileSync(stampFile, fingerprint());
}

/** The lock file, and the kind of machine: a checkout that moved to another one has the wrong native packages. */
function fingerprint() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  return `${process.platform}-${process.arch} ${hash.digest('hex')}`;
}

function matchesNpmsRecord() {
  const record = readOr(join(nodeModules, '.package-lock.json'), undefined);
  if (record === undefined) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(record).packages;
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (!path.startsWith('node_modules/')) return true;
    const there = present[path];
    // An optional package may be for another platform; one of another version than wanted is wrong all the same.
    if (there === undefined) return optional === true;
    return link === true ? there.link === true : there.version === version;
  });
}

function readOr(file, otherwise) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}
