import { describe, expect, it } from '@jest/globals';
import type { Json } from '@baton/contracts';
import { checkJsonata, evaluateJsonata, fillJsonata, isJsonata, variablesIn, type Ambient, type JsonataScope } from '../index.ts';

const ambient: Ambient = { nowMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678), random: () => 0.5 };
const items = [{ id: 3, name: 'c', tags: ['x'] }, { id: 1, name: 'a' }, { id: 2, name: 'b', tags: ['y', 'z'] }];
const input = { items, a: { b: 1 }, empty: [], one: [7], text: 'Hello' };
const scope: JsonataScope = { states: { input, context: { Execution: { Id: 'run-1' } } }, variables: { v: [1, 2, 3], größe: 4, nothing: null } };

const evaluate = (expression: string, given: JsonataScope = scope): Json => evaluateJsonata(`{% ${expression} %}`, given, 'Output', ambient);
const fails = (expression: string, message: RegExp): void =>
  expect(() => evaluate(expression)).toThrow(expect.objectContaining({ name: 'ExpressionError', errorName: 'States.QueryEvaluationError', message: expect.stringMatching(message) }));

describe('an expression gives', () => {
  it.each<[string, Json]>([
    ['$states.input.a.b', 1],
    ['$states.input', input],
    ['$states', { input, context: { Execution: { Id: 'run-1' } } }],
    ['$states.context.Execution.Id', 'run-1'],
    ['$v', [1, 2, 3]],
    ['$größe + 1', 5],
    ['$nothing', null],
    ['null', null],
    ['""', ''],
    ['[]', []],
    ['{}', {}],
    ['$states.input.items.tags', ['x', 'y', 'z']],
    ['$states.input.items[tags].name', ['c', 'b']],
    ['$states.input.items.name[0]', ['c', 'a', 'b']],
    ['($states.input.items.name)[0]', 'c'],
    ['$states.input.items[-1].name', 'b'],
    ['$states.input.items[id in [1, 2]].id', [1, 2]],
    ['$states.input.items[id = 1].name', 'a'],
    ['$states.input.items[id = 1].name[]', ['a']],
    ['$states.input.items[id = 1]', items[1]!],
    ['$states.input.items.{"n": name}', [{ n: 'c' }, { n: 'a' }, { n: 'b' }]],
    ['$states.input.items.(id > 1 ? name : "-")', ['c', '-', 'b']],
    ['$states.input.items{name: id}', { c: 3, a: 1, b: 2 }],
    ['$states.input.empty{"k": 1}', { k: 1 }],
    ['$states.input.one', [7]],
    ['$states.input.items^(id).name', ['a', 'b', 'c']],
    ['$states.input.items^(>id)[0]', items[0]!],
    ['$states.input.items^(>id).{"n": name}', [{ n: 'c' }, { n: 'b' }, { n: 'a' }]],
    ['$states.input.items#$i[$i = 1].name', 'a'],
    ['$states.input.items@$x.{"n": $x.name}', [{ n: 'c' }, { n: 'a' }, { n: 'b' }]],
    ['$states.input.items.tags.%.name', ['c', 'b', 'b']],
    ['$states.input.**.id', [3, 1, 2]],
    ['$states.input.items.*', [3, 'c', 'x', 1, 'a', 2, 'b', 'y', 'z']],
    ['[1..5]', [1, 2, 3, 4, 5]],
    ['[1, [2], $v, {"k": 1}]', [1, [2], 1, 2, 3, { k: 1 }]],
    ['[0, 1, 2, 3, 4, 5, 6, 7, [8], $v, $states.input.absent]', [0, 1, 2, 3, 4, 5, 6, 7, [8], 1, 2, 3]],
    ['{"a": $states.input.absent, "b": [$states.input.absent], "c": null}', { b: [], c: null }],
    ['"a" & 1 & null & [1, 2]', 'a1null[1,2]'],
    ['-$v[0] + 2 * 3 % 4', 1],
    ['$v[$ > 1]', [2, 3]],
    ['($a := 1; $b := $a + 1; [$a, $b])', [1, 2]],
    ['($f := function($n) { $n = 0 ? 1 : $n * $f($n - 1) }; $f(10))', 3628800],
    ['($f := function($n, $r) { $n = 0 ? $r : $f($n - 1, $r + $n) }; $f(500, 0))', 125250],
    ['$map($v, function($x, $i) { $x * $i })', [0, 2, 6]],
    ['$v ~> $map(function($x) { $x + 1 }) ~> $sum', 9],
    ['($sum ~> $string)($v)', '6'],
    ['($p := $pad(?, 5); $p("a"))', 'a    '],
    ['$abs(?)(-5)', 5],
    ['$sort($v, function($l, $r) { $l < $r })', [3, 2, 1]],
    ['$states.input ~> | items[id = 1] | {"name": "Z"}, ["tags"] |', { ...input, items: [items[0]!, { id: 1, name: 'Z' }, items[2]!] }],
  ])('%s', (expression, value) => expect(evaluate(expression)).toEqual(value));

  it('what it was given unchanged, also where the library would write on it', () => {
    const given = structuredClone(scope);
    for (const expression of ['$states.input.empty{"k": 1}', '$states.input.one[]', '$states.input ~> | $states.input.a | {"x": 1} |', '$states.input ~> | a | {"x": 1} |', '$v[]']) {
      try {
        evaluate(expression, given);
      } catch {
        // Refused is as good: the data must stay.
      }
      expect(given).toEqual(scope);
      expect(Object.keys(given.states.input as object)).toEqual(Object.keys(input));
      expect(Object.keys(given.variables['v'] as object)).toEqual(['0', '1', '2']);
    }
    fails('$states.input.a()', /Expected a function to call/);
    expect(scope.states.input).toEqual(input);
  });
});

describe("AWS's own functions", () => {
  it.each<[string, Json]>([
    ['$partition($v, 2)', [[1, 2], [3]]],
    ['$partition(5, 2)', [[5]]],
    ['$range(0, 10, 5)', [0, 5, 10]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$range(1, 0, 1)', []],
    ['$hash("abc", "SHA-256")', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['$hash("abc", "MD5")', '900150983cd24fb0d6963f7d28e17f72'],
    ['$random()', 0.5],
    ['$random(7) = $random(7) and $random(7) != $random(8)', true],
    ['$uuid()', '80808080-8080-4080-8080-808080808080'],
    ['$parse("{\\"a\\": [1, null]}")', { a: [1, null] }],
    ['$now()', '2026-01-02T03:04:05.678Z'],
    ['$now("[Y0001]/[M01]")', '2026/01'],
    ['$millis()', Date.UTC(2026, 0, 2, 3, 4, 5, 678)],
  ])('%s', (expression, value) => expect(evaluate(expression)).toEqual(value));

  it.each([
    ['$partition($v, 0)', /at least 1/],
    ['$partition($v, "2")', /a whole number/],
    ['$range(1, 5, 0)', /other than 0/],
    ['$hash("abc", "SHA")', /expected MD5/],
    ['$hash(5, "MD5")', /expected a string/],
    // The library checks no types of what comes through a partial call.
    ['[] ~> $substring(?, 1)', /\$substring: expected a string/],
    ['$random("x")', /a number as seed/],
    ['$parse("{")', /Expected JSON/],
    ['$parse("{\\"_jsonata_lambda\\": true}")', /cannot be used in JSONata/],
    ['$eval("1")', /no \$eval/],
  ])('%s is refused', fails);
});

describe('time and chance are those that are given', () => {
  it.each<[string, Json]>([
    ['$toMillis("2026-01-02T03:04:05")', Date.UTC(2026, 0, 2, 3, 4, 5)],
    ['$toMillis("2026-01-02T03:04:05+01:00")', Date.UTC(2026, 0, 2, 2, 4, 5)],
    ['$toMillis("12:30", "[H01]:[m01]")', Date.UTC(2026, 0, 2, 12, 30)],
    ['$shuffle($v)', [1, 3, 2]],
  ])('%s', (expression, value) => expect(evaluate(expression)).toEqual(value));
});

describe('an expression fails as States.QueryEvaluationError', () => {
  it.each([
    ['$absent', /The JSONata expression '\$absent' specified for the field 'Output' returned nothing \(undefined\)/],
    ['$states.input.absent.x', /returned nothing/],
    ['$', /returned nothing/],
    ['$$', /returned nothing/],
    ['items', /returned nothing/],
    ['$fn := function($x) { $x }', /a function/],
    ['$sum', /a function/],
    ['[$sum]', /a function/],
    ['{"f": function() { 1 }}', /a function/],
    ['/a/("xa")', /a function/],
    ['/a/', /a function/],
    ['1 / 0', /a number that JSON can hold/],
    ['[0 / 0]', /a number that JSON can hold/],
    ['1 + "a"', /right side of the "\+" operator/],
    ['$absent()', /non-function/],
    ['"x"()', /non-function/],
    ['$error("boom")', /failed: boom/],
    ['$assert(false, "no")', /failed: no/],
    ['-"x"', /a number to negate/],
    ['{1: 2}', /a string/],
    ['$sort([1, "a"])', /numbers or strings/],
    ['1 +', /cannot be evaluated: Expected JSONata/],
    ['(', /cannot be evaluated/],
  ])('%s', fails);

  it('where it stands without its marks', () => expect(() => evaluateJsonata('$v', scope, 'Output', ambient)).toThrow(/between \{% and %\}/));
});

describe('a template', () => {
  it('has every expression in it evaluated, at any depth, and the rest as it stands', () => {
    const template = { n: '{% $v[0] %}', list: ['{% $states.input.a %}', 'x', { t: '{% "y" %}' }], text: ' {% 1 %}', plain: 5, 'key {% 1 %}': null };
    expect(fillJsonata(template, scope, 'Output', ambient)).toEqual({ n: 1, list: [{ b: 1 }, 'x', { t: 'y' }], text: ' {% 1 %}', plain: 5, 'key {% 1 %}': null });
    expect(fillJsonata('{% $v %}', scope, 'Output', ambient)).toEqual([1, 2, 3]);
  });

  it('reaches no prototype', () => expect(() => fillJsonata(JSON.parse('{"__proto__": "{% $v %}"}') as Json, scope, 'Output', ambient)).toThrow(/"__proto__" is not allowed/));

  it('names the place of what fails', () => expect(() => fillJsonata({ a: ['{% $absent %}'] }, scope, 'Output', ambient)).toThrow(/for the field 'Output\/a\[0\]' returned nothing/));

  it('does no more with many expressions than one may', () => {
    const work = '{% $sum($map([1..3000], function($x) { $x + 1 })) %}';
    expect(fillJsonata([work], scope, 'Output', ambient)).toEqual([4504500]);
    expect(() => fillJsonata(Array(20).fill(work), scope, 'Output', ambient)).toThrow(expect.objectContaining({ errorName: 'States.QueryEvaluationError', message: expect.stringContaining('steps') }));
  });
});

describe('the check of an expression', () => {
  it.each([
    ['{% 1 + %}', /Expected JSONata/, 7],
    ['{% $a ] %}', /Expected JSONata/, 6],
    ['{% "a %}', /Expected JSONata/, undefined],
    ['{% $eval("1") %}', /\$eval/, 3],
    ['{% /(?=a)b/ %}', /without backreferences and looking around/, 3],
    ['{% /(a)\\1/ %}', /without backreferences/, 3],
    ['{% /(/ %}', /Expected JSONata/, undefined],
    ['{% $__evaluate_entry %}', /begin with "__"/, undefined],
    ['{% ($__evaluate_entry := 1) %}', /begin with "__"/, undefined],
    ['{% function($__x) { 1 } %}', /begin with "__"/, undefined],
    ['{% $states.input@$__x.a %}', /begin with "__"/, undefined],
    ['{% $states.input#$__x.a %}', /begin with "__"/, undefined],
    ['{% {"__proto__": 1} %}', /another key/, undefined],
    ['{% {"_jsonata_lambda": true} %}', /another key/, undefined],
    ['{% function($x)<(s](a+)+[s)>{ 1 } %}', /a signature such as|Expected JSONata/, undefined],
    ['{% function($x)<s+s+s+>{ 1 } %}', /a signature such as/, undefined],
    [`{% ${'('.repeat(5_000)}1${')'.repeat(5_000)} %}`, /nested less/, undefined],
    [`{% ${'1+'.repeat(1_000)}1 %}`, /levels|parts/, undefined],
    [`{% [${'1,'.repeat(3_000)}1] %}`, /2000 parts/, undefined],
    [`{% "${'x'.repeat(40_000)}" %}`, /32768 characters/, undefined],
    ['plain', /between/, undefined],
    [' {% 1 %}', /between/, undefined],
  ])('%.60s', (text, message, offset) => {
    expect(checkJsonata(text)?.message).toMatch(message);
    if (offset !== undefined) expect(checkJsonata(text)?.offset).toBe(offset);
  });

  it.each(['{% 1 %}', '{%1%}', '{% $eval := 1 %}', '{% function($x)<s-(nb)?:s> { $x } %}', '{% $a.`b c`[d = /x\\/y/i] %}'])('%s is sound', (text) => expect(checkJsonata(text)).toBeUndefined());

  it('names the variables that come from outside', () => {
    expect(variablesIn('{% $a + $b.c & $sum($d[$.e > $f]) & $states.input & $uuid() %}')).toEqual(['a', 'b', 'f', 'd']);
    expect(variablesIn('{% ($x := $y; function($z) { $x + $z + $w }; $items@$i#$j.($i + $j)) %}')).toEqual(['y', 'w', 'items']);
    expect(variablesIn('{% ( %}')).toEqual([]);
  });

  it('reads a variable before the function that has its name, and calls the function all the same', () => {
    const named = { ...scope, variables: { count: 3 } };
    expect(evaluateJsonata('{% $count + 1 %}', named, 'Output', ambient)).toBe(4);
    expect(evaluateJsonata('{% $count([1, 2]) %}', named, 'Output', ambient)).toBe(2);
    expect(variablesIn('{% $count + $other %}')).toEqual(['other']);
  });

  it.each([['{% x %}', true], ['{%%}', true], ['{%', false], ['{% x', false], ['x', false], [' {% x %}', false], ['{% x %} ', false]])('%j is an expression: %s', (text, is) => expect(isJsonata(text)).toBe(is));
});
