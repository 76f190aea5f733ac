import { describe, expect, it } from '@jest/globals';
import { LIMITS } from '@baton/contracts';
import { errorsOf, machineOf } from '../testing/problems.ts';

const inside = (states: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}): unknown =>
  machineOf({ Type: 'Parallel', Branches: [{ StartAt: 'X', States: { X: { Type: 'Succeed' } } }, { StartAt: Object.keys(states)[0], States: states, ...more }] });

describe('machines inside machines', () => {
  it('are checked where they stand, fields and states', () => {
    expect(errorsOf(inside({ B: { Type: 'Pass', Nxt: 'C', End: true } }, { Version: '1.0' }))).toEqual([
      expect.stringMatching(/^\$\.States\.A\.Branches\[1\]\.Version: Expected no field "Version" here/),
      expect.stringMatching(/^\$\.States\.A\.Branches\[1\]\.States\.B\.Nxt: .*did you mean "Next"/),
    ]);
  });

  it('are not left by Next, Default or Catch', () => {
    expect(errorsOf(inside({ B: { Type: 'Pass', Next: 'A' }, C: { Type: 'Succeed' } }))[0]).toMatch(/^\$\.States\.A\.Branches\[1\]\.States\.B\.Next: .*no state "A" in this machine/);
    expect(errorsOf(inside({ B: { Type: 'Task', Resource: 's/b', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'X' }], End: true } }))[0]).toMatch(/^\$\.States\.A\.Branches\[1\]\.States\.B\.Catch\[0\]\.Next/);
  });

  it('have names of states that no other machine of the definition has', () => {
    expect(errorsOf(inside({ X: { Type: 'Succeed' } }))).toEqual([expect.stringMatching(/^\$\.States\.A\.Branches\[1\]\.States\.X: .*\$\.States\.A\.Branches\[0\]\.States\.X too$/)]);
  });

  it('need an end of their own', () => {
    expect(errorsOf(inside({ B: { Type: 'Pass', Next: 'C' }, C: { Type: 'Pass', Next: 'B' } }))).toEqual([expect.stringMatching(/^\$\.States\.A\.Branches\[1\]\.States: Expected a state that ends/)]);
  });

  it('may name the language of the outermost machine and no other', () => {
    expect(errorsOf(inside({ B: { Type: 'Succeed' } }, { QueryLanguage: 'JSONPath' }))).toEqual([]);
    expect(errorsOf(inside({ B: { Type: 'Succeed' } }, { QueryLanguage: 'JSONata' }))).toEqual([expect.stringMatching(/^\$\.States\.A\.Branches\[1\]\.QueryLanguage: Expected "JSONPath", the language of the outermost machine/)]);
  });

  it('stand inside each other up to a limit', () => {
    const nested = (depth: number): Readonly<Record<string, unknown>> => (depth === 0 ? { Type: 'Succeed' } : { Type: 'Parallel', Branches: [{ StartAt: `S${depth}`, States: { [`S${depth}`]: nested(depth - 1) } }], End: true });
    expect(errorsOf(machineOf(nested(LIMITS.nestedMachines)))).toEqual([]);
    expect(errorsOf(machineOf(nested(LIMITS.nestedMachines + 1)))).toEqual([expect.stringContaining(`at most ${LIMITS.nestedMachines} machines inside each other`)]);
  });

  it('count together for the limit of states', () => {
    const states = Object.fromEntries(Array.from({ length: LIMITS.definitionStates }, (_, i) => [`S${i}`, i === LIMITS.definitionStates - 1 ? { Type: 'Succeed' } : { Type: 'Pass', Next: `S${i + 1}` }]));
    expect(errorsOf(machineOf({ Type: 'Map', ItemProcessor: { StartAt: 'S0', States: states } }))).toEqual([expect.stringContaining(`at most ${LIMITS.definitionStates} states in all, but found ${LIMITS.definitionStates + 1}`)]);
  });
});
