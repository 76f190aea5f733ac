import { describe, expect, it } from '@jest/globals';
import { validateText } from './validate-text.ts';

const places = (text: string): string[] => validateText(text).problems.filter(({ unsupported }) => unsupported === undefined).map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`);

describe('a definition as text', () => {
  it('has a line and a column for each problem, in their order: of the name where the name is wrong, else of the value', () => {
    const text = `{
  "StartAt": "A",
  "States": {
    "A": {
      "Type": "Task",
      "Resource": "nope",
      "Colour": "red",
      "Next": "Dnoe"
    },
    "Done": { "Type": "Succeed" }
  }
}`;
    expect(places(text)).toEqual([
      expect.stringMatching(/^6:19 \$\.States\.A\.Resource /),
      expect.stringMatching(/^7:7 \$\.States\.A\.Colour /),
      expect.stringMatching(/^8:15 \$\.States\.A\.Next .*; did you mean "Done"\?$/),
    ]);
  });

  it('may be YAML', () => {
    const text = 'StartAt: A\nStates:\n  A:\n    Type: Wait\n    Seconds: soon\n    End: true\n';
    expect(places(text)).toEqual(['5:14 $.States.A.Seconds Expected a number, but found "soon"']);
    expect(validateText(text.replace('soon', '5')).machine?.States['A']).toEqual({ Type: 'Wait', Seconds: 5, End: true });
  });

  it('keeps what in YAML looks like a time or a word for true as text', () => {
    const { definition } = validateText('StartAt: A\nStates: {A: {Type: Wait, Timestamp: 2030-01-01T00:00:00Z, Comment: yes, End: true}}\n');
    expect(definition).toMatchObject({ States: { A: { Timestamp: '2030-01-01T00:00:00Z', Comment: 'yes' } } });
  });

  it.each([
    ['JSON', '{"StartAt":"A","States":{"A":{"Type":"Pass",\n"End":true,"Result":[{"x":1,"x":2}]}},"StartAt":"A"}', ['2:29 $.States.A.Result[0].x', '2:39 $.StartAt']],
    ['YAML', 'StartAt: A\nStates:\n  A: {Type: Succeed}\n  A: {Type: Succeed}\n', ['4:3 $.States.A']],
  ])('has each name once in an object, also in %s', (_format, text, expected) => {
    expect(places(text).map((problem) => problem.split(' ').slice(0, 2).join(' '))).toEqual(expected);
  });

  it('that is not whole is told of where it breaks', () => {
    expect(places('{"StartAt": "A",\n "States": }')).toEqual([expect.stringMatching(/^2:12 \$ Expected JSON, but it stops here: Unexpected token/)]);
    expect(places('{"StartAt": "A"')).toEqual([expect.stringMatching(/^1:16 \$ Expected JSON, but it stops here: /)]);
    expect(places('StartAt: A\n  States: B')[0]).toMatch(/^\d:\d+ \$ Expected YAML, but /);
    expect(places('')).toEqual(['1:1 $ Expected an object, but found null']);
  });

  it('names no place that is not there: a field that is missing is missed at what lacks it', () => {
    expect(places('{"StartAt":"A","States":{\n "A": {"Type":"Task","End":true}}}')).toEqual(['2:2 $.States.A.Resource Expected this field, but it is missing']);
  });

  it('cannot grow without end by aliases, nor reach a prototype', () => {
    const bomb = `StartAt: A\na: &a [x,x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[i]}`).join(',')}]`).join('\n')}\n`;
    expect(validateText(bomb).machine).toBeUndefined();
    expect(places('StartAt: A\nStates:\n  A: {Type: Pass, End: true, Result: {__proto__: 1}}\n')).toEqual([expect.stringMatching(/^3:\d+ \$\.States\.A\.Result\.__proto__ The key "__proto__" is not allowed/)]);
  });
});
