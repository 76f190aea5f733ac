import { describe, expect, it } from '@jest/globals';
import { errorsOf, machineOf, warningsOf } from '../testing/problems.ts';

const task = (fields: Readonly<Record<string, unknown>>): unknown => machineOf({ Type: 'Task', Resource: 's/a', ...fields });

describe('rules of Retry and Catch', () => {
  it('have States.ALL alone and last', () => {
    expect(errorsOf(task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] }))).toEqual(['$.States.A.Retry[0].ErrorEquals: Expected the rule with States.ALL to be the last']);
    expect(errorsOf(task({ Catch: [{ ErrorEquals: ['X', 'States.ALL'], Next: 'A' }] }))).toEqual(['$.States.A.Catch[0].ErrorEquals: Expected States.ALL to stand alone']);
  });
  it('mean no reserved error that there is not', () => {
    expect(errorsOf(task({ Retry: [{ ErrorEquals: ['Mine', 'States.Timout'] }] }))).toEqual([expect.stringMatching(/^\$\.States\.A\.Retry\[0\]\.ErrorEquals\[1\]: .*did you mean "States.Timeout"/)]);
  });
  it('are warned of an error that no rule can take', () => {
    expect(warningsOf(task({ Catch: [{ ErrorEquals: ['States.Runtime'], Next: 'A' }] }))).toEqual([expect.stringContaining('$.States.A.Catch[0].ErrorEquals[0]: States.Runtime is neither retried nor caught')]);
  });
  it('mean at least one error', () => {
    expect(errorsOf(task({ Retry: [{ ErrorEquals: [] }] }))).toEqual([expect.stringContaining('Expected at least 1 elements, but found 0')]);
  });
  it.each([
    [{ MaxAttempts: -1 }, 'MaxAttempts'],
    [{ MaxAttempts: 100_000_000 }, 'MaxAttempts'],
    [{ IntervalSeconds: 0 }, 'IntervalSeconds'],
    [{ BackoffRate: 0.5 }, 'BackoffRate'],
    [{ MaxDelaySeconds: 31_622_400 }, 'MaxDelaySeconds'],
    [{ JitterStrategy: 'SOME' }, 'JitterStrategy'],
  ])('stay within their ranges: %j', (fields, field) => {
    expect(errorsOf(task({ Retry: [{ ErrorEquals: ['X'], ...fields }] }))).toEqual([expect.stringContaining(`$.States.A.Retry[0].${field}: `)]);
  });
  it('are warned of a longest delay that is no longer than the first', () => {
    expect(warningsOf(task({ Retry: [{ ErrorEquals: ['X'], IntervalSeconds: 5, MaxDelaySeconds: 5 }] }))).toEqual([expect.stringContaining('$.States.A.Retry[0].MaxDelaySeconds: Expected more than IntervalSeconds (5)')]);
  });
});
