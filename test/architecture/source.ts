/** The source files of the repository and what they import, read by a parser that also sees `import type`. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface SourceFile {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly specifier: string;
  readonly line: number;
}

const skipped = new Set(['node_modules', 'dist', 'coverage', 'out', '.baton']);

/** Every folder that is a package or could become one: packages/*, services/*, infra/*. */
export function roomDirs(): string[] {
  return ['packages', 'services', 'infra'].flatMap((parent) =>
    readdirSync(join(root, parent), { withFileTypes: true }).filter((entry) => entry.isDirectory() && !skipped.has(entry.name)).map((entry) => `${parent}/${entry.name}`),
  );
}

/** The files below a folder whose name ends in one of `endings`. */
export function filesBelow(dir: string, endings: readonly string[] = ['.ts', '.tsx', '.mjs', '.js']): SourceFile[] {
  const absolute = join(root, dir);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.split('/').some((part) => skipped.has(part)))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** What only tests run: `x.test.ts`, and the folders `test`, `testing` and `fixtures` that serve them. */
export function isTestCode(path: string): boolean {
  return path.endsWith('.test.ts') || path.startsWith('test/') || /\/(test|testing|fixtures)\//.test(path);
}

/** Static, dynamic and re-exporting imports with their line; throws when the file does not parse. */
export function importsOf(file: SourceFile): Import[] {
  const { module, errors } = parseSync(file.path, file.text);
  if (errors.length > 0) throw new Error(`${file.path} does not parse: ${errors[0]!.message}`);
  const lineOf = (offset: number): number => file.text.slice(0, offset).split('\n').length;
  const found: Import[] = [
    ...module.staticImports.map(({ moduleRequest, start }) => ({ specifier: moduleRequest.value, line: lineOf(start) })),
    ...module.staticExports.flatMap(({ entries, start }) => entries.flatMap(({ moduleRequest }) => (moduleRequest ? [{ specifier: moduleRequest.value, line: lineOf(start) }] : []))),
    ...module.dynamicImports.flatMap(({ moduleRequest, start }) => {
      const literal = /^\s*(['"`])([^'"`$]*)\1\s*$/.exec(file.text.slice(moduleRequest.start, moduleRequest.end));
      return literal === null ? [] : [{ specifier: literal[2]!, line: lineOf(start) }];
    }),
    // `typeof import('x')` and `require('x')` are not in the module record.
    ...[...file.text.matchAll(/\b(?:typeof import|require(?:\.resolve)?)\(\s*(['"])([^'"]+)\1\s*\)/g)].map((match) => ({ specifier: match[2]!, line: lineOf(match.index) })),
  ];
  return found.filter((one, index) => found.findIndex(({ specifier, line }) => specifier === one.specifier && line === one.line) === index);
}
