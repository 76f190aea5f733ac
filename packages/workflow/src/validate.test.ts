import { describe, expect, it } from '@jest/globals';
import { validate } from './validate.ts';

const paths = (definition: unknown): string[] => validate(definition).problems.filter((p) => p.severity === 'error').map((p) => p.path);

describe('validating a definition', () => {
  it('lists every mistake at once, each with its path', () => {
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
    expect(problems.find((p) => p.path === '$.States.First.Next')?.message).toContain('did you mean "Second"');
  });

  it.each([
    ['a state without Next and End', { StartAt: 'A', States: { A: { Type: 'Pass' } } }, '$.States.A'],
    ['a state with both', { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'A', End: true } } }, '$.States.A'],
    ['a state that nothing reaches', { StartAt: 'A', States: { A: { Type: 'Succeed' }, B: { Type: 'Succeed' } } }, '$.States.B'],
    ['a machine that never ends', { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'A' } } }, '$.States'],
    ['a Wait with two ends', { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true } } }, '$.States.A'],
    ['States.ALL before the last', { StartAt: 'A', States: { A: { Type: 'Task', Resource: 's/a', End: true, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] } } }, '$.States.A.Retry[0].ErrorEquals'],
    ['a template path that is none', { StartAt: 'A', States: { A: { Type: 'Pass', Parameters: { 'x.$': 'a.b' }, End: true } } }, '$.States.A.Parameters["x.$"]'],
    ['a ResultPath with a wildcard', { StartAt: 'A', States: { A: { Type: 'Pass', ResultPath: '$.a[*]', End: true } } }, '$.States.A.ResultPath'],
    ['a path with a regular expression', { StartAt: 'A', States: { A: { Type: 'Pass', InputPath: '$[?match(@.a, "(a+)+$")]', End: true } } }, '$.States.A.InputPath'],
    ['a heartbeat longer than the time-out', { StartAt: 'A', States: { A: { Type: 'Task', Resource: 's/a', HeartbeatSeconds: 9, TimeoutSeconds: 9, End: true } } }, '$.States.A.HeartbeatSeconds'],
    ['a name of the prototype', { StartAt: 'constructor', States: { A: { Type: 'Succeed' } } }, '$.StartAt'],
  ])('refuses %s', (_what, definition, path) => {
    expect(paths(definition)).toContain(path);
  });

  it('takes a sound machine and gives it typed', () => {
    const { machine, problems } = validate({ StartAt: 'A', States: { A: { Type: 'Task', Resource: 's/a', End: true } } });
    expect(machine?.States['A']?.Type).toBe('Task');
    expect(problems).toEqual([]);
  });
});
