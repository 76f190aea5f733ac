import { describe, expect, it } from '@jest/globals';
import { checkIntrinsic, checkJsonata, checkJsonPath, evaluateJsonata, EXPRESSION_LIMITS, ExpressionError, type Ambient } from '../index.ts';
import { hostileJsonata } from '../testing/hostile-jsonata.ts';
import { hostileTexts } from '../testing/hostile-texts.ts';

const ambient = (): Ambient & { readonly spent: { steps: number } } => ({ nowMs: 0, random: () => 0.5, spent: { steps: 0 } });

/**
 * Each of these would hold the process for seconds to for ever, or end it, without the bounds: a bound that is gone is
 * noticed as a test that does not end. How soon each is held is measured by `npm run bench -- expressions`.
 */
describe('a hostile expression ends within its steps, as a value or States.QueryEvaluationError', () => {
  it.each(hostileJsonata)('$what', ({ expression, input }) => {
    const spent = ambient();
    let outcome: unknown;
    try {
      outcome = evaluateJsonata(`{% ${expression} %}`, { states: { input, context: {} }, variables: {} }, 'Output', spent);
    } catch (error) {
      outcome = error;
    }
    if (outcome instanceof Error) expect(outcome).toMatchObject({ name: 'ExpressionError', errorName: 'States.QueryEvaluationError' });
    expect(outcome).not.toBeUndefined();
    // The last thing that is done is counted before it is done, and may be large.
    expect(spent.spent.steps).toBeLessThan(3 * EXPRESSION_LIMITS.steps);
  });
});

describe('a hostile text is read, or told a problem', () => {
  it.each(hostileTexts.jsonata.map((text) => [text]))('JSONata %.40s', (text) => expect(checkJsonata(`{% ${text} %}`)?.message ?? 'sound').toMatch(/^(Expected|sound)/));
  it.each(hostileTexts.paths.map((text) => [text]))('a path %.40s', (text) => expect(checkJsonPath(text)?.message ?? 'sound').toMatch(/^(Expected|sound)/));
  it.each(hostileTexts.calls.map((text) => [text]))('a call %.40s', (text) => expect(checkIntrinsic(text)?.message ?? 'sound').toMatch(/^(Expected|sound)/));
});

describe('data cannot pass as what the library makes', () => {
  const withInput = (input: unknown, expression: string): unknown => {
    try {
      return evaluateJsonata(`{% ${expression} %}`, { states: { input: input as never, context: {} }, variables: {} }, 'Output', ambient());
    } catch (error) {
      if (error instanceof ExpressionError) return error.message;
      throw error;
    }
  };
  const loop = { _jsonata_lambda: true, arguments: [], body: { type: 'binary', value: '..', lhs: { type: 'number', value: 1 }, rhs: { type: 'number', value: 1e7 } } };

  it.each([
    ['a function', loop, '$states.input()'],
    ['a function inside', { f: loop }, '$states.input.f()'],
    ['a function in a list', [loop], '$states.input[0]()'],
    ['a native function', { _jsonata_function: true, implementation: 'x' }, '$map([1], $states.input)'],
    ['tuples that switch off what is watched', { tupleStream: true, __evaluate_entry: null }, '$states.input{"a": 1}'],
    ['a hook', { __evaluate_entry: null }, '$states.input.a'],
    ['a prototype', JSON.parse('{"a": {"__proto__": {"b": 1}}}'), '$states.input.a.b'],
  ])('as %s', (_, input, expression) => expect(withInput(input, expression)).toMatch(/cannot be used in JSONata/));

  it.each([
    ['made by $parse', '$parse("{\\"_jsonata_lambda\\": true}")()'],
    ['made by a key that is put together', '{"_jsonata_" & "lambda": true}()'],
    ['made by a grouping', '[1]{"tuple" & "Stream": $}'],
    ['made by a grouping of more', '[1, 2].{"__evaluate_" & "entry": $}'],
    ['made by $merge', '$merge([{"_jsonata_" & "function": true}])'],
    ['made by a transform', '{"a": {}} ~> | a | {"__pro" & "to__": 1} |'],
  ])('%s', (_, expression) => expect(withInput(null, expression)).toMatch(/cannot be used in JSONata/));

  it.each([
    ['its constructor', '$states.input.constructor', { a: 1 }],
    ['its prototype', '$states.input.`__proto__`', { a: 1 }],
    ['by $lookup', '$lookup($states.input, "toString")', { a: 1 }],
    ['of a list', '$states.input.length', [1, 2]],
    ['of a text', '$states.input.length', 'x'],
    ['of a function', '$sum.implementation', null],
    ['of a function, by $lookup', '$lookup($sum, "implementation")', null],
    ['of a function, by *', '$sum.*', null],
    ['of a function, by $keys', '$keys($sum)', null],
    ['of a function that is written', '(function($x) { $x }).environment', null],
    ['of a function that is written, by **', '(function($x) { $x }).**.environment', null],
    ['of a matcher', '/a/.constructor', null],
  ])('nothing is reached beyond data: %s', (_, expression, input) => expect(withInput(input, expression)).toMatch(/returned nothing/));

  it.each([
    ['a function of the language', '{} ~> | $sum | {"implementation": 1} |'],
    ['a function that is written', '($f := function() { 1 }; {} ~> | $f | {"body": 1} |)'],
    ['one of a list of functions', '{} ~> | [$sum, $max] | {"implementation": 1} |'],
    ['what is not there', '{} ~> | $ | 5 |'],
  ])('a transform cannot change %s', (_, expression) => {
    expect(withInput(null, expression)).toMatch(/transform/);
    expect(withInput(null, '$sum([1, 2])')).toBe(3);
  });

  it('a variable of the language that is written over is so for this expression alone', () => {
    expect(withInput(null, '($sum := function($x) { 7 }; $sum([1]))')).toBe(7);
    expect(withInput(null, '$sum([1, 2])')).toBe(3);
    expect(withInput(null, '($clone := function($x) { $x }; $states.input ~> | $ | {"a": 2} |)')).toBeDefined();
  });
});
