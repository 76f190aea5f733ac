import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@baton/contracts';
import { alone } from './mend.ts';
import { lookUp } from './look-up.ts';
import { rowsOf } from './scenario.ts';

describe('rowsOf', () => {
  const scenario = { id: 'x', feature: '', scenario: '', source: '', steps: [{ text: 'the next state is "<state>"', docstring: '<value>' }] };

  it('fills an outline for each row, also where a second table repeats the names of the columns', () => {
    const examples = [['value', 'state'], ['1', 'A'], ['value', 'state'], ['"2"', 'B']];
    expect(rowsOf({ ...scenario, examples })).toEqual([
      { row: '1 | A', steps: [{ text: 'the next state is "A"', docstring: '1' }] },
      { row: '"2" | B', steps: [{ text: 'the next state is "B"', docstring: '"2"' }] },
    ]);
  });

  it('is the scenario itself without examples', () => {
    expect(rowsOf({ ...scenario, examples: [] })).toEqual([{ row: '', steps: scenario.steps }]);
  });
});

describe('a state alone', () => {
  const machine = { StartAt: 'A', States: {} };

  it('has the states that it leads to as ends, whether they are defined or not (M1)', () => {
    const { definition } = alone(machine, 'A', { Type: 'Choice', Choices: [{ Variable: '$', IsNull: true, Next: 'B' }], Default: 'C' });
    expect(definition).toMatchObject({ StartAt: 'A', States: { A: {}, B: { Type: 'Succeed' }, C: { Type: 'Succeed' } } });
  });

  it('goes by End where it has Next too, and by the rule’s own Next alone (M2, M3)', () => {
    expect((alone(machine, 'A', { Type: 'Pass', Next: 'B', End: true }).definition['States'] as JsonObject)['A']).toEqual({ Type: 'Pass', End: true });
    const choice = { Type: 'Choice', Choices: [{ And: { Variable: '$', IsNull: true, Next: 'C' }, Next: 'B' }] };
    expect((alone(machine, 'A', choice).definition['States'] as JsonObject)['A']).toEqual({ Type: 'Choice', Choices: [{ And: [{ Variable: '$', IsNull: true }], Next: 'B' }] });
  });

  it('compares by a path with what no definition may hold (M4)', () => {
    const { definition, operands } = alone(machine, 'A', { Type: 'Choice', Choices: [{ Variable: '$.t', TimestampEquals: '2019-02-31T00:00:00Z', Next: 'B' }, { Variable: '$.n', NumericEquals: 1, Next: 'B' }] });
    expect(operands).toEqual({ operand1: '2019-02-31T00:00:00Z' });
    expect(definition['StartAt']).toBe('Given before');
    expect((definition['States'] as JsonObject)['A']).toEqual({ Type: 'Choice', Choices: [{ Variable: '$.t', TimestampEqualsPath: '$operand1', Next: 'B' }, { Variable: '$.n', NumericEquals: 1, Next: 'B' }] });
  });
});

describe('lookUp', () => {
  it('goes by members and elements, with or without the root', () => {
    const value = { a: { b: [{ c: 1 }] }, 'd-e': 2 };
    expect([lookUp('$.a.b[0].c', value), lookUp('a.b[0].c', value), lookUp("$['d-e']", value), lookUp('$', value), lookUp('$.a.x', value), lookUp('$[0]', [5])]).toEqual([1, 1, 2, value, undefined, 5]);
  });
});
