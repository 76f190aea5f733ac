import { describe, expect, it } from '@jest/globals';
import type { Json } from '@baton/contracts';
import { checkIntrinsic, evaluateIntrinsic, EXPRESSION_LIMITS, type Ambient } from '../index.ts';
import { hostileCalls } from '../testing/hostile-paths.ts';

const half: Ambient = { nowMs: 0, random: () => 0.5 };
const data = {
  name: 'Ada',
  template: 'Hi {} \\{\\}',
  list: [1, 2, 3, 4, 5],
  mixed: [[1, 2], { a: 1, b: 2 }, null, 'x', { b: 2, a: 1 }, 1, '1', [1, 2], null],
  object: { a: { a1: 1 }, b: 2 },
  other: { a: { a2: 2 }, c: 3 },
  text: 'a.b+c',
  json: '{"n":[1,2]}',
  index: 4,
  quoted: { "it's, (odd)": 7 },
  truth: true,
  nothing: null,
};
const roots = { data, context: { Execution: { Id: 'run-1' } }, variables: { v: { w: 9 } } };
const run = (text: string, ambient: Ambient = half): Json => evaluateIntrinsic(text, roots, 'Parameters', ambient);
const fails = (text: string, message: RegExp, errorName = 'States.IntrinsicFailure') => expect(() => run(text)).toThrow(expect.objectContaining({ errorName, message: expect.stringMatching(message) }));

describe('an intrinsic function gives', () => {
  it.each<[string, Json]>([
    ["States.Format('Hello {}, {} {}', $.name, 2020, null)", 'Hello Ada, 2020 null'],
    ["States.Format('it\\'s \\{{}\\} and \\\\', 1.5)", "it's {1.5} and \\"],
    ['States.Format($.template, true)', 'Hi true {}'],
    ["States.Format('{} {}', $.object, $.list)", '{a={a1=1}, b=2} [1, 2, 3, 4, 5]'],
    ["States.Format('{\"a\": {}}', 1)", '{"a": 1}'],
    ["States.Format('plain')", 'plain'],
    ['States.StringToJson($.json)', { n: [1, 2] }],
    ['States.StringToJson(\'{"A": "B"}\')', { A: 'B' }],
    ["States.StringToJson(' 1 ')", 1],
    ['States.JsonToString($.object)', '{"a":{"a1":1},"b":2}'],
    ['States.JsonToString($.name)', '"Ada"'],
    ["States.Array('Foo', 2020, $.object, null, -1.5e2, false)", ['Foo', 2020, { a: { a1: 1 }, b: 2 }, null, -150, false]],
    ['States.Array()', []],
    ['States.Array( )', []],
    ['States.ArrayPartition($.list, 2)', [[1, 2], [3, 4], [5]]],
    ['States.ArrayPartition($.list, 9)', [[1, 2, 3, 4, 5]]],
    ['States.ArrayPartition(States.Array(), 2)', []],
    ['States.ArrayContains($.mixed, $.mixed[4])', true],
    ['States.ArrayContains($.mixed, null)', true],
    ["States.ArrayContains($.list, '1')", false],
    ['States.ArrayRange(1, 9, 2)', [1, 3, 5, 7, 9]],
    ['States.ArrayRange(5, 1, -2)', [5, 3, 1]],
    ['States.ArrayRange(5, 1, 1)', []],
    ['States.ArrayRange(0.6, 2.4, 1)', [1, 2]],
    ['States.ArrayGetItem($.list, $.index)', 5],
    ['States.ArrayLength($.list)', 5],
    ['States.ArrayUnique($.mixed)', [[1, 2], { a: 1, b: 2 }, null, 'x', 1, '1']],
    ["States.Base64Encode('Data to encode')", 'RGF0YSB0byBlbmNvZGU='],
    ["States.Base64Encode('é')", 'w6k='],
    ["States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", 'Data to encode'],
    ["States.Base64Decode('RGF0YSB0\r\nbyBlbmNvZGU=')", 'Data to encode'],
    ["States.Hash('input data', 'SHA-1')", 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
    ["States.Hash('', 'MD5')", 'd41d8cd98f00b204e9800998ecf8427e'],
    ["States.Hash('abc', 'SHA-256')", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ["States.Hash('abc', 'SHA-384')", 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7'],
    ["States.Hash('abc', 'SHA-512')", 'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f'],
    ["States.Hash($.list, 'SHA-256')", run("States.Hash('[1,2,3,4,5]', 'SHA-256')")],
    ['States.JsonMerge($.object, $.other, false)', { a: { a2: 2 }, b: 2, c: 3 }],
    ['States.MathRandom(10, 20)', 15],
    ['States.MathAdd(111, -1)', 110],
    ['States.MathAdd(1.49, 1.5)', 3],
    ['States.MathAdd(-1.5, -1.51)', -3],
    ['States.MathAdd(-0.5, 0)', 0],
    ["States.StringSplit('1,2,,3,', ',')", ['1', '2', '3']],
    ["States.StringSplit($.text, '.+')", ['a', 'b', 'c']],
    ["States.StringSplit('ab', '')", ['ab']],
    ["States.StringSplit(',', ',')", []],
    ['States.UUID()', '80808080-8080-4080-8080-808080808080'],
    ["States.Array($$.Execution.Id, $v.w, $.quoted['it\\'s, (odd)'], $.list[?(@ > 3)])", ['run-1', 9, 7, [4, 5]]],
    ['  States.Array( 1 ,2 )  ', [1, 2]],
    ["States.Format('{}.{}', States.ArrayGetItem(States.StringSplit($.text, '.+'), 2), States.MathAdd(States.MathAdd(1, 2), 3))", 'c.6'],
  ])('%s', (text, value) => expect(run(text)).toEqual(value));

  it('the same number for the same seed, within its range, and others for other seeds', () => {
    const numbers = Array.from({ length: 50 }, (_, seed) => run(`States.MathRandom(10, 20, ${seed})`));
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, seed) => run(`States.MathRandom(10, 20, ${seed})`, { nowMs: 1, random: () => 0 })));
    expect(new Set(numbers)).toEqual(new Set([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]));
  });

  it('a UUID of the host\'s chance, of version 4', () => {
    let next = 0;
    const uuids = Array.from({ length: 20 }, () => run('States.UUID()', { nowMs: 0, random: () => (next = (next + 0.137) % 1) }) as string);
    expect(new Set(uuids).size).toBe(20);
    for (const uuid of uuids) expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('an intrinsic function refuses', () => {
  it.each([
    ["States.Format('{} {}', 1)", /which is 2, but found 1/],
    ["States.Format('{}', 1, 2)", /which is 1, but found 2/],
    ['States.Format($.list)', /expected a string as argument 1/],
    ['States.StringToJson($.object)', /a string as argument 1/],
    ["States.StringToJson('{')", /Expected JSON/],
    ['States.StringToJson(\'{"__proto__": 1}\')', /not allowed/],
    ['States.ArrayPartition($.list, 0)', /at least 1/],
    ['States.ArrayPartition($.name, 2)', /an array as argument 1/],
    ["States.ArrayPartition($.list, '2')", /a whole number as argument 2/],
    ['States.ArrayContains($.object, 2)', /an array/],
    ['States.ArrayRange(1, 9, 0)', /other than 0/],
    ['States.ArrayRange(1, 1001, 1)'.replace('1001', '1002'), /at most 1000 elements, but this range has 1002/],
    ['States.ArrayRange(1, 1e300, 1)', /whole number as argument 2/],
    ['States.ArrayGetItem($.list, 5)', /from 0 to 4, but found 5/],
    ['States.ArrayGetItem($.list, -1)', /from 0 to 4/],
    ['States.ArrayLength($.name)', /an array/],
    ['States.ArrayUnique($.object)', /an array/],
    ['States.Base64Encode($.object)', /a string/],
    ["States.Base64Decode('A')", /Base64/],
    ["States.Base64Decode('/w==')", /UTF-8/],
    ["States.Hash('x', 'SHA1')", /expected MD5/],
    ["States.Hash('x', 'constructor')", /expected MD5/],
    ['States.JsonMerge($.object, $.other, true)', /expected false/],
    ['States.JsonMerge($.object, $.list, false)', /a JSON object as argument 2/],
    ['States.MathRandom(5, 5)', /a start below the end/],
    ["States.MathAdd('1', 2)", /a whole number as argument 1/],
    ['States.MathAdd(9007199254740991, 1)', /a sum/],
    ["States.StringSplit($.list, ',')", /a string as argument 1/],
  ])('%s', (text, message) => fails(text, message));

  it('a path that finds nothing, as every path does', () => fails('States.Array($.absent)', /finds nothing/, 'States.Runtime'));
});

describe('a call is none', () => {
  it.each([
    ['States.Nope(1)', /an intrinsic function such as States\.Format, but found "States.Nope"/, 0],
    ['States.format(1)', /but found "States.format"/, 0],
    ['States.toString()', /but found/, 0],
    ['constructor()', /but found "constructor"/, 0],
    ['States.Array(1) x', /nothing after the call, but found "x"/, 16],
    ['States.Array (1)', /Expected "\(" after States.Array/, 12],
    ['States.Array(1', /Expected "," or "\)" after argument 1/, 14],
    ['States.Array(1,)', /an intrinsic function/, 15],
    ["States.Array('a)", /to end with '/, 13],
    ["States.Array('a\\n')", /after a backslash/, 15],
    ['States.StringToJson(\'{"t":"\\"x\\""}\')', /after a backslash/, 27],
    ["States.Array('a\\", /after a backslash/, 15],
    ['States.Array($.a[)', /Expected a JSONPath/, undefined],
    ['States.Array(abc)', /but found "abc"/, 13],
    ['States.Array("a")', /an intrinsic function/, 13],
    ['States.UUID(1)', /States.UUID: expected 0 arguments, but found 1/, 0],
    ['States.Format()', /at least 1 arguments, but found 0/, 0],
    ['States.MathRandom(1)', /2 to 3 arguments, but found 1/, 0],
    ['States.Hash(1)', /expected 2 arguments/, 0],
    [`${'States.Array('.repeat(11)}1${')'.repeat(11)}`, /at most 10 nested/, 130],
    [`${'States.Array('.repeat(30_000)}`, /at most 32768 characters/, undefined],
    [`States.Array(${'1,'.repeat(3_000)}1)`, /at most 2000 arguments/, undefined],
    ["States.MathAdd(1, '-1')", /States.MathAdd: expected a whole number as argument 2, but found "-1"/, 0],
    ["States.ArrayLength('x')", /expected an array as argument 1, but found "x"/, 0],
    ['States.JsonMerge($.a, null, false)', /expected a JSON object as argument 2, but found null/, 0],
    ["States.Array(States.StringSplit($.a, 1))", /States.StringSplit: expected a string as argument 2/, 13],
    ['', /an intrinsic function/, 0],
  ])('%.60s', (text, message, offset) => {
    expect(checkIntrinsic(text)?.message).toMatch(message);
    if (offset !== undefined) expect(checkIntrinsic(text)?.offset).toBe(offset);
    fails(text, message);
  });

  it.each(["States.MathAdd(1.5, $.n)", "States.MathAdd(1, States.ArrayLength($.a))", "States.Hash(1, 'MD5')", "States.ArrayContains($.a, 'x')"])('%s is one: it may be what it takes', (text) => expect(checkIntrinsic(text)).toBeUndefined());

  it('and ten nested ones are one', () => expect(checkIntrinsic(`${'States.Array('.repeat(10)}1${')'.repeat(10)}`)).toBeUndefined());
});

describe('a hostile call is held', () => {
  it.each(hostileCalls)('$what', ({ text, data: hostile }) => {
    expect(checkIntrinsic(text)).toBeUndefined();
    const ambient = { ...half, spent: { steps: 0 } };
    expect(() => evaluateIntrinsic(text, { ...roots, data: hostile }, 'Parameters', ambient)).toThrow(expect.objectContaining({ errorName: expect.stringMatching(/^States\.(Runtime|IntrinsicFailure)$/) }));
    expect(ambient.spent.steps).toBeLessThan(2 * EXPRESSION_LIMITS.steps);
  });
});
