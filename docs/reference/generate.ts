/**
 * Writes what is generated below docs/reference: `npm run docs:contracts`. With `--check` writes nothing and ends with 1
 * where a file differs from what the code says.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { cliReference, svgOf } from '@baton/cli';
import { asyncApiDocument, jsonSchemas } from '@baton/contracts';
import { openApiDocument } from '@baton/gateway';
import { definitionSchema, graphOf, validateText, withLanguageTables } from '@baton/workflow';

const folder = import.meta.dirname;
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const wanted = new Map<string, string>([
  ['cli.md', cliReference()],
  ['language.md', withLanguageTables(await readFile(join(folder, 'language.md'), 'utf8'))],
  ['generated/openapi.json', json(openApiDocument())],
  ['generated/asyncapi.json', json(asyncApiDocument())],
  // The picture in docs/guides/check-definitions.md.
  ['generated/order.svg', svgOf(graphOf(validateText(await readFile(join(folder, '../guides/definitions/order.asl.yaml'), 'utf8')).definition!))],
  ['generated/definition.schema.json', json(definitionSchema())],
  ...Object.entries(jsonSchemas()).map(([name, schema]) => [`generated/schemas/${name}.json`, json(schema)] as const),
]);

const present = await readdir(join(folder, 'generated'), { recursive: true, withFileTypes: true }).catch(() => []);
const stale = present.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name))).filter((path) => !wanted.has(path));

const different: string[] = [...stale];
for (const [path, text] of wanted) {
  const found = await readFile(join(folder, path), 'utf8').catch(() => undefined);
  if (found !== text) different.push(path);
}

if (process.argv.includes('--check')) {
  for (const path of different) process.stderr.write(`docs/reference/${path} is not what the code says\n`);
  if (different.length > 0) process.stderr.write('Write it again with: npm run docs:contracts\n');
  process.exitCode = different.length > 0 ? 1 : 0;
} else {
  for (const path of stale) await rm(join(folder, path));
  for (const [path, text] of wanted) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  process.stdout.write(different.length === 0 ? 'The reference is what the code says.\n' : `Written: ${different.join(', ')}\n`);
}
