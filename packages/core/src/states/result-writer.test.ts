import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '@baton/contracts';
import { TestRun } from '../../test/test-run.ts';

const machine = (writer: JsonObject): JsonObject => ({
  StartAt: 'M',
  States: { M: { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'T', States: { T: { Type: 'Task', Resource: 's/t', End: true } } }, MaxConcurrency: 1, ToleratedFailureCount: 1, ResultWriter: { WriterConfig: writer }, End: true } },
});

describe('a Map with a ResultWriter that writes nowhere', () => {
  it('makes one list of the results that are lists, with FLATTEN', () => {
    const run = new TestRun(machine({ Transformation: 'FLATTEN', OutputType: 'JSON' })).start([1, 2, 3]).succeed([1, [2]]).succeed({ a: 1 }).succeed([]);
    expect(run.current.output).toEqual([1, [2], { a: 1 }]);
  });

  it('leaves an item that failed as it is', () => {
    const run = new TestRun(machine({ Transformation: 'FLATTEN' })).start([1, 2]).succeed([1]).fail({ name: 'No', message: 'not that' });
    expect(run.current.output).toEqual([1, { Error: 'No', Cause: 'not that' }]);
  });

  it('makes one list of them also where that is an artifact', () => {
    const run = new TestRun(machine({ Transformation: 'FLATTEN' }));
    run.files = new Map();
    const large = (letter: string): Json => [letter.repeat(200_000), { of: letter }];
    run.start([1, 2, 3, 4]);
    for (const output of [large('a'), [], { b: 1 }, large('c')]) run.succeed(output).settle();
    const { hash } = run.current.output as { readonly hash: string };
    expect(JSON.parse(run.files.get(hash)!)).toEqual(['a'.repeat(200_000), { of: 'a' }, { b: 1 }, 'c'.repeat(200_000), { of: 'c' }]);
  });

  it('gives the results as they are, with COMPACT', () => {
    expect(new TestRun(machine({ Transformation: 'COMPACT' })).start([1]).succeed([1]).current.output).toEqual([[1]]);
  });
});
