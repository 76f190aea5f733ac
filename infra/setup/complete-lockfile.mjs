/**
 * Puts the builds for other platforms into package-lock.json (`node infra/setup/complete-lockfile.mjs`, `--check` only looks).
 *
 * A package with native code names one optional package per platform. npm writes those into the lock file that its registry
 * has; behind a mirror that holds one platform only the others are left out, and then `npm ci` refuses the file on every
 * machine ("Missing: @swc/core-darwin-arm64 from lock file"). The version is exact in the parent's own entry, so the missing
 * entry can be written down without asking anybody.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'mipsel', 'ppc64', 'ppc64le', 'riscv64', 's390x', 'wasm32', 'x64'];

/** The entries that are named by an `optionalDependencies` with an exact version, and that the lock file lacks. */
export function missingPlatformEntries(lock) {
  const missing = {};
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version) || isReachable(lock, path, name)) continue;
      const { cpu, libc, os } = platformOf(name);
      // In the order in which npm writes them, so that its next write changes nothing.
      missing[`node_modules/${name}`] = { version, ...cpu, ...(entry.dev ? { dev: true } : {}), ...libc, optional: true, ...os };
    }
  }
  return missing;
}

/** As Node looks a package up: beside its parent, then in every folder above. */
function isReachable(lock, from, name) {
  for (let dir = from; ; dir = dir.slice(0, Math.max(0, dir.lastIndexOf('node_modules/') - 1))) {
    const candidate = `${dir === '' ? '' : `${dir}/`}node_modules/${name}`;
    if (candidate in lock.packages) return true;
    if (dir === '') return false;
  }
}

/** What the package would say of itself, by its name: every builder of native packages names them so. */
function platformOf(name) {
  const words = name.slice(name.lastIndexOf('/') + 1).split('-');
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor));
  const libc = words.includes('musl') ? ['musl'] : words.some((word) => word.startsWith('gnu')) ? ['glibc'] : [];
  return { cpu: cpu.length > 0 ? { cpu } : {}, os: os.length > 0 ? { os } : {}, libc: libc.length > 0 && os.includes('linux') ? { libc } : {} };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const file = new URL('../../package-lock.json', import.meta.url);
  const text = readFileSync(file, 'utf8');
  const lock = JSON.parse(text);
  const missing = missingPlatformEntries(lock);
  const names = Object.keys(missing);
  if (names.length === 0) {
    console.log('package-lock.json has every platform.');
  } else if (process.argv.includes('--check')) {
    console.error(`package-lock.json lacks ${names.length} builds for other platforms, so "npm ci" refuses it (${names[0]} …).\nRun: node infra/setup/complete-lockfile.mjs`);
    process.exitCode = 1;
  } else {
    const packages = Object.entries({ ...lock.packages, ...missing });
    lock.packages = Object.fromEntries(packages.sort(([a], [b]) => a.localeCompare(b, 'en')));
    const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? '  ';
    writeFileSync(file, `${JSON.stringify(lock, null, indent)}\n`);
    console.log(`Added ${names.length} builds for other platforms to package-lock.json.`);
  }
}
