import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import jsonP3 from 'json-p3';
import type { Json } from '@baton/contracts';
import { Steps } from '../steps.ts';
import { planOf } from './plan.ts';
import { walk } from './walk.ts';

const name = fc.constantFrom('a', 'b', 'c');
const data: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.constant(null), fc.boolean(), fc.integer({ min: -2, max: 3 }), fc.constantFrom('', 'a', 'b')),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
})).value;

const whole = fc.integer({ min: -4, max: 4 });
const edge = fc.option(whole, { nil: '' });
const singular: fc.Arbitrary<string> = fc.array(fc.oneof(name.map((n) => `.${n}`), whole.map((i) => `[${i}]`)), { maxLength: 2 }).map((parts) => parts.join(''));
const comparable = fc.oneof(singular.map((path) => `@${path}`), singular.map((path) => `$${path}`), fc.constantFrom('1', '-1', "'a'", 'true', 'null', 'length(@.a)', 'count(@..*)', 'value(@.*)'));
const test: fc.Arbitrary<string> = fc.letrec<{ test: string }>((tie) => ({
  test: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(comparable, fc.constantFrom('==', '!=', '<', '<=', '>', '>='), comparable).map((parts) => parts.join(' ')),
    singular.map((path) => `@${path}.*`),
    fc.tuple(tie('test'), fc.constantFrom('&&', '||'), tie('test')).map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
    tie('test').map((inner) => `!(${inner})`),
  ),
})).test;
/** Without what JsonPath does otherwise than RFC 9535: filters of objects, and several names at the end. */
const plain = fc.oneof(name.map((n) => `'${n}'`), whole.map(String), fc.constant('*'), fc.tuple(edge, edge, fc.constantFrom('', ':1', ':2', ':-1', ':-2', ':0')).map(([from, to, step]) => `${from}:${to}${step}`));
const brackets = fc.array(plain, { minLength: 1, maxLength: 2 }).filter((all) => all.length === 1 || !all.every((one) => one.startsWith("'"))).map((all) => `[${all.join(',')}]`);
const path = fc.array(fc.oneof(brackets, test.map((t) => `..[?${t}]`), name.map((n) => `.${n}`), fc.constant('.*'), name.map((n) => `..${n}`), fc.constant('..*')), { maxLength: 4 }).map((parts) => `$${parts.join('')}`);

describe('walk', () => {
  it('finds what json-p3 finds, in its order, for any path and data', () => {
    fc.assert(
      fc.property(path, data, (text, value) => {
        const query = jsonP3.compile(text);
        const expected = query.query(value as never).values();
        expect(walk(planOf(query, 2_000), value, value, new Steps('States.Runtime', text, {}, 1e9))).toEqual(expected);
      }),
      { numRuns: 3_000 },
    );
  });
});
