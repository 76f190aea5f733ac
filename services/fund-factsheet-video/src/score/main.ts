/**
 * `npm run score:factsheets [-- --inputs DIR] [--bad DIR] [--json FILE]`: how much is read right from real factsheets.
 * Documents are not kept in this repository: DIR holds them with a `manifest.json`. Default: `shared/inputs/factsheets`
 * beside the checkout, or under BATON_SHARED_DIR. Ends with 1 when a wrong figure would be published or a document
 * that must be refused is not.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { scoreDocuments, tryBadDocuments } from './score.ts';
import { scoreTables } from './table.ts';

// `node run.mjs score:factsheets -- --json FILE` hands the two dashes on; npm does not.
const args = process.argv.slice(2);
const { values } = parseArgs({ args: args[0] === '--' ? args.slice(1) : args, options: { inputs: { type: 'string' }, bad: { type: 'string' }, json: { type: 'string' } } });
const checkout = fileURLToPath(new URL('../../../../', import.meta.url));
const given = process.env['BATON_SHARED_DIR'];
const shared = given === undefined || given === '' ? resolve(checkout, '../shared') : resolve(given);
// A path on the command line is meant from where the person stands, also when npm runs this from the root.
const from = process.env['INIT_CWD'] ?? process.cwd();
const inputs = values.inputs === undefined ? resolve(shared, 'inputs/factsheets') : resolve(from, values.inputs);
const bad = values.bad === undefined ? resolve(shared, 'inputs/bad') : resolve(from, values.bad);

if (!existsSync(resolve(inputs, 'manifest.json'))) {
  process.stderr.write(`There is no manifest.json in ${inputs}. Say where the documents are: npm run score:factsheets -- --inputs DIR\n`);
  process.exit(2);
}
const score = await scoreDocuments(inputs);
const refused = existsSync(bad) ? await tryBadDocuments(bad) : [];
process.stdout.write(`${scoreTables(score, refused)}\n`);
if (values.json !== undefined) await writeFile(resolve(from, values.json), `${JSON.stringify(score, null, 2)}\n`);
process.exitCode = score.publishedWrongFigures > 0 || refused.some((outcome) => outcome.ended !== 'final') ? 1 : 0;
