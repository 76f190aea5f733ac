import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '@baton/contracts';
import { evaluateJsonata, type Ambient } from '../index.ts';
import type { parse } from './library.ts';
import { settled } from './settle.ts';

/**
 * What is put in the place of the library's operators and functions gives what the library gives. Expressions are made of
 * everything that is replaced or marked, over data that is frozen: writing on what is given would throw.
 */
const ambient: Ambient = { nowMs: 0, random: () => 0.5 };

const name = fc.constantFrom('a', 'b', 'c', 'list', 'rows');
const scalar: fc.Arbitrary<Json> = fc.oneof(fc.integer({ min: -3, max: 9 }), fc.constantFrom('', 'x', 'yy', 'a b', '12', 'ä€'), fc.boolean(), fc.constant(null), fc.constantFrom(1.5, -0.25));
const data: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(name, tie('value'), { maxKeys: 4 })),
})).value;
const given = fc.record({ a: data, b: data, list: fc.array(scalar, { maxLength: 6 }), rows: fc.array(fc.record({ a: fc.integer({ min: 0, max: 3 }), b: fc.constantFrom('x', 'y', 'z'), c: data }, { requiredKeys: [] }), { maxLength: 5 }) });

interface Parts {
  expression: string;
}
const { expression } = fc.letrec<Parts>((tie) => {
  const e = tie('expression') as fc.Arbitrary<string>;
  const one = (make: (a: string) => string) => e.map(make);
  const two = (make: (a: string, b: string) => string) => fc.tuple(e, e).map(([a, b]) => make(a, b));
  const three = (make: (a: string, b: string, c: string) => string) => fc.tuple(e, e, e).map(([a, b, c]) => make(a, b, c));
  const leaf = fc.oneof(
    name.map((n) => `$in.${n}`),
    fc.tuple(name, name).map((parts) => `$in.${parts.join('.')}`),
    fc.constantFrom('$in', '$in.rows', '$in.rows.a', '$in.rows.c', '$in.list', '$in.list[0]', '$', '1', '2', '-1', '"x"', '"yy"', 'true', 'null', '[]', '{}', '[1..4]', '$in.*', '$in.**', '$in.rows.*', '$nope'),
  );
  const operation = fc.oneof(
    fc.tuple(e, fc.constantFrom('+', '-', '*', '/', '%', '=', '!=', '<', '<=', '>', '>=', '&', 'and', 'or', 'in', '~>'), e).map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    one((a) => `-(${a})`),
    two((a, b) => `[(${a})..(${b})]`),
    two((a, b) => `[${a}, ${b}]`),
    two((a, b) => `[[${a}], ${b}]`),
    two((a, b) => `[1, 2, 3, 4, 5, 6, 7, ${a}, [${b}], ${a}]`),
    two((a, b) => `{"p": ${a}, "q": ${b}}`),
    two((a, b) => `{$string(${a}): ${b}}`),
    two((a, b) => `(${a}).(${b})`),
    two((a, b) => `(${a})[${b}]`),
    one((a) => `(${a})[]`),
    one((a) => `(${a}).a[]`),
    one((a) => `(${a})[0].b`),
    one((a) => `(${a}){"k": $count($)}`),
    one((a) => `(${a}).rows{b: $sum(a)}`),
    one((a) => `$in.rows{b: ${a}}`),
    fc.tuple(e, fc.constantFrom('a', '>a', 'b', '>b', 'a, >b', '$', '>$', '$string(c)'), fc.constantFrom('', '.a', '[0]', '[0].a', '[a > 1].b', '.{"n": b}', '{b: $count($)}', '[]', '.a[]', '^(>b)')).map(([a, terms, after]) => `(${a})^(${terms})${after}`),
    fc.tuple(fc.constantFrom('$in.rows', '$in.list', '$in.rows[a > 0]', '$in.rows.c'), fc.constantFrom('a', '>a', 'b', 'a, >b', '$', '>$'), fc.constantFrom('', '.a', '[0]', '[1].a', '[a > 1].b', '.{"n": b}', '{b: $count($)}', '[]', '.a[]')).map(([a, terms, after]) => `${a}^(${terms})${after}`),
    three((a, b, c) => `((${a}) ? ${b} : ${c})`),
    two((a, b) => `($v := ${a}; ${b} & $v)`),
    one((a) => `$in.rows#$i[${a}].{"i": $i, "a": a}`),
    one((a) => `$in.rows@$r.(${a}).{"r": $r.a}`),
    one((a) => `$in.rows.c.%.(${a})`),
    fc.tuple(fc.constantFrom('sum', 'count', 'max', 'min', 'average', 'string', 'length', 'trim', 'boolean', 'not', 'keys', 'spread', 'merge', 'reverse', 'distinct', 'type', 'exists', 'sort', 'number', 'uppercase', 'abs', 'floor', 'round', 'encodeUrlComponent', 'base64encode'), e).map(([f, a]) => `$${f}(${a})`),
    fc.tuple(fc.constantFrom('append', 'zip', 'lookup', 'join', 'split', 'contains', 'substringBefore', 'substringAfter', 'pad', 'substring', 'power', 'formatBase'), e, e).map(([f, a, b]) => `$${f}(${a}, ${b})`),
    three((a, b, c) => `$substring(${a}, ${b}, ${c})`),
    three((a, b, c) => `$pad(${a}, ${b}, ${c})`),
    three((a, b, c) => `$replace(${a}, ${b}, ${c})`),
    fc.tuple(e, fc.constantFrom('/x/', '/[a-z]+/i', '/(y)(y)/', '/^a/', '/ /', '/\\d/', '/./')).chain(([a, pattern]) => fc.constantFrom(`$match(${a}, ${pattern})`, `$replace(${a}, ${pattern}, "<$1$0>")`, `$split(${a}, ${pattern})`, `$contains(${a}, ${pattern})`, `$replace(${a}, ${pattern}, function($m) { $m.match & "!" })`)),
    two((a, b) => `$map(${a}, function($x, $i) { ${b} })`),
    one((a) => `$map(${a}, $string)`),
    two((a, b) => `$filter(${a}, function($x) { ${b} })`),
    one((a) => `$reduce(${a}, function($p, $x) { $string($p) & $string($x) })`),
    one((a) => `$sort(${a}, function($l, $r) { $string($l) > $string($r) })`),
    one((a) => `$sort($in.rows, function($l, $r) { $l.a < $r.a })[${a}]`),
    one((a) => `$each(${a}, function($x, $k) { $k & $string($x) })`),
    one((a) => `$sift(${a}, function($x) { $x })`),
    one((a) => `$single(${a}, function($x) { $x = 1 })`),
    two((a, b) => `(${a} ~> | ${b} | {"t": 1}, ["a"] |)`),
    one((a) => `($f := function($n) { $n <= 0 ? ${a} : $f($n - 1) }; $f(3))`),
    // Of a string alone, and in parentheses, so that ~> puts nothing before it: of what comes through a partial call the library checks no types, and finds a text of nothing in a list.
    one((a) => `($p := $substring(?, 1); $p($string(${a})))`),
    one((a) => `($string ~> $length)(${a})`),
  );
  return { expression: fc.oneof({ depthSize: 'small', maxDepth: 4 }, leaf, operation) };
});

/**
 * The library with one mistake mended: where it makes an object for an empty list, it puts a hole into that list, which whoever
 * reads the list afterwards finds there.
 */
const unholed = ((): typeof parse => {
  const require = createRequire(import.meta.url);
  const source = readFileSync(require.resolve('jsonata'), 'utf8');
  const mistake = 'input.push(undefined);';
  if (source.split(mistake).length !== 2) throw new Error(`Expected ${JSON.stringify(mistake)} once in the library`);
  const directory = mkdtempSync(join(tmpdir(), 'baton-jsonata-'));
  try {
    const file = join(directory, 'unholed.cjs');
    writeFileSync(file, source.replace(mistake, 'input = [undefined];'));
    return require(file) as typeof parse;
  } finally {
    rmSync(directory, { recursive: true });
  }
})();

/** But for empty lists, on which the library writes, and which are emptied again. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Array.isArray(value) && value.length === 0 ? value : Object.freeze(value)).forEach(frozen);
  return value;
}

/** What the library alone gives, as JSON; `failed` where it says why not, `mistaken` where it trips over itself, which we need not. */
function byTheLibrary(text: string, input: Json): Json | 'failed' | 'mistaken' | undefined {
  try {
    const result = unholed(text).evaluate(undefined, { in: structuredClone(input) });
    return result === undefined ? undefined : settled(result, () => false);
  } catch (error) {
    // Such as $pad to a width of 1.5, for which it makes a list of that length.
    return error instanceof TypeError || error instanceof RangeError ? 'mistaken' : 'failed';
  }
}

function byUs(text: string, input: Json): Json | 'failed' | undefined {
  const variables = { in: frozen(structuredClone(input)) };
  try {
    return evaluateJsonata(`{% ${text} %}`, { states: { input: null, context: {} }, variables }, 'Output', ambient);
  } catch (error) {
    return (error as Error).message.endsWith('returned nothing (undefined)') ? undefined : 'failed';
  } finally {
    expect(variables.in).toEqual(input);
  }
}

/** Where it once did not. */
const nothing = { a: null, b: 0, list: [], rows: [] };
const FOUND: [string, typeof nothing][] = [
  ['[[], false]^(>$)', nothing],
  ['$in.rows.c^(>$)', { ...nothing, rows: [{ c: [] }, { c: [[1, 2]] }] as never[] }],
  ['$in.rows.c^(a)', { ...nothing, rows: [{ c: [] }, { c: [[]] }] as never[] }],
  ['(1).($in.rows.c^(a).a[])', { ...nothing, rows: [{ c: [{ a: 1.5 }] }] as never[] }],
  ['$spread([{}])', nothing],
  ['(($in.rows){"k": $count($)}).($in)', nothing],
  ['[$in.list{"k": $count($)}, $in.list]', nothing],
];

describe('bounded JSONata', () => {
  it('gives what the library alone gives', () => {
    let answered = 0;
    fc.assert(
      fc.property(expression, given, (text, input) => {
        const expected = byTheLibrary(text, input);
        if (expected !== 'failed' && expected !== 'mistaken') answered++;
        const found = byUs(text, input);
        if (expected !== 'mistaken') expect(found).toEqual(expected);
      }),
      { numRuns: 2_000, examples: FOUND },
    );
    // Most expressions must mean something, or nothing is compared.
    expect(answered).toBeGreaterThan(500);
  });
});
