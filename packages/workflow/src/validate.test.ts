import { describe, expect, it } from '@jest/globals';
import { errorsOf, machineOf, problemsOf, warningsOf } from './testing/problems.ts';
import { validate, validateState } from './validate.ts';

const paths = (definition: unknown): string[] => validate(definition).problems.filter((p) => p.severity === 'error').map((p) => p.path);

describe('validating a definition', () => {
  it('lists every mistake at once, each with its path and the nearest right name', () => {
    const { problems, machine } = validate({
      StartAt: 'Frist',
      States: {
        First: { Type: 'Task', Resource: 'nope', Next: 'Secnd', Colour: 'red' },
        Second: { Type: 'Choice', Choices: [{ Variable: '$.a', NumericEquals: 'x', Next: 'First' }] },
        Third: { Type: 'Tusk' },
      },
    });
    expect(machine).toBeUndefined();
    expect(problems.map((p) => p.path)).toEqual(
      expect.arrayContaining(['$.StartAt', '$.States.First.Resource', '$.States.First.Next', '$.States.First.Colour', '$.States.Second.Choices[0].NumericEquals', '$.States.Third.Type']),
    );
    expect(problems.find((p) => p.path === '$.States.First.Next')).toMatchObject({ message: expect.stringContaining('did you mean "Second"'), suggestion: 'Second' });
    expect(problems.find((p) => p.path === '$.States.Third.Type')).toMatchObject({ suggestion: 'Task' });
  });

  it.each([
    ['a state without Next and End', { StartAt: 'A', States: { A: { Type: 'Pass' } } }, '$.States.A'],
    ['a state with both', { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'A', End: true } } }, '$.States.A'],
    ['a state that nothing reaches', { StartAt: 'A', States: { A: { Type: 'Succeed' }, B: { Type: 'Succeed' } } }, '$.States.B'],
    ['a machine that never ends', { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'A' } } }, '$.States'],
    ['a Wait with two ends', machineOf({ Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z' }), '$.States.A'],
    ['a Wait with none', machineOf({ Type: 'Wait' }), '$.States.A'],
    ['a Wait of more than 99,999,999 seconds', machineOf({ Type: 'Wait', Seconds: 100_000_000 }), '$.States.A.Seconds'],
    ['a time without its zone', machineOf({ Type: 'Wait', Timestamp: '2026-01-01T00:00:00' }), '$.States.A.Timestamp'],
    ['a template path that is none', machineOf({ Type: 'Pass', Parameters: { 'x.$': 'a.b' } }), '$.States.A.Parameters["x.$"]'],
    ['a member of a template that stands there twice', machineOf({ Type: 'Pass', Parameters: { in: { x: 1, 'x.$': '$.a' } } }), '$.States.A.Parameters.in.x'],
    ['an intrinsic function that is none', machineOf({ Type: 'Pass', Parameters: { 'x.$': 'States.Formt($.a)' } }), '$.States.A.Parameters["x.$"]'],
    ['a ResultPath with a wildcard', machineOf({ Type: 'Pass', ResultPath: '$.a[*]' }), '$.States.A.ResultPath'],
    ['a ResultPath into the context object', machineOf({ Type: 'Pass', ResultPath: '$$.Execution' }), '$.States.A.ResultPath'],
    ['a ResultPath into a variable', machineOf({ Type: 'Pass', ResultPath: '$order.id' }), '$.States.A.ResultPath'],
    ['a path for one value that finds many', machineOf({ Type: 'Wait', SecondsPath: '$.a[*]' }), '$.States.A.SecondsPath'],
    ['a path with a regular expression', machineOf({ Type: 'Pass', InputPath: '$[?match(@.a, "(a+)+$")]' }), '$.States.A.InputPath'],
    ['a text where a number belongs', machineOf({ Type: 'Task', Resource: 's/a', TimeoutSeconds: '60' }), '$.States.A.TimeoutSeconds'],
    ['a name of the prototype', { StartAt: 'constructor', States: { A: { Type: 'Succeed' } } }, '$.StartAt'],
    ['a key that could reach a prototype', JSON.parse('{"StartAt":"A","States":{"A":{"Type":"Pass","Result":{"__proto__":1},"End":true}}}'), '$.States.A.Result.__proto__'],
    ['a rule with two comparisons', machineOf({ Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, IsString: true, Next: 'B' }], Default: 'B' }), '$.States.A.Choices[0]'],
    ['Next in a rule inside another', machineOf({ Type: 'Choice', Choices: [{ Not: { Variable: '$.a', IsNull: true, Next: 'B' }, Next: 'B' }], Default: 'B' }), '$.States.A.Choices[0].Not.Next'],
    ['a version of the language that there is not', { Version: '2.0', StartAt: 'A', States: { A: { Type: 'Succeed' } } }, '$.Version'],
    ['no object', 'StartAt', '$'],
  ])('refuses %s', (_what, definition, path) => {
    expect(paths(definition)).toContain(path);
  });

  it('takes a sound machine and gives it typed', () => {
    const { machine, problems } = validate({ StartAt: 'A', States: { A: { Type: 'Task', Resource: 's/a', End: true } } });
    expect(machine?.States['A']?.Type).toBe('Task');
    expect(problems).toEqual([]);
  });

  it('tells one slip once: what a misspelled name leads to is reached', () => {
    expect(errorsOf({ StartAt: 'First', States: { First: { Type: 'Pass', Next: 'Secnd' }, Second: { Type: 'Succeed' } } })).toHaveLength(1);
  });

  it('names the language of a field that stands in a state of the other', () => {
    expect(errorsOf(machineOf({ Type: 'Task', Resource: 's/a', Arguments: {} }))).toEqual(['$.States.A.Arguments: Expected no Arguments here: it is a field of JSONata, and this state is in JSONPath']);
    expect(errorsOf(machineOf({ Type: 'Task', Resource: 's/a', QueryLanguage: 'JSONata', ResultPath: null }))).toEqual(['$.States.A.ResultPath: Expected no ResultPath here: it is a field of JSONPath, and this state is in JSONata']);
    expect(errorsOf(machineOf({ Type: 'Choice', Choices: [{ Condition: true, Next: 'B' }], Default: 'B' }))).toContainEqual(expect.stringContaining('$.States.A.Choices[0].Condition: Expected no Condition here: it is a field of JSONata'));
  });

  it.each([
    ['an expression where a number may stand', { Type: 'Wait', Seconds: '{% $states.input.n %}' }, []],
    ['a list of items with expressions in it', { Type: 'Map', Items: [1, '{% 2 %}'], ItemProcessor: { StartAt: 'B', States: { B: { Type: 'Succeed' } } } }, []],
    ['an expression that is not closed', { Type: 'Pass', Output: { a: ['{% 1 %'] } }, ['$.States.A.Output.a[0]']],
    ['an expression that is not opened', { Type: 'Pass', Output: '1 %}' }, ['$.States.A.Output']],
    ['blanks before an expression', { Type: 'Pass', Output: ' {% 1 %}' }, ['$.States.A.Output']],
    ['an expression in Assign that is not closed', { Type: 'Pass', Assign: { a: '{% 1' } }, ['$.States.A.Assign.a']],
    ['a number out of range', { Type: 'Wait', Seconds: -1 }, ['$.States.A.Seconds']],
    ['a condition that is a text', { Type: 'Choice', Choices: [{ Condition: 'true', Next: 'B' }], Default: 'B' }, ['$.States.A.Choices[0].Condition']],
  ])('in JSONata knows %s', (_what, state, expected) => {
    expect(problemsOf(machineOf(state, { QueryLanguage: 'JSONata' })).map(({ path }) => path)).toEqual(expected);
  });

  it('lets no machine in JSONata have a state in JSONPath, but a machine in JSONPath states in JSONata', () => {
    expect(errorsOf(machineOf({ Type: 'Pass', QueryLanguage: 'JSONPath' }, { QueryLanguage: 'JSONata' }))).toContainEqual(expect.stringMatching(/^\$\.States\.A\.QueryLanguage: Expected no state in JSONPath/));
    expect(errorsOf(machineOf({ Type: 'Pass', QueryLanguage: 'JSONata' }))).toEqual([]);
  });

  it('warns of a Choice that may fit nothing, of Credentials, and of members that the context object does not have', () => {
    expect(warningsOf(machineOf({ Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'B' }] }))).toEqual([expect.stringContaining('$.States.A: No Default')]);
    expect(warningsOf(machineOf({ Type: 'Task', Resource: 's/a', Credentials: { RoleArn: 'r' } }))).toEqual([expect.stringContaining('$.States.A.Credentials: Credentials say nothing here')]);
    expect(warningsOf(machineOf({ Type: 'Pass', InputPath: '$$.Execution.Inputs' }))).toEqual([expect.stringContaining('did you mean "Input"')]);
    expect(warningsOf(machineOf({ Type: 'Pass', InputPath: '$$.Executoin' }))).toEqual([expect.stringContaining('did you mean "Execution"')]);
  });

  it('warns of what the other language would evaluate, and this one takes literally', () => {
    expect(warningsOf(machineOf({ Type: 'Pass', Parameters: { a: ['{% 1 %}'], 'b.$': '$.b' } }))).toEqual([expect.stringContaining('$.States.A.Parameters.a[0]: This is a text like others')]);
    expect(warningsOf(machineOf({ Type: 'Pass', Output: { a: { 'b.$': '$.b' } } }, { QueryLanguage: 'JSONata' }))).toEqual([expect.stringContaining('$.States.A.Output.a["b.$"]: This is a name like others')]);
  });

  it('says of the short form that it is no definition', () => {
    expect(errorsOf({ order: { steps: ['pay'] } })).toEqual([expect.stringContaining('$: Expected Amazon States Language')]);
  });

  it('is done in time with a definition in which every name is wrong', () => {
    const letters = (seed: number): string => Array.from({ length: 76 }, (_, k) => 'abcdefghij'[(seed * 7 + k * (1 + (seed % 3))) % 10]).join('');
    const states = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`${letters(i)}${1_000 + i}`, { Type: 'Pass', Next: `${letters(i + 1)}${5_000 + i}` }]));
    const { problems } = validate({ StartAt: Object.keys(states)[0], States: states });
    expect(problems.filter(({ message }) => message.startsWith('Expected the name of a state'))).toHaveLength(900);
    // More are not looked for: each costs a comparison with every name.
    expect(problems.filter(({ suggestion }) => suggestion !== undefined).length).toBeLessThanOrEqual(200);
  });

  it('refuses by name what is sound but cannot run yet', () => {
    const { problems, machine } = validate({ StartAt: 'A', States: { A: { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'B', States: { B: { Type: 'Succeed' } } }, ResultWriter: { WriterConfig: { Transformation: 'NONE' } }, End: true } } });
    expect(machine).toBeUndefined();
    expect(problems).toContainEqual({ path: '$.States.A.ResultWriter.WriterConfig.Transformation', message: 'Not supported yet: ResultWriter with Transformation NONE and no Resource', severity: 'error', unsupported: 'ResultWriter with Transformation NONE and no Resource' });
  });

  it('checks a state by itself, wherever it may lead', () => {
    expect(validateState({ Type: 'Pass', Next: 'Elsewhere', OutputPath: '$name.x' }).filter((problem) => problem.unsupported === undefined)).toEqual([]);
    expect(validateState({ Type: 'Pass', Arguments: 1 }, { QueryLanguage: 'JSONata' }).map(({ path }) => path)).toContain('$.Arguments');
  });

  it('is done with a definition that nests rules or machines without end', () => {
    const rule = (depth: number): unknown => (depth === 0 ? { Variable: '$.a', IsNull: true } : { Not: rule(depth - 1) });
    expect(errorsOf(machineOf({ Type: 'Choice', Choices: [{ Not: rule(5_000), Next: 'B' }], Default: 'B' }))).toEqual([expect.stringContaining('Expected nesting of at most')]);
  });
});
