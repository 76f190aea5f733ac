import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const nodeModules = join(root, 'node_modules');
/** The Node 24 that the npm package `node` brings. */
export const node24 = join(nodeModules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** The environment of a task: `node`, and every tool of the repository, are found first in node_modules/.bin. */
export function taskEnvironment() {
  return { ...process.env, PATH: `${join(nodeModules, '.bin')}${delimiter}${process.env.PATH ?? ''}` };
}
