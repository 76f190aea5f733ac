import { describe, expect, it } from '@jest/globals';
import { errorsOf, machineOf, warningsOf } from '../testing/problems.ts';

const pass = (fields: Readonly<Record<string, unknown>>): unknown => ({ Type: 'Pass', ...fields });
const chain = (states: Readonly<Record<string, unknown>>): unknown => ({ StartAt: Object.keys(states)[0], States: states });

describe('variables', () => {
  it.each(['1st', 'a-b', 'a.b', 'a[0]', '', 'n'.repeat(81), '$a'])('are not named %j', (name) => {
    expect(errorsOf(machineOf(pass({ Assign: { [name]: 1 } }) as never))).toEqual([expect.stringContaining('Expected the name of a variable')]);
  });
  it.each(['a', '_a1', 'größe', '名前', 'n'.repeat(80)])('may be named %j', (name) => {
    expect(errorsOf(machineOf(pass({ Assign: { [name]: 1 } }) as never))).toEqual([]);
  });
  it('do not take the reserved name', () => {
    expect(errorsOf(machineOf(pass({ Assign: { 'states.$': '$.a' } }) as never))).toEqual([expect.stringContaining('$states is reserved')]);
  });

  it('that nothing sets are warned of, with the nearest name, wherever they are read', () => {
    const definition = chain({
      Set: pass({ Assign: { 'order.$': '$.order' }, Next: 'Read' }),
      Read: { Type: 'Task', Resource: 's/a', Parameters: { 'a.$': '$odrer.id', 'b.$': "States.Format('{}', $nothing)", 'c.$': '$order.id', d: '$literal' }, ResultPath: '$.x', TimeoutSecondsPath: '$seconds', End: true },
    });
    expect(warningsOf(definition)).toEqual([
      expect.stringMatching(/^\$\.States\.Read\.Parameters\["a\.\$"\]: Nothing sets the variable \$odrer .*did you mean "order"/),
      expect.stringMatching(/^\$\.States\.Read\.Parameters\["b\.\$"\]: Nothing sets the variable \$nothing/),
      expect.stringMatching(/^\$\.States\.Read\.TimeoutSecondsPath: Nothing sets the variable \$seconds/),
    ]);
  });

  it('are set by rules of Choice and of Catch too', () => {
    const definition = chain({
      Ask: { Type: 'Choice', Choices: [{ Variable: '$.a', IsPresent: true, Assign: { chosen: true }, Next: 'Try' }], Default: 'Try' },
      Try: { Type: 'Task', Resource: 's/a', Catch: [{ ErrorEquals: ['States.ALL'], Assign: { 'caught.$': '$.Error' }, Next: 'End' }], Next: 'End' },
      End: { Type: 'Pass', Parameters: { 'a.$': '$chosen', 'b.$': '$caught' }, End: true },
    });
    expect(warningsOf(definition)).toEqual([]);
  });

  it('of a machine are read by those inside it, but not set by them, and end with them', () => {
    const definition = chain({
      Set: pass({ Assign: { outer: 1 }, Next: 'Fan' }),
      Fan: { Type: 'Parallel', Branches: [chain({ In: pass({ Assign: { inner: 1, outer: 2 }, Parameters: { 'a.$': '$outer' }, End: true }) })], Next: 'After' },
      After: pass({ OutputPath: '$inner', End: true }),
    });
    expect(warningsOf(definition)).toEqual([
      expect.stringMatching(/^\$\.States\.Fan\.Branches\[0\]\.States\.In\.Assign\.outer: .*\$\.States\.Set\.Assign\.outer sets it too/),
      expect.stringMatching(/^\$\.States\.After\.OutputPath: Nothing sets the variable \$inner/),
    ]);
  });

  it('are not seen inside a DISTRIBUTED Map, which may use their names', () => {
    const definition = chain({
      Set: pass({ Assign: { outer: 1 }, Next: 'Each' }),
      Each: { Type: 'Map', ItemSelector: { 'a.$': '$outer' }, ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, ...(chain({ In: pass({ OutputPath: '$outer', End: true }) }) as object) }, End: true },
    });
    expect(warningsOf(definition)).toEqual([expect.stringMatching(/States\.In\.OutputPath: A Map in DISTRIBUTED mode does not see the variable \$outer/)]);
  });

  it('are read by expressions of JSONata too, but not what an expression sets for itself', () => {
    const definition = { QueryLanguage: 'JSONata', ...(chain({ A: pass({ Assign: { total: 1 }, Next: 'B' }), B: pass({ Output: '{% ($local := 1; $map([1], function($v) { $v + $totl + $local })) %}', End: true }) }) as object) };
    expect(warningsOf(definition)).toEqual([expect.stringMatching(/^\$\.States\.B\.Output: Nothing sets the variable \$totl .*did you mean "total"/)]);
  });
});
