/** One import against the table: nothing when it is allowed, otherwise what is wrong and what the legal way is. */
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { everythingRooms, rooms, testLibraries, type Room } from './rules.ts';
import { isTestCode, type Import } from './source.ts';

export function refusal(path: string, { specifier, line }: Import): string | undefined {
  const where = `${path}:${line} imports '${specifier}'`;
  const dir = roomOf(path);
  if (specifier.startsWith('.')) return refuseRelative(path, specifier, dir, where);
  if (specifier.startsWith('@baton/')) return refuseOurs(path, specifier, dir, where);
  const room = rooms[dir];
  if (room === undefined) return everythingRooms.includes(dir) ? undefined : unknownRoom(dir, where);
  return isBuiltin(specifier) ? refuseBuiltin(path, specifier, dir, room, where) : refuseNpm(path, specifier, room, where);
}

/** `packages/core` for packages/core/src/decide/cancel.ts; `test` for what crosses packages. */
export function roomOf(path: string): string {
  const [first, second] = path.split('/');
  return first === 'test' ? 'test' : `${first}/${second}`;
}

/** The npm package that a specifier belongs to: `@noble/hashes` for `@noble/hashes/sha2.js`. */
export function packageOf(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

export function isListed(name: string, list: readonly string[]): boolean {
  return list.some((one) => (one.endsWith('/*') ? name.startsWith(one.slice(0, -1)) : one === name));
}

function refuseRelative(path: string, specifier: string, dir: string, where: string): string | undefined {
  const target = posix.normalize(posix.join(posix.dirname(path), specifier));
  if (target === dir || target.startsWith(`${dir}/`)) return undefined;
  return `${where}, which lies outside ${dir}. Every package has one door: import '@baton/<package>', and export from its src/index.ts what others need.`;
}

function refuseOurs(path: string, specifier: string, dir: string, where: string): string | undefined {
  const [, name, ...inside] = specifier.split('/');
  if (inside.length > 0 && !mayComeInBy(`./${inside.join('/')}`, name!, path)) return `${where}, past the front door. Import '@baton/${name}', and export from its src/index.ts what others need.`;
  if (everythingRooms.includes(dir)) return undefined;
  const room = rooms[dir];
  if (room === undefined) return unknownRoom(dir, where);
  const allowed = isTestCode(path) ? [...room.ours, ...(room.inTests ?? []), ...testLibraries.ours] : room.ours;
  if (allowed.includes(name!) || dir.endsWith(`/${name}`)) return undefined;
  const kind = (one: string): string => (one.includes('adapter-') ? 'adapter' : one.startsWith('services/') ? 'service' : 'package');
  const services = Object.keys(rooms).filter((one) => one.startsWith('services/')).map((one) => one.slice('services/'.length));
  if (kind(dir) === 'adapter' && name!.startsWith('adapter-')) return `${where}: an adapter never knows another. ${room.legalWay}`;
  if (kind(dir) === 'service' && services.includes(name!)) return `${where}: a service never imports another; they meet on topics. Call its step from the workflow, or move what both need into a package.`;
  return `${where}. ${dir} may import of ours: ${room.ours.length === 0 ? 'nothing' : room.ours.join(', ')}. ${room.legalWay}`;
}

function mayComeInBy(door: string, name: string, path: string): boolean {
  const room = ['packages', 'services', 'infra'].map((parent) => rooms[`${parent}/${name}`]).find((one) => one !== undefined);
  const whom = room?.sideDoors?.[door];
  return whom === 'anyone' || (whom === 'tests' && isTestCode(path));
}

function refuseBuiltin(path: string, specifier: string, dir: string, room: Room, where: string): string | undefined {
  if (!specifier.startsWith('node:')) return `${where}: write 'node:${specifier}', so that it can be told from a package.`;
  if (room.nodeModules === 'any' || isTestCode(path)) return undefined;
  if (room.nodeModules !== 'none' && room.nodeModules.onlyIn.includes(path.slice(`${dir}/src/`.length))) return undefined;
  return `${where}: ${dir} reaches nothing outside, so that it decides the same everywhere and at any time. ${room.legalWay}`;
}

function refuseNpm(path: string, specifier: string, room: Room, where: string): string | undefined {
  const name = packageOf(specifier);
  if (isListed(name, room.npm) || (isTestCode(path) && isListed(name, testLibraries.npm))) return undefined;
  const list = room.npm.length === 0 ? 'none' : room.npm.join(', ');
  return `${where}. npm packages allowed here: ${list}. ${room.legalWay} If it truly belongs here, add it to test/architecture/rules.ts and say why.`;
}

function unknownRoom(dir: string, where: string): string {
  return `${where}, but ${dir} is in no row of test/architecture/rules.ts. Add a row: what it may import, and why it exists.`;
}
