import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ConformanceSet } from './case.ts';
import { shortcomings } from './floors.ts';
import { runExecution } from './localstack/execution.ts';
import { readCase, readIndex, type RecordedCase } from './localstack/recorded.ts';
import { countsOf, judge, reportOf, tablesOf, type SetResult } from './report.ts';
import { SETS } from './sets.ts';

const samples = join(import.meta.dirname, 'samples');
async function judged(directory: string): Promise<SetResult[]> {
  const results: SetResult[] = [];
  for (const set of SETS) {
    const cases = set.read(directory);
    if (cases !== undefined) results.push(await judge(set, cases));
  }
  return results;
}
const sample = (id: string): RecordedCase => {
  const folder = join(samples, 'localstack');
  return readCase(folder, readIndex(folder).find((row) => row.id === id)!);
};

describe('the samples, which have the form of every set', () => {
  let results: SetResult[];
  beforeAll(async () => {
    results = await judged(samples);
  });

  it('pass, each set by its name', () => {
    const { sets } = reportOf(results);
    expect(Object.keys(sets)).toEqual(['localstack-core', 'localstack-other', 'behave-asl', 'statelint', 'asl-validator']);
    const others = Object.values(sets).flatMap(({ cases }) => Object.entries(cases)).filter(([, said]) => said !== 'passed');
    expect(others).toEqual([]);
    expect(sets['localstack-core']).toEqual({ passed: 2, unsupported: 0, failed: 0, cases: { 'sample-choice': 'passed', 'sample-fail': 'passed' } });
  });

  it('are counted per set and per feature', () => {
    expect(tablesOf(results)).toMatch(/^localstack-core +2 +0 +0 +2$/m);
    expect(tablesOf(results)).toMatch(/^localstack-core: Choice\.NumericGreaterThan +1 +0 +0 +1$/m);
  });

  it('are none where the folder is empty', async () => {
    expect(await judged(join(samples, 'statelint'))).toEqual([]);
  });
});

describe('an execution', () => {
  it('has failed where its output is another, with the place', () => {
    const other = { ...sample('sample-choice'), expected: { status: 'SUCCEEDED', output: { amount: 150, size: 'huge' } } };
    expect(runExecution(other)).toMatchObject({ kind: 'failed', why: '$.output.size: expected "huge", found "large"' });
  });

  it('has failed where it ended otherwise, or by another error', () => {
    expect(runExecution({ ...sample('sample-choice'), expected: { status: 'FAILED', error: 'Oops' } })).toMatchObject({ kind: 'failed', why: expect.stringContaining('expected "FAILED" with Oops, found SUCCEEDED') });
    expect(runExecution({ ...sample('sample-fail'), expected: { status: 'FAILED', error: 'Oops' } })).toMatchObject({ kind: 'failed', why: expect.stringContaining('$.error: expected "Oops", found FAILED with Order.Refused') });
  });

  it('has failed where a cause that is JSON says something else; prose is noted only', () => {
    expect(runExecution({ ...sample('sample-fail'), expected: { status: 'FAILED', error: 'Order.Refused', cause: { reason: 'no stock', left: 1 } } })).toMatchObject({ kind: 'failed', why: '$.cause.left: expected 1, found 0' });
    expect(runExecution({ ...sample('sample-fail'), expected: { status: 'FAILED', error: 'Order.Refused', cause: 'No stock' } })).toMatchObject({ kind: 'passed', notes: [expect.stringContaining('where AWS says "No stock"')] });
  });

  it('has failed where it went another way, in another order, or with other data between', () => {
    const choice = sample('sample-choice');
    const trace = choice.trace!;
    expect(runExecution({ ...choice, trace: trace.toReversed() })).toMatchObject({ kind: 'failed', why: expect.stringMatching(/^trace: expected Pass Large exited .*, found Choice Large\? entered/) });
    expect(runExecution({ ...choice, trace: trace.slice(0, 2) })).toMatchObject({ kind: 'failed', why: expect.stringMatching(/^trace: expected the end, found Pass Large entered/) });
    expect(runExecution({ ...choice, trace: trace.with(2, { ...trace[2]!, input: { amount: 1 } }) })).toMatchObject({ kind: 'failed', why: 'trace: Large entered: $.amount: expected 1, found 150' });
  });

  it('has failed where an attempt was made that AWS did not make, or the other way round', () => {
    const retry = sample('sample-retry');
    expect(runExecution({ ...retry, recordedTasks: retry.recordedTasks!.slice(0, 1) })).toMatchObject({ kind: 'failed', why: expect.stringContaining('an attempt at Charge that was not made on AWS') });
    expect(runExecution({ ...retry, recordedTasks: [...retry.recordedTasks!, retry.recordedTasks![1]!] })).toMatchObject({ kind: 'failed', why: expect.stringContaining('an attempt at Charge that was made on AWS is missing') });
  });

  it('is unsupported, by the name of what was refused, where the definition is refused', () => {
    const unknown = { ...sample('sample-choice'), definition: { StartAt: 'A', States: { A: { Type: 'Pass', Colour: 'red', End: true } } } };
    expect(runExecution(unknown)).toEqual({ kind: 'unsupported', feature: expect.stringMatching(/^\$\.States\.\*\.Colour: /) });
  });
});

describe('a step back', () => {
  const set: ConformanceSet = { name: 'one', says: '', floor: 2, mostWrong: 0, read: () => undefined };
  const with_ = async (...kinds: readonly ('passed' | 'failed' | 'unsupported')[]): Promise<SetResult[]> => [
    await judge(set, kinds.map((kind, i) => ({ id: String(i), features: [], run: () => (kind === 'failed' ? { kind, why: '' } : kind === 'unsupported' ? { kind, feature: '' } : { kind }) }))),
  ];

  it('is fewer cases than passed before, where all of them were run', async () => {
    expect(shortcomings(await with_('passed', 'unsupported'), { wholeData: true })).toEqual(['one: 1 passed, 2 did before']);
    expect(shortcomings(await with_('passed', 'unsupported'), { wholeData: false })).toEqual([]);
    expect(shortcomings(await with_('passed', 'passed', 'unsupported'), { wholeData: true })).toEqual([]);
  });

  it('is one wrong output of the core, however many passed', async () => {
    expect(shortcomings(await with_('passed', 'passed', 'failed'), { wholeData: false })).toEqual(['one: 1 with a wrong output, at most 0 may have one']);
  });

  it('is not hidden by a case that throws: it has failed', async () => {
    const [result] = [await judge(set, [{ id: 'x', features: [], run: () => { throw new Error('Oops'); } }])];
    expect(countsOf(result!.judged)).toEqual({ passed: 0, unsupported: 0, failed: 1 });
  });
});

const data = join(process.env['BATON_SHARED_DIR'] ?? join(import.meta.dirname, '../../../shared'), 'asl');
const described = existsSync(data) ? describe : describe.skip;

described('the recorded data', () => {
  it('reaches what it reached before (cannot run here: the data stand beside the checkout or where BATON_SHARED_DIR says)', async () => {
    expect(shortcomings(await judged(data), { wholeData: true })).toEqual([]);
  });
});
