import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { baton } from './testing.ts';

const INPUT = JSON.stringify({ order: { id: 'o-1', total: 12, lines: [{ sku: 'a' }, { sku: 'b' }] } });

const evaluated = (expression: string, ...args: string[]) => baton(['eval', expression, '-i', INPUT, ...args]);

describe('baton eval', () => {
  it.each([
    ['$.order.lines[*].sku', [], 'JSONPath', ['a', 'b']],
    ['$$.Execution.Id', ['--context', '{"Execution":{"Id":"run-1"}}'], 'JSONPath', 'run-1'],
    ['$rate', ['--variables', '{"rate":2}'], 'JSONPath', 2],
    ["States.Format('{}!', $.order.id)", [], 'intrinsic function', 'o-1!'],
    ['{% $states.input.order.total * $rate %}', ['--variables', '{"rate":2}'], 'JSONata', 24],
    ['$states.result.n + 1', ['--jsonata', '--result', '{"n":1}'], 'JSONata', 2],
    ['{% $count($states.input.order.lines.sku) %}', ['--jsonata'], 'JSONata', 2],
  ])('gives what %s gives in a run', async (expression, args, language, result) => {
    const { code, stdout } = await evaluated(expression, ...args, '--json');
    expect({ code, said: JSON.parse(stdout) }).toEqual({ code: 0, said: { language, result } });
  });

  it('writes the bare result for people, and takes its input from standard input and the expression from a file', async () => {
    expect(await baton(['eval', '$.a', '-i', '-'], { stdin: '{"a":{"b":1}}' })).toEqual({ code: 0, stdout: '{\n  "b": 1\n}\n', stderr: '' });
    const folder = await mkdtemp(join(tmpdir(), 'baton-eval-'));
    await writeFile(join(folder, 'total.jsonata'), '(\n  $n := $states.input.order.total;\n  $n + $states.input.order.id\n)\n');
    const { code, stderr } = await evaluated(`@${join(folder, 'total.jsonata')}`, '--jsonata');
    await rm(folder, { recursive: true });
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('\n    $n + $states.input.order.id\n       ^\n') });
  });

  it.each([
    ["States.Formt('{}', 1)", 2, 'invalid_expression', "  States.Formt('{}', 1)\n  ^\n", 'did you mean "States.Format"?'],
    ["States.Format('{}', 1", 2, 'invalid_expression', "  States.Format('{}', 1\n                       ^\n", ''],
    ['$.order[?(@.a', 2, 'invalid_expression', '  $.order[?(@.a\n           ^\n', ''],
    ['{% $states.input.order & %}', 2, 'invalid_expression', '  {% $states.input.order & %}\n                           ^\n', ''],
    ['$.order.idd', 3, 'expression_failed', '  $.order.idd\n          ^\n', '$.order has no member "idd"; did you mean "id"?'],
    ['$.order.gone', 3, 'expression_failed', '  $.order.gone\n          ^\n', '$.order has no member "gone"; it has id, total, lines'],
    ['$.order.lines.sku', 3, 'expression_failed', '  $.order.lines.sku\n                ^\n', '$.order.lines[*].sku'],
    ['$.order.lines[2]', 3, 'expression_failed', '  $.order.lines[2]\n               ^\n', '$.order.lines has 2 items'],
    ['$.order.id.x', 3, 'expression_failed', '  $.order.id.x\n             ^\n', '$.order.id is a string, which has no members'],
    ['$rate', 3, 'expression_failed', '  $rate\n  ^\n', 'give it with --variables'],
    ["States.Format('{} {}', $.order.id, $.ordr.x)", 3, 'expression_failed', `\n${' '.repeat(39)}^\n`, 'did you mean "order"?'],
    ['{% $states.input.order.idd %}', 3, 'expression_failed', `\n${' '.repeat(25)}^\n`, 'did you mean "id"?'],
    ['{% $states.input.order.total + "x" %}', 3, 'expression_failed', `\n${' '.repeat(31)}^\n`, ''],
    ['{% $summ([1]) %}', 3, 'expression_failed', '  {% $summ([1]) %}\n      ^\n', ''],
    ['{% order.id %}', 3, 'expression_failed', '', 'The data stands in $states.input'],
  ])('says of %s where it is wrong and what would help', async (expression, code, errorCode, mark, help) => {
    const human = await evaluated(expression);
    expect({ code: human.code, stdout: human.stdout }).toEqual({ code, stdout: '' });
    expect(human.stderr).toContain(mark);
    expect(human.stderr).toContain(help);
    const { error } = JSON.parse((await evaluated(expression, '--json')).stdout) as { error: object };
    expect(error).toMatchObject({ code: errorCode, exitCode: code, ...(mark !== '' && { line: 1, column: expect.any(Number) }), ...(code === 3 && { name: expect.stringMatching(/^States\./) }) });
  });

  it.each([
    ['order.id', [], 'Expected a path that begins with $'],
    ['{% $states.input', [], 'one of them is missing'],
    ['$.a', ['--context', '1'], '--context expects an object, members such as Execution, but found 1'],
    ['@/does/not/exist', [], '<expression>: ENOENT'],
  ])('refuses %s %j as a wrong call', async (expression, args, text) => {
    const { code, stderr } = await baton(['eval', expression, ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(text);
  });

  it('shows a long line around the place', async () => {
    const { stderr } = await baton(['eval', `States.Array(${"'a', ".repeat(60)}x)`]);
    const [, shown, mark] = stderr.split('\n');
    expect(shown!.length).toBeLessThan(82);
    expect(shown![mark!.indexOf('^')]).toBe('x');
  });
});
