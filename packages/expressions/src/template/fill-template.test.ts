import { describe, expect, it } from '@jest/globals';
import { checkTemplate, fillTemplate, variablesInPathOrCall, type Ambient } from '../index.ts';

const ambient: Ambient = { nowMs: 0, random: () => 0.5 };
const roots = { data: { id: 7, sneaky: { 'x.$': '$.id' }, list: [1, 2] }, context: { Execution: { Id: 'run-1' } }, variables: { v: true } };

describe('a payload template', () => {
  it('takes the members whose name ends in .$ from their paths, and the rest as it stands', () => {
    const template = { 'id.$': '$.id', 'run.$': '$$.Execution.Id', 'v.$': '$v', fixed: '$.id', deep: [{ 'list.$': '$.list[*]' }, 1, null], '$': 1 };
    expect(fillTemplate(template, roots, 'Parameters', ambient)).toEqual({ id: 7, run: 'run-1', v: true, fixed: '$.id', deep: [{ list: [1, 2] }, 1, null], '$': 1 });
  });

  it('does not look for templates in data', () => expect(fillTemplate({ 'copy.$': '$.sneaky' }, roots, 'Parameters', ambient)).toEqual({ copy: { 'x.$': '$.id' } }));

  it('names field and member where a path finds nothing', () => {
    expect(() => fillTemplate({ a: { 'b.$': '$.absent' } }, roots, 'Parameters', ambient)).toThrow(expect.objectContaining({ errorName: 'States.Runtime', message: expect.stringContaining('Parameters.b.$') }));
  });

  it.each(['__proto__.$', 'constructor.$'])('reaches no prototype by %s', (key) => {
    const template = JSON.parse(`{"${key}": "$.sneaky"}`) as never;
    expect(checkTemplate(template)).toMatchObject([{ path: [key] }]);
    expect(() => fillTemplate(template, roots, 'Parameters', ambient)).toThrow(expect.objectContaining({ errorName: 'States.Runtime' }));
  });

  it('takes members from calls as well, and errors from them', () => {
    expect(fillTemplate({ 'greeting.$': "States.Format('Hi {}', $.id)" }, roots, 'Parameters', ambient)).toEqual({ greeting: 'Hi 7' });
    expect(() => fillTemplate({ 'a.$': 'States.MathAdd($.list, 1)' }, roots, 'Parameters', ambient)).toThrow(expect.objectContaining({ errorName: 'States.IntrinsicFailure' }));
  });

  it('does no more with many expressions than one may', () => {
    const data = { list: Array.from({ length: 20_000 }, (_, i) => i) };
    const searches = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}.$`, '$.list[?@ == 7]']));
    expect(fillTemplate(searches(1), { ...roots, data }, 'Parameters', ambient)).toEqual({ m0: [7] });
    expect(() => fillTemplate(searches(20), { ...roots, data }, 'Parameters', ambient)).toThrow(expect.objectContaining({ errorName: 'States.Runtime', message: expect.stringContaining('steps') }));
  });

  it('makes nothing larger than a result may be', () => {
    const data = 'x'.repeat(200_000);
    const copies = (count: number) => Array.from({ length: count }, () => ({ 'copy.$': '$' }));
    expect(() => fillTemplate(copies(100), { ...roots, data }, 'Parameters', ambient)).toThrow(expect.objectContaining({ errorName: 'States.Runtime', message: expect.stringContaining('262144 bytes') }));
  });

  it('is checked with the way to every mistake', () => {
    expect(checkTemplate({ ok: '$.', 'a.$': 5, b: [{ 'c.$': 'nope' }, { 'd.$': '$.x' }, { 'e.$': 'States.Nope()' }, { f: 1, 'f.$': '$' }] } as never).map(({ path }) => path)).toEqual([['a.$'], ['b', 0, 'c.$'], ['b', 2, 'e.$'], ['b', 3, 'f']]);
  });
});

it('names the variables that a path or a call reads, each once', () => {
  expect(variablesInPathOrCall("States.Array($a.b, States.Format('{}', $c), $a, $.d, $$.e)")).toEqual(['a', 'c']);
  expect(variablesInPathOrCall('$order.id')).toEqual(['order']);
  expect(variablesInPathOrCall('nonsense')).toEqual([]);
});
