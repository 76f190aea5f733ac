/**
 * `npm run conformance -- [--data DIR] [--set NAME]… [--only ID]… [--json FILE] [--verbose]`: the language held against what
 * others know of it. Ends with 1 where fewer cases pass than once did, or where a core case has a wrong output.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inWords } from './case.ts';
import { shortcomings } from './floors.ts';
import { judge, reportOf, tablesOf, unsupportedIn, type SetResult } from './report.ts';
import { SETS } from './sets.ts';

const USAGE = `Usage: npm run conformance -- [--data DIR] [--set NAME]… [--only ID]… [--json FILE] [--verbose]
  --data DIR   a folder with the sets; default: asl in BATON_SHARED_DIR, or in shared beside the checkout
  --set NAME   only this set: ${SETS.map(({ name }) => name).join(', ')}
  --only ID    only this case
  --json FILE  the report as {sets: {NAME: {passed, unsupported, failed, cases: {ID: …}}}}
  --verbose    each case that did not pass, with the reason, and what was noted of those that did`;

interface Asked {
  readonly data: string | undefined;
  readonly sets: readonly string[];
  readonly only: readonly string[];
  readonly json: string | undefined;
  readonly verbose: boolean;
}

function asked(): Asked | undefined {
  try {
    const { values } = parseArgs({
      options: { data: { type: 'string' }, set: { type: 'string', multiple: true, default: [] }, only: { type: 'string', multiple: true, default: [] }, json: { type: 'string' }, verbose: { type: 'boolean', default: false } },
    });
    const unknown = values.set.find((name) => !SETS.some((set) => set.name === name));
    if (unknown !== undefined) throw new TypeError(`There is no set ${unknown}`);
    return { data: values.data, sets: values.set, only: values.only, json: values.json, verbose: values.verbose };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`${error.message}\n${USAGE}`);
    return undefined;
  }
}

async function main({ data, sets, only, json, verbose }: Asked): Promise<number> {
  const checkout = fileURLToPath(new URL('../..', import.meta.url));
  const directory = data === undefined ? join(process.env['BATON_SHARED_DIR'] ?? resolve(checkout, '../shared'), 'asl') : resolve(data);
  const results: SetResult[] = [];
  for (const set of SETS) {
    if (sets.length > 0 && !sets.includes(set.name)) continue;
    const cases = set.read(directory);
    if (cases === undefined) console.log(`${set.name}: not in ${directory}`);
    else results.push(await judge(set, cases.filter(({ id }) => only.length === 0 || only.includes(id))));
  }
  if (results.every(({ judged }) => judged.length === 0)) {
    console.error(`No case to run in ${directory}\n${USAGE}`);
    return 2;
  }
  if (verbose || only.length > 0) sayEach(results);
  console.log(`\n${tablesOf(results)}`);
  const missing = unsupportedIn(results);
  if (missing !== '') console.log(`\nNot supported:\n${missing}`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(reportOf(results), null, 2)}\n`);
  // A floor is a number of cases of the data beside the checkout; what other data reach is nobody's step back.
  const short = shortcomings(results, { wholeData: data === undefined && only.length === 0 });
  if (short.length > 0) console.log(`\n${short.join('\n')}`);
  return short.length > 0 ? 1 : 0;
}

function sayEach(results: readonly SetResult[]): void {
  for (const { judged } of results) {
    for (const { conformanceCase, verdict } of judged) {
      const notes = verdict.kind === 'unsupported' ? [] : (verdict.notes ?? []);
      if (verdict.kind !== 'passed' || notes.length > 0) console.log(`${conformanceCase.id}: ${inWords(verdict)}${notes.map((note) => `\n    ${note}`).join('')}`);
    }
  }
}

const plan = asked();
process.exitCode = plan === undefined ? 2 : await main(plan);
