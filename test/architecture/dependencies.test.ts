import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isBuiltin } from 'node:module';
import { isListed, packageOf } from './check-import.ts';
import { rooms, testLibraries, type Room } from './rules.ts';
import { filesBelow, importsOf, isTestCode, root } from './source.ts';

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly exports?: unknown;
}

const read = (dir: string): Manifest => JSON.parse(readFileSync(join(root, dir, 'package.json'), 'utf8')) as Manifest;
const packages = Object.entries(rooms).filter(([dir]) => existsSync(join(root, dir, 'package.json')));
const fail = (problems: readonly string[]): void => {
  if (problems.length > 0) throw new Error(`\n${problems.join('\n')}\n`);
};

describe.each(packages)('package.json of %s', (dir: string, room: Room) => {
  const manifest = read(dir);

  it('depends on what its room allows, and on nothing else', () => {
    const refused = Object.keys(manifest.dependencies ?? {}).filter((name) =>
      name.startsWith('@baton/') ? ![...room.ours, ...(room.inTests ?? [])].includes(name.slice('@baton/'.length)) : !isListed(name, room.npm),
    );
    fail(refused.map((name) => `${dir}/package.json depends on ${name}, which test/architecture/rules.ts does not list for it. ${room.legalWay}`));
  });

  it('names everything that its code imports', () => {
    const declared = new Set([...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }), manifest.name]);
    const problems = filesBelow(`${dir}/src`)
      .filter(({ path }) => !isTestCode(path))
      .flatMap((file) => importsOf(file).map((one) => ({ ...one, path: file.path })))
      .filter(({ specifier }) => !specifier.startsWith('.') && !isBuiltin(specifier) && !declared.has(packageOf(specifier)))
      .map(({ path, line, specifier }) => `${path}:${line} imports '${specifier}', which ${dir}/package.json does not name: npm install -w ${manifest.name} ${packageOf(specifier)}`);
    fail(problems);
  });

  it('has one door', () => {
    if (!/^(packages|services)\//.test(dir)) return;
    expect(manifest.exports).toMatchObject({ '.': './src/index.ts' });
    expect(Object.keys(manifest.exports as object).filter((door) => door !== '.')).toEqual(Object.keys(room.sideDoors ?? {}));
  });
});

describe('the dependency list', () => {
  const manifest = read('.') as Manifest & { readonly allowScripts: Readonly<Record<string, boolean>> };

  it('has nothing at the root that runs in production', () => {
    expect(manifest.dependencies ?? {}).toEqual({});
  });

  it('has no two packages for one job', () => {
    const all = packages.flatMap(([dir]) => Object.keys(read(dir).dependencies ?? {}));
    const others = ['axios', 'node-fetch', 'lodash', 'moment', 'dayjs', 'luxon', 'uuid', 'winston', 'joi', 'yup', 'redis', 'jsonpath-plus', 'jsonpath', 'nimma', 'croner', 'dotenv', 'prom-client', 'jsonwebtoken'];
    expect(others.filter((name) => all.includes(name))).toEqual([]);
  });

  it('says of every package with an install script whether that may run', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, { hasInstallScript?: boolean }> };
    const withScript = Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path.split('node_modules/').at(-1)!);
    const undecided = [...new Set(withScript)].filter((name) => manifest.allowScripts[name] === undefined);
    fail(undecided.map((name) => `${name} wants to run a script when it is installed. Read the script, then add it to allowScripts in package.json (false unless nothing works without it).`));
    expect(Object.entries(manifest.allowScripts).filter(([, allowed]) => allowed).map(([name]) => name)).toEqual(['node']);
  });

  it('is complete for every platform', async () => {
    const file = join(root, 'infra/setup/complete-lockfile.mjs');
    const { missingPlatformEntries } = (await import(file)) as { missingPlatformEntries(lock: unknown): Record<string, unknown> };
    const missing = Object.keys(missingPlatformEntries(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))));
    if (missing.length > 0) throw new Error(`package-lock.json lacks ${missing.length} builds for other platforms (${missing[0]} …), so npm ci refuses it.\nRun: node infra/setup/complete-lockfile.mjs`);
  });

  it('leaves jest and its kin to tests', () => {
    const wrong = packages.flatMap(([dir]) => Object.keys(read(dir).dependencies ?? {}).filter((name) => testLibraries.npm.includes(name) && !isListed(name, rooms[dir]!.npm)).map((name) => `${dir}: ${name}`));
    expect(wrong).toEqual([]);
  });
});
