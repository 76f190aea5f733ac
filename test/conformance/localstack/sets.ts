/** LocalStack's suite as two sets: the cases that count most, and the rest of it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ConformanceCase, type ConformanceSet } from '../case.ts';
import { runExecution } from './execution.ts';
import { runWithObjects } from './objects.ts';
import { readCase, readCore, readIndex, type IndexRow } from './recorded.ts';
import { runTestState } from './test-state.ts';
import { runValidation } from './validation.ts';

export const localstackCore: ConformanceSet = {
  name: 'localstack-core',
  says: 'executions on AWS: one for each definition of tiers A, B and D with an exact output',
  floor: 219,
  mostWrong: 0,
  read: (directory) => casesOf(directory, (core, row) => core.has(row.id)),
};

export const localstackOther: ConformanceSet = {
  name: 'localstack-other',
  says: 'the other executions, TestState calls and checks of definitions on AWS',
  floor: 602,
  read: (directory) => casesOf(directory, (core, row) => !core.has(row.id)),
};

function casesOf(directory: string, belongs: (core: ReadonlySet<string>, row: IndexRow) => boolean): ConformanceCase[] | undefined {
  const folder = join(directory, 'localstack');
  if (!existsSync(join(folder, 'index.json'))) return undefined;
  const core = new Set(existsSync(join(folder, 'core.json')) ? readCore(folder) : readIndex(folder).filter(({ tier, exactOutput }) => 'ABD'.includes(tier) && exactOutput).map(({ id }) => id));
  return readIndex(folder)
    .filter((row) => belongs(core, row))
    .map((row) => ({
      id: row.id,
      features: [`tier ${row.tier}`, row.queryLanguage, ...Object.keys(row.stateTypes).map((type) => `state ${type}`), ...row.features],
      run: () => {
        const recorded = readCase(folder, row);
        if (row.tier === 'V') return runValidation(recorded);
        if (row.tier === 'S') return runTestState(recorded);
        return recorded.s3Objects === undefined ? runExecution(recorded) : runWithObjects(recorded);
      },
    }));
}
